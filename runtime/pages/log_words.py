"""What the log keeps as words of the program, said in the reader's language.

    action "load"                  Loaded
    actor_name "sample data"       Sample data
    reason "loaded from a file"    Loaded from a file

Everything else in it was written by people and stands as they wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.texts.sentence import Sentence, Translator

LOG = "activity"
FIELDS = frozenset({"action", "actor_name", "reason"})

ACTIONS = {
    "create": Sentence("Created"), "edit": Sentence("Changed"), "update": Sentence("Changed"),
    "delete": Sentence("Deleted"), "restore": Sentence("Restored"),
    "purge": Sentence("Deleted forever"), "reveal": Sentence("Secret shown"),
    "load": Sentence("Loaded"), "export": Sentence("Exported"), "move": Sentence("Moved on"),
    "login": Sentence("Signed in"), "logout": Sentence("Signed out"),
    "login_failed": Sentence("Sign-in failed"), "login_refused": Sentence("Sign-in refused"),
    "sessions_ended": Sentence("Devices signed out"),
    "password_changed": Sentence("Password changed"),
    "login_code_wrong": Sentence("Wrong code"),
    "login_locked": Sentence("Locked after wrong codes"),
    "backup_code_used": Sentence("Backup code used"), "backup_codes": Sentence("New backup codes"),
    "method_added": Sentence("Verification method added"),
    "method_removed": Sentence("Verification method removed"),
    "two_factor_on": Sentence("Two-factor switched on"),
    "two_factor_off": Sentence("Two-factor switched off"),
    "devices_forgotten": Sentence("Remembered browsers forgotten"),
}
# Parts of the panel that act by themselves.
_PARTS = {
    "sample data": Sentence("Sample data"), "first rows": Sentence("Configuration"),
    "start": Sentence("Start of the panel"), "staff create": Sentence("Command line"),
    "first login": Sentence("First login"),
}
_LOADED = "loaded from "
_SOURCES = {
    "sample data": Sentence("Loaded from sample data"),
    "a file": Sentence("Loaded from a file"),
    "import": Sentence("Loaded from an import"),
    "the configuration": Sentence("Loaded from the configuration"),
}


def who(name: str, kind: str | None, translate: Translator) -> str:
    """Return what somebody who acted is called; `kind` is theirs, None when it is not known."""
    part = _PARTS.get(name) if kind in (None, "system") else None
    return translate(part) if part else name


def why(reason: str, action: str | None, translate: Translator) -> str:
    """Return the reason of an entry."""
    if action not in (None, "load") or not reason.startswith(_LOADED):
        return reason
    source = _SOURCES.get(reason.removeprefix(_LOADED))
    return translate(source) if source else reason


def worded_value(name: str, value: str, row: Mapping[str, Any], translate: Translator) -> str:
    """Return a field of a row of the log as the reader understands it."""
    if name == "actor_name":
        return who(value, row.get("actor_kind"), translate)
    if name == "reason":
        return why(value, row.get("action"), translate)
    word = ACTIONS.get(value)
    return translate(word) if word else value
