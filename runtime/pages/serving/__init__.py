"""What answers requests about rows, the same way in both areas: functions of (area, request).

    lists.py    rows of a list, one row, its menu, lookups, secrets, exports, files
    forms.py    a new row, an edit, the choice when two edits met
    acts.py     moves and deletions: asked first, then done by the gate
    routes.py   the addresses that both areas have
"""
