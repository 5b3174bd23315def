"""Every code a configuration problem may carry: what it means and how it is mended.

`docs/problem-codes.md` is made from this; `tests/broken-config/` holds a broken example of each.
Codes are stable: tools and people refer to them.
"""

from __future__ import annotations

from collections.abc import Mapping

from config.problem_codes.meaning import MEANING
from config.problem_codes.reading import READING

# Heading → code → (meaning, the way out).
GROUPS: Mapping[str, Mapping[str, tuple[str, str]]] = {**READING, **MEANING}

CODES: Mapping[str, tuple[str, str]] = {
    code: said for group in GROUPS.values() for code, said in group.items()
}


def as_markdown() -> str:
    """Return the page of all codes."""
    lines = [
        "# Problem codes", "",
        "Each problem that `panelwright check` prints ends with its code in brackets. This page is "
        "made from", "`config/problem_codes/`; a broken example of each code, with the whole "
        "message, stands in `tests/broken-config/`.", "",
    ]
    for heading, group in GROUPS.items():
        lines += [f"## {heading}", "", "| code | meaning | the way out |", "| --- | --- | --- |"]
        lines += [f"| `{code}` | {meaning} | {fix} |" for code, (meaning, fix) in group.items()]
        lines.append("")
    return "\n".join(lines)
