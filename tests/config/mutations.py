"""Ways to damage a file: bytes, lines, keys, values, brackets. A seed always gives the same."""

import random
import re
from collections.abc import Callable

_KEY = re.compile(rb"[a-z_]+(?=:)")
_VALUE = re.compile(rb"(?<=: )[^,{}\[\]\n]+")
NASTY = [
    b"", b"null", b"~", b"[]", b"{}", b"[[[[", b"}}}}", b"&a", b"*a", b"!!python/name:os", b"<<",
    b"\xff\xfe", b"\x00", "\u2028".encode(), "ł" .encode() * 50, b"-" * 500, b"9" * 400, b"1e999",
    b"'", b'"', b"|", b">", b"#", b"---", b"...", b"? ", b": ", b"\t", b"%YAML 9", b"{{ x }}",
    b"not " * 100, b"(" * 300, b"a.b.c.d.e.f", b"any", b"all", b"id", b"me.clients", b"__class__",
    b"(a+)+$", b"2025-02-30", b"12.50 EUR", b"23 %", b"->client", b"[client]", b"text!", b"yes",
    b"add", b"set", b"drop", b"hide",
    b"if_was", b"fields", b"patch", b"0", b"-1",
    b"999999999999999999999", b"[a, b]", b"{a: {b: {c: d}}}", b"* * * * *",
]


def mutate(content: bytes, dice: random.Random) -> bytes:
    """Return `content` with one to three damages."""
    for _ in range(dice.randint(1, 3)):
        content = dice.choice(_WAYS)(content, dice)
    return content


def _byte(content: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(content) + 1)
    return content[:at] + bytes([dice.randrange(256)]) + content[at + dice.randint(0, 1):]


def _cut(content: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(content) + 1)
    return content[:at] + content[at + dice.randint(1, 40):]


def _insert(content: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(content) + 1)
    return content[:at] + dice.choice(NASTY) + content[at:]


def _lines(content: bytes, dice: random.Random) -> bytes:
    lines = content.split(b"\n")
    one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    way = dice.randrange(5)
    if way == 0:
        lines[one], lines[other] = lines[other], lines[one]
    elif way == 1:
        del lines[one]
    elif way == 2:
        lines.insert(other, lines[one])
    elif way == 3:
        lines[one] = b"  " + lines[one]
    else:
        lines[one] = lines[one].lstrip()
    return b"\n".join(lines)


def _swap(pattern: re.Pattern[bytes]) -> Callable[[bytes, random.Random], bytes]:
    def swap(content: bytes, dice: random.Random) -> bytes:
        found = list(pattern.finditer(content))
        if len(found) < 2:
            return content
        one, other = sorted(dice.sample(range(len(found)), 2))
        first, second = found[one], found[other]
        return b"".join((
            content[: first.start()], second[0], content[first.end() : second.start()], first[0],
            content[second.end() :],
        ))

    return swap


def _replace(pattern: re.Pattern[bytes]) -> Callable[[bytes, random.Random], bytes]:
    def replace(content: bytes, dice: random.Random) -> bytes:
        found = list(pattern.finditer(content))
        if not found:
            return content
        one = dice.choice(found)
        return content[: one.start()] + dice.choice(NASTY) + content[one.end() :]

    return replace


_WAYS = (
    _byte, _cut, _insert, _lines, _swap(_KEY), _swap(_VALUE), _replace(_KEY), _replace(_VALUE),
)
