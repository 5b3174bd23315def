"""The text of a label in one language."""

from __future__ import annotations

from collections.abc import Mapping

# Words that a person writes in capitals.
_CAPITALS = {
    "api", "cpu", "csv", "dns", "html", "id", "ip", "json", "pdf", "ram", "smtp", "ssl", "tls",
    "ttl", "url", "vat", "vps",
}


def text(label: Mapping[str, str] | None, key: str, locale: str = "en") -> str:
    """Return the label in `locale`, else in its language, else in English, else any.

    Without a label the text derives from the key: `due_date` gives "Due date".
    """
    if not label:
        return derived(key)
    for wanted in (locale, locale.partition("_")[0].partition("-")[0], "", "en"):
        if wanted in label:
            return label[wanted]
    return next(iter(label.values()))


def derived(key: str) -> str:
    """Return a key as a person would write it: `ip_address` gives "IP address"."""
    words = [word.upper() if word in _CAPITALS else word for word in key.split("_") if word]
    phrase = " ".join(words)
    return phrase[:1].upper() + phrase[1:]


def plural(name: str) -> str:
    """Return what many of `name` are called in English, by the rule that rarely fails."""
    if name.endswith(("s", "x", "ch", "sh")):
        return f"{name}es"
    if name.endswith("y") and name[-2:-1].lower() not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}s"


def lowered(label: str) -> str:
    """Return a label as it stands within a sentence; abbreviations stay."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]
