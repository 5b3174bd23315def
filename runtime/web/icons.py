"""Which SVG stands for an icon's name.

The 5,000 outlines lie in one text file, sorted, one `name<TAB>inner SVG` per line. Looking one up
halves the file's bytes until the line is found, so nothing is parsed at the start.
"""

import functools
import re
from pathlib import Path

from markupsafe import Markup

_FILE = Path(__file__).parent / "static/vendor/tabler-icons/outline.txt"
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@functools.lru_cache(maxsize=2048)
def icon(name: str, size: int | None = None, classes: str = "") -> Markup:
    """Return the icon as inline SVG, hidden from screen readers: the words beside it say it.

    Without `size` (pixels) it takes Tabler's own size from the style sheet, which would override
    the attributes otherwise. Raises KeyError for a name that does not exist.
    """
    inner = _inner_svg(name)
    if name in _POINTING:
        classes = f"pw-way {classes}".rstrip()
    if size is None:
        names, pixels = f"icon {classes}".rstrip(), 24
    else:
        names, pixels = classes, size
    given = Markup(' class="{}"').format(names) if names else ""
    # The inner SVG is our own vendored file, so it is markup already.
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg"{given} width="{pixels}" height="{pixels}"'
        ' viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
        ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">'
        f"{inner}</svg>"
    )


# What points along the text, and turns round where that runs from right to left.
_POINTING = frozenset({
    "arrow-back-up", "arrow-left", "arrow-right", "arrow-up-right", "chevron-left",
    "chevron-right", "external-link", "login", "logout", "player-play", "player-skip-forward",
})


@functools.cache
def icon_names() -> frozenset[str]:
    return frozenset(line.split(b"\t", 1)[0].decode() for line in _outlines().splitlines() if line)


def _inner_svg(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise KeyError(name)
    data, wanted = _outlines(), name.encode()
    low, high = 0, len(data)
    while low < high:
        start = data.rfind(b"\n", low, (low + high) // 2) + 1 or low
        tab = data.index(b"\t", start)
        end = data.index(b"\n", tab)
        found = data[start:tab]
        if found == wanted:
            return data[tab + 1 : end].decode()
        if found < wanted:
            low = end + 1
        else:
            high = start
    raise KeyError(name)


@functools.cache
def _outlines() -> bytes:
    return _FILE.read_bytes()
