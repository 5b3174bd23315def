r"""Regular expressions that YAML gives, matched in time that grows as the text and no faster.

Python's `re` tries one way after another: for `(a|aa)+` thirty letters can take hours. Here a
pattern becomes its *positions* (Glushkov: one per letter or class, `[a-z]{2}` has two), and a
text is read once, letter by letter, with the set of positions that may have read it so far. A
set is the bits of one number; what follows a set on a letter is kept, so that a text costs one
look-up per letter. Backtracking is needed by back references and looking around alone: refused.

What a letter or class means is left to `re`, so `\w`, `(?i)` and ranges mean what they do there.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]
from typing import Any

LENGTH_MAX = 200
# Positions of a pattern, with `x{50}` counted as fifty.
POSITIONS_MAX = 1_000
# Positions × letters of the longest text: a few tenths of a second where nothing is kept.
WORK_MAX = 2_000_000
_KEPT_MAX = 5_000

_REPEATS = {_constants.MAX_REPEAT, _constants.MIN_REPEAT}
_LEAVES = {_constants.LITERAL, _constants.NOT_LITERAL, _constants.ANY, _constants.IN}
_STARTS = {_constants.AT_BEGINNING, _constants.AT_BEGINNING_STRING}
_ENDS = {_constants.AT_END, _constants.AT_END_STRING}
# Flags that say what letters are (of two only one can hold), and those that a group turns off.
_ALPHABETS = re.ASCII | re.LOCALE | re.UNICODE
_TURNED_OFF = re.IGNORECASE | re.MULTILINE | re.DOTALL
_REFUSED = {
    _constants.GROUPREF: "refers back to a group",
    _constants.GROUPREF_EXISTS: "asks whether a group has matched",
    _constants.ASSERT: "looks around",
    _constants.ASSERT_NOT: "looks around",
    _constants.ATOMIC_GROUP: "holds what it has matched",
    _constants.POSSESSIVE_REPEAT: "holds what it has matched",
    _constants.AT: "asks for the edge of a word",
}


class _Unfit(Exception):
    """A pattern that this engine does not run; the message says why."""


@lru_cache(maxsize=512)
def pattern_problem(text: str, longest: int = 0) -> str | None:
    """Return what is wrong with a pattern, None when it can be used.

    `longest` is the number of characters of the longest text that it will be held against.
    """
    if len(text) > LENGTH_MAX:
        return f"the pattern has {len(text)} characters, at most {LENGTH_MAX} are allowed"
    try:
        with warnings.catch_warnings():
            # `re` warns of signs that it may read in another way one day.
            warnings.simplefilter("error")
            _parser.parse(text)
        positions = len(pattern(text).leaves)
    except _Unfit as error:
        return f"the pattern {error}"
    except (re.error, OverflowError, RecursionError, ValueError, Warning) as error:
        return f"the pattern cannot be read: {error}"
    if longest > WORK_MAX:
        return f"no pattern is held against texts of {longest:,} characters, at most {WORK_MAX:,}"
    if positions * longest > WORK_MAX:
        return (f"the pattern is too large for texts of {longest:,} characters: it has {positions} "
                f"parts, at most {WORK_MAX // longest} fit")
    return None


@lru_cache(maxsize=512)
def pattern(text: str) -> Pattern:
    """Return a pattern ready to match; what `pattern_problem` refuses raises."""
    parsed = _parser.parse(text)
    return _Builder(parsed.state).build(parsed)


def fits(text: str, whole: str) -> bool:
    """Say whether the pattern `text` matches the whole of `whole`."""
    return pattern(text).fits(whole)


@dataclass(slots=True)
class Pattern:
    """The positions of a pattern; bit 0 is the place before the first letter.

    `leaves[n]` says whether position n+1 reads a letter, `follow[n]` which positions may come
    after position n, `last` where a text may end.
    """

    leaves: list[Callable[[str], object]]
    follow: list[int]
    last: int
    _readers: dict[str, int] = field(default_factory=dict)
    _next: dict[tuple[int, str], int] = field(default_factory=dict)

    def fits(self, text: str) -> bool:
        """Say whether the whole text is one that the pattern describes."""
        known, now = self._next, 1
        for letter in text:
            after = known.get((now, letter))
            now = self._step(now, letter) if after is None else after
            if not now:
                return False
        return bool(now & self.last)

    def _step(self, now: int, letter: str) -> int:
        if len(self._next) >= _KEPT_MAX:
            self._next.clear()
            self._readers.clear()
        after, rest = 0, now
        while rest:
            lowest = rest & -rest
            after |= self.follow[lowest.bit_length() - 1]
            rest ^= lowest
        reads = self._readers.get(letter)
        if reads is None:
            reads = self._readers[letter] = _bits(
                number for number, leaf in enumerate(self.leaves, 1) if leaf(letter)
            )
        self._next[now, letter] = after & reads
        return after & reads


@dataclass(slots=True)
class _Part:
    """A part of a pattern: where it begins, where it ends, and whether it may be empty."""

    first: int
    last: int
    empty: bool


class _Builder:
    """Turns the tree that `re` has read into positions and what may follow each."""

    def __init__(self, state: Any) -> None:
        self.state = state
        self.leaves: list[Callable[[str], object]] = []
        self.follow: list[int] = [0]

    def build(self, parsed: Any) -> Pattern:
        items = list(parsed)
        while items and items[0][0] == _constants.AT and items[0][1] in _STARTS:
            del items[0]
        while items and items[-1][0] == _constants.AT and items[-1][1] in _ENDS:
            del items[-1]
        whole = self._row(items, self.state.flags)
        self.follow[0] = whole.first
        return Pattern(self.leaves, self.follow, whole.last | whole.empty)

    def _row(self, items: Iterable[Any], flags: int) -> _Part:
        row = _Part(0, 0, True)
        for item in items:
            row = self._then(row, self._part(item, flags))
        return row

    def _then(self, left: _Part, right: _Part) -> _Part:
        for number in _numbers(left.last):
            self.follow[number] |= right.first
        return _Part(
            left.first | (right.first if left.empty else 0),
            right.last | (left.last if right.empty else 0),
            left.empty and right.empty,
        )

    def _part(self, item: Any, flags: int) -> _Part:
        operator, argument = item
        if operator in _LEAVES:
            return self._leaf(item, flags)
        if operator == _constants.SUBPATTERN:
            _group, added, removed, inner = argument
            return self._row(inner, _combined(flags, added, removed))
        if operator == _constants.BRANCH:
            ways = [self._row(way, flags) for way in argument[1]]
            return _Part(_joined(way.first for way in ways), _joined(way.last for way in ways),
                         any(way.empty for way in ways))
        if operator in _REPEATS:
            return self._repeat(*argument, flags)
        if operator == _constants.AT and argument in _STARTS | _ENDS:
            raise _Unfit("has ^ or $ in its middle; it is held against the whole text anyway")
        raise _Unfit(f"{_REFUSED.get(operator, 'uses ' + str(operator))}, which could take for "
                     "ever")

    def _repeat(self, least: int, most: int, inner: Any, flags: int) -> _Part:
        if max(least, 0 if most == _constants.MAXREPEAT else most) > POSITIONS_MAX:
            raise _Unfit(f"repeats a part more than {POSITIONS_MAX:,} times")
        row = _Part(0, 0, True)
        for turn in range(least if most == _constants.MAXREPEAT else most):
            before = len(self.leaves)
            one = self._row(inner, flags)
            if len(self.leaves) == before:
                # Nothing to read in it: a thousand times nothing is nothing.
                return row
            row = self._then(row, _Part(one.first, one.last, one.empty or turn >= least))
        if most == _constants.MAXREPEAT:
            again = self._row(inner, flags)
            self._then(again, again)
            row = self._then(row, _Part(again.first, again.last, True))
        return row

    def _leaf(self, item: Any, flags: int) -> _Part:
        if len(self.leaves) >= POSITIONS_MAX:
            raise _Unfit(f"has more than {POSITIONS_MAX:,} parts, repeats counted out")
        self.leaves.append(_reader(self.state, item, flags))
        self.follow.append(0)
        bit = 1 << len(self.leaves)
        return _Part(bit, bit, False)


def _reader(state: Any, item: Any, flags: int) -> Callable[[str], object]:
    """Return what says whether one letter is the one, or of the class, that stands in a pattern."""
    if item[0] == _constants.LITERAL and not flags & re.IGNORECASE:
        return chr(item[1]).__eq__
    inner = _parser.SubPattern(state, [item])
    told = (None, flags, _TURNED_OFF & ~flags, inner)
    whole = _parser.SubPattern(state, [(_constants.SUBPATTERN, told)])
    return _compiler.compile(whole).fullmatch  # type: ignore[no-any-return]


def _combined(flags: int, added: int, removed: int) -> int:
    if added & _ALPHABETS:
        flags &= ~_ALPHABETS
    return (flags | added) & ~removed


def _numbers(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _bits(numbers: Iterable[int]) -> int:
    return _joined(1 << number for number in numbers)


def _joined(parts: Iterable[int]) -> int:
    bits = 0
    for part in parts:
        bits |= part
    return bits
