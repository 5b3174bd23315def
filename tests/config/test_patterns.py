"""Patterns of fields mean what they mean to `re`, and never take for ever."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import load_project
from config.patterns import POSITIONS_MAX, WORK_MAX, fits, pattern, pattern_problem

HOSTNAME = (
    r"@|(\*|[A-Z0-9_]([A-Z0-9_-]{0,61}[A-Z0-9_])?)(\.[A-Z0-9_]([A-Z0-9_-]{0,61}[A-Z0-9_])?)*"
)
# What Python's `re` needs minutes or ages for, on texts of fifty letters or of sixty thousand.
EXPLOSIVE = [
    "(a|aa)+", "(a|a)*b", "(.*a){20}", r"\s*\s*\s*\s*\s*x", "(a+)+", "(a*)*b", r"(\w+\s?)*",
    "([a-z]+,?)+", "(a?){30}a{3}", "(.*)*x", "(a|b|ab)*c",
]
PLAIN = ["[a-z]+", "[a-z]+(-[a-z0-9]+)*", r"(\d+\.)*x", "(ab){2,4}", "([a-z]{2}){1,3}", "(a|b)*c",
         "(?i)ż[a-c]+", "^a+$", "", HOSTNAME]

leaves = st.sampled_from(["a", "b", "A", "ą", "Ą", ".", r"\w", r"\d", r"\W", "[ab]", "[^a]", "1"])
counts = st.sampled_from(["*", "+", "?", "*?", "{2}", "{1,3}", "{0,2}", "{2,}", "{0}"])
flags = st.sampled_from(["", "", "", "(?i)", "(?a)", "(?s)"])


def deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.lists(inner, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda ways: f"({'|'.join(ways)})"),
        st.builds(lambda one, count: f"(?:{one}){count}", inner, counts),
        inner.map(lambda one: f"(?i:{one})"),
    )


patterns = st.builds(str.__add__, flags, st.recursive(leaves, deeper, max_leaves=12))
texts = st.text("abABąĄ1 \n-", max_size=8)


@pytest.mark.parametrize("text", PLAIN + EXPLOSIVE)
def test_patterns_are_allowed_however_they_repeat(text: str) -> None:
    assert pattern_problem(text, 255) is None


@pytest.mark.parametrize("text", PLAIN + EXPLOSIVE)
def test_no_pattern_explodes_on_hostile_text(text: str) -> None:
    longest = min(60_000, WORK_MAX // max(1, len(pattern(text).leaves)))
    assert pattern_problem(text, longest) is None

    start = time.process_time()
    for hostile in ("a" * 45 + "!", "a" * longest + "!", " " * longest, "a-" * (longest // 2)):
        fits(text, hostile)

    assert time.process_time() - start < 4


@pytest.mark.parametrize("text", ["(", "[", "*", "a{2,1}", "(?P<a>x)(?P<a>y)", "x" * 201])
def test_unreadable_pattern_is_refused(text: str) -> None:
    assert pattern_problem(text)


@pytest.mark.parametrize("text", [r"(a+)\1", r"(?P<x>a)(?P=x)", "(?=a)b", "(?<!a)b", "(?>a*)b",
                                  "a*+b", r"\bfoo", "(a)(?(1)b|c)"])
def test_what_needs_backtracking_is_refused(text: str) -> None:
    assert str(pattern_problem(text)).endswith("which could take for ever")


@pytest.mark.parametrize("text", ["(((a{10}){10}){10}){10}", "a{1001}", "(a?){900}b{101}",
                                  "((((((a{9}){9}){9}){9}){9}){9}){9}", "(|a){3000}"])
def test_pattern_that_grows_out_of_hand_is_refused_at_once(text: str) -> None:
    start = time.process_time()
    assert pattern_problem(text)
    assert time.process_time() - start < 0.5


def test_pattern_of_many_parts_is_refused_for_long_texts_alone() -> None:
    assert pattern_problem("(a?){100}", 255) is None
    assert pattern_problem("(a?){100}", 60_000) == (
        "the pattern is too large for texts of 60,000 characters: it has 100 parts, at most "
        f"{WORK_MAX // 60_000} fit"
    )
    assert str(pattern_problem("a", 10**15)).startswith("no pattern is held against texts of ")
    assert POSITIONS_MAX * 255 <= WORK_MAX


@settings(max_examples=200, deadline=None)
@given(patterns, st.lists(texts, min_size=1, max_size=8))
def test_a_pattern_matches_what_re_matches(text: str, tried: list[str]) -> None:
    if pattern_problem(text, 255) is not None:
        return
    known = re.compile(text)
    assert [fits(text, one) for one in tried] == [bool(known.fullmatch(one)) for one in tried]


@settings(max_examples=200, deadline=None)
@given(st.text("ab(|)*+?{}[]^$.\\1,5<=!:iP", max_size=40))
def test_any_text_as_a_pattern_is_read_or_refused_in_a_second(text: str) -> None:
    start = time.process_time()
    if pattern_problem(text, 1_000) is None:
        fits(text, "ab" * 500)
        fits(text, "a" * 999 + "!")
    assert time.process_time() - start < 1


def test_check_ends_soon_on_a_default_that_an_explosive_pattern_refuses(tmp_path) -> None:
    (tmp_path / "site.yaml").write_text("site: x\n")
    (tmp_path / "s.yaml").write_text(
        f"settings: s\nfields:\n  a: {{type: text, pattern: (a|aa)+, default: {'a' * 45}}}\n"
    )
    start = time.process_time()
    assert load_project([tmp_path]).settings["s"].fields["a"].default == "a" * 45
    assert time.process_time() - start < 2
