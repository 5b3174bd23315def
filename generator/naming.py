"""Names of constraints, indexes and triggers: derived, stable, and short enough for PostgreSQL."""

from __future__ import annotations

import hashlib

# NAMEDATALEN - 1 of PostgreSQL; longer names would be cut off there, perhaps to equal ones.
LENGTH_MAX = 63

# For constraints that someone adds without a name; ours all carry one from `named`.
CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def named(kind: str, table: str, *parts: str) -> str:
    """Return `kind_table_part_part`; too long ones are cut and end in a digest of the whole."""
    name = "_".join((kind, table, *parts))
    if len(name) <= LENGTH_MAX:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: LENGTH_MAX - 9].rstrip('_')}_{digest}"
