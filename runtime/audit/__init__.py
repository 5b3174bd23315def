"""Does everything still fit together? A list of named checks that only read.

    check ─> findings: where, what is wrong, what to do
    CHECKS (ours) + register_checks (extensions) ─> run ─> report
"""
