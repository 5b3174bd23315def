"""Schema changes: what the configuration wants, what the database has, and the way between.

    wanted ─┐
            ├─> compare ─> Plan(operations) ─> report · apply
    live ───┘                                     │
    memory: what fields meant when they were made ┘
"""
