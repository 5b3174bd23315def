"""What can be read as an expression, and how everything else is refused."""

from __future__ import annotations

import pickle
from decimal import Decimal

import pytest

from config.expressions import ExpressionError, parse
from config.expressions.syntax import Call, Compare, Items, Literal, Logic, Name


def refusal(text: str) -> tuple[str, str, int]:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    return caught.value.what, caught.value.code, caught.value.offset


def test_a_decimal_keeps_the_digits_that_were_written():
    assert parse("1.10") == Literal(0, Decimal("1.10"))
    assert str(parse("0.1000000000001"[:14]).value) == "0.100000000000"


def test_a_negative_number_is_one_literal():
    assert parse("- 2.5") == Literal(0, Decimal("-2.5"))


def test_offsets_count_characters_not_bytes():
    tree = parse("name == 'żółw' and x in ['a']")

    assert tree == Logic(0, "and", (
        Compare(0, "==", Name(0, ("name",)), Literal(8, "żółw")),
        Compare(19, "in", Name(19, ("x",)), Items(24, (Literal(25, "a"),))),
    ))


def test_an_expression_may_stand_on_several_lines():
    assert parse("\n  a ==\n\tb ") == Compare(3, "==", Name(3, ("a",)), Name(9, ("b",)))


def test_a_method_belongs_to_the_collection_before_it():
    assert parse("a.lines.sum(x)") == Call(0, "sum", (Name(12, ("x",)),), Name(0, ("a", "lines")))


def test_parentheses_say_which_logic_belongs_together():
    assert isinstance(parse("(a and b) or (c and (d))"), Logic)
    assert isinstance(parse("( (a) and b ) or c"), Logic)


def test_a_tree_survives_pickling():
    tree = parse("a.b in ['x', 'y'] and not c.any(d > 1.50) and -e < (f if g else h) * 2")

    assert pickle.loads(pickle.dumps(tree)) == tree


@pytest.mark.parametrize(("text", "at"), [
    ("a and b or c", 0), ("a or b and c", 5), ("(a) and (b) or c", 0), ("((a) and b or c)", 1),
    ("not (a and b or c)", 5), ("f(a or b and (c))", 7),
])
def test_and_beside_or_needs_parentheses(text, at):
    assert refusal(text) == ("'and' and 'or' stand side by side", "ambiguous-logic", at)


@pytest.mark.parametrize(("text", "what", "at"), [
    ("", "the expression is empty", 0),
    (" \n ", "the expression is empty", 0),
    ("a < b < c", "comparisons cannot be chained", 5),
    ("a = 1", "'=' cannot stand in an expression", 2),
    ("(a := 1)", "':=' cannot stand in an expression", 3),
    ("a && b", "'&&' cannot stand in an expression", 2),
    ("a is null", "'is' cannot stand in an expression", 2),
    ("lambda: 1", "'lambda' cannot stand in an expression", 0),
    ("a ** 2", "'**' cannot stand in an expression", 2),
    ("a // 2", "'//' cannot stand in an expression", 2),
    ("+a", "a plus sign needs a value on its left", 0),
    ("f'{a}'", "a space must stand before a text", 1),
    ("b'a'", "a space must stand before a text", 1),
    ("'a' 'b'", "two texts stand side by side", 4),
    ("'a'\"b\"", "two texts stand side by side", 3),
    ("'a\\n'", "a backslash cannot stand in a text", 2),
    ("'a\0'", "an unprintable character cannot stand in a text", 2),
    ("'a", "a text is never closed", 0),
    ("a[0]", "an index in brackets cannot stand in an expression", 0),
    ("[x for x in y]", "'for' cannot stand in an expression", 3),
    ("(a, b)", "a tuple cannot stand in an expression", 0),
    ("f(*a)", "a star cannot stand in an expression", 2),
    ("{'a': 1}", "'{' cannot stand in an expression", 0),
    ("a.__class__", "the name '__class__' starts with _", 2),
    ("().x", "a tuple cannot stand in an expression", 0),
    ("f().x", "a dot can only follow a name", 3),
    ("'a'.x", "a dot can only follow a name", 3),
    ("f()()", "only a name can be called", 0),
    ("a b", "the expression cannot be read near 'b'", 2),
    ("a + ", "the expression ends after '+'", 3),
    ("not", "the expression ends after 'not'", 3),
    ("(a", "'(' is never closed", 0),
    ("a)", "')' closes nothing", 1),
    ("([a)]", "')' closes nothing", 3),
    ("1) + (2", "')' closes nothing", 1),
    ("a # b", "'#' cannot stand in an expression", 2),
    ("a; b", "';' cannot stand in an expression", 1),
    ("zażółć", "'ż' cannot stand in an expression", 2),
    ("True", "'True' is not a word of the language", 0),
    ("a AND b", "'AND' is not a word of the language", 2),
    ("0x10", "'x10' follows a number without a space", 1),
    ("1_000", "'_000' follows a number without a space", 1),
    ("1e5", "'e5' follows a number without a space", 1),
    ("3days", "'days' follows a number without a space", 1),
    ("007", "the number 007 starts with 0", 0),
    (".5", "the number .5 lacks digits beside its point", 0),
    ("5.", "the number 5. lacks digits beside its point", 0),
    ("... == a", "'...' cannot stand in an expression", 0),
    ("@a", "'@' cannot stand in an expression", 0),
    ("`a`", "'`' cannot stand in an expression", 0),
    ("{{ a }}", "'{' cannot stand in an expression", 0),
    ("${a}", "'$' cannot stand in an expression", 0),
])
def test_what_is_not_of_the_language_is_refused_at_its_place(text, what, at):
    assert refusal(text) == (what, "bad-expression", at)


@pytest.mark.parametrize(("text", "what", "at"), [
    ("a" * 1001, "the expression has 1001 characters, at most 1000 are allowed", 1000),
    ("-" * 30 + "a", "the expression is nested more than 20 levels deep", 20),
    ("(" * 21 + "a" + ")" * 21, "the expression is nested more than 20 levels deep", 20),
    ("not " * 30 + "a", "the expression is nested more than 20 levels deep", 80),
    ("[" + "1," * 200 + "]", "the expression has more than 200 parts", 399),
    ("1" * 19, "the number 1111111111111111111 is too long", 0),
    ("0." + "1" * 13, "the number 0.1111111111111 is too long", 0),
])
def test_an_expression_has_limits(text, what, at):
    assert refusal(text) == (what, "expression-limit", at)


def test_a_refusal_says_the_way_out():
    with pytest.raises(ExpressionError) as caught:
        parse("status = 'draft'")

    assert str(caught.value) == (
        "'=' cannot stand in an expression [bad-expression] at 7 (write == to compare)"
    )
