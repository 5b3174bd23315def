"""docs/expressions.md says what is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config import expressions
from config.expressions import BOOLEAN, ExpressionError, check
from config.expressions.functions import FUNCTIONS, LITERALS
from config.expressions.lexer import DECIMAL_DIGITS_MAX, INTEGER_DIGITS_MAX
from config.expressions.syntax import DEPTH_MAX, LENGTH_MAX, NODES_MAX
from tests.config.expressions.world import scope

PAGE = (Path(__file__).parents[3] / "docs/expressions.md").read_text()
CODES = re.findall(r"^\| ([a-z-]+) \| .* \| `(.*)` \| (?:`(.*)`|split.*) \|$", PAGE, re.MULTILINE)


def test_every_code_is_explained():
    listed = set(re.findall(r"^([a-z]+(?:-[a-z]+)+)  +", expressions.__doc__, re.MULTILINE))

    assert {code for code, *_ in CODES} == listed
    assert len(listed) == 9


@pytest.mark.parametrize(("code", "wrong", "right"), CODES)
def test_the_example_of_a_code_has_that_problem_and_its_mending_has_none(code, wrong, right):
    with pytest.raises(ExpressionError) as caught:
        check(wrong, scope(), BOOLEAN, sql=True)

    assert caught.value.code == code
    if right:
        assert check(right, scope(), BOOLEAN, sql=True).type == BOOLEAN


def test_every_function_stands_in_the_table():
    table = PAGE.split("## Functions")[1].split("## ")[0]
    named = set(re.findall(r"`([a-z_]+)\(", table))

    assert named >= {*FUNCTIONS, *LITERALS}
    for function in (*FUNCTIONS.values(), *LITERALS.values()):
        assert function.example.split(" + ")[-1] in table


def test_the_limits_are_those_of_the_code():
    said = [int(number.replace(",", "")) for number in re.findall(
        r"At most ([\d,]+) characters, (\d+) parts and (\d+) levels; numbers have at most (\d+) "
        r"digits before and (\d+) after", PAGE)[0]]

    assert said == [LENGTH_MAX, NODES_MAX, DEPTH_MAX, INTEGER_DIGITS_MAX, DECIMAL_DIGITS_MAX]
