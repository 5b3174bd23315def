"""What every key of the language means, for editors and for the reference.

A test holds that each key has its sentence here.
"""

from __future__ import annotations

from collections.abc import Mapping

from config.meanings.entity import ENTITY
from config.meanings.kinds import KINDS

# Keys that mean the same in every spec.
COMMON: Mapping[str, str] = {
    "label": (
        "How it is called: a text, or a map of locale to text. Left out, it derives from the key."
    ),
    "plural": "The name of many.",
    "help": "A sentence of explanation that people see beside it.",
    "icon": "The name of a Tabler outline icon.",
    "hidden": "Kept, but shown nowhere.",
    "renamed_from": "Earlier names, oldest first; data is carried over from them.",
    "say": "What a person reads when it refuses.",
}

_ALL = {**ENTITY, **KINDS}


def meaning(spec: type, key: str) -> str:
    """Return what `key` means in a spec: its own sentence, its base's, or the common one."""
    for each in spec.__mro__:
        found = _ALL.get(each.__name__, {}).get(key)
        if found:
            return found
    return COMMON.get(key, "")
