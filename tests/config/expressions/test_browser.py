"""The tree for the browser, and its interpreter against Python's answer."""

from __future__ import annotations

import json
import random
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.expressions import BOOLEAN, check, compile_python, to_browser
from tests.config.expressions.world import TODAY, random_world, scope
from tests.servers.components import require

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "runtime/web/static/conditions.js"
RUN = """
const {evaluate} = require(process.argv[1]);
const cases = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(cases.map(([tree, values]) => evaluate(tree, values))));
"""
LEAVES = (
    "active", "country == 'pl'", "country != 'de'", "name == 'it is'", "name != 'a'",
    "credit > 1.5", "credit <= -0.01", "rank * credit >= rank", "rank - 1 < credit + 0.5",
    "rank in [0, 1, 7.0]", "credit not in [10, 0.05]", "born < today", "born >= date('2026-03-30')",
    "'re' in rights", "'Write' not in rights", "country in rights", "country not in ['pl', 'fr']",
    "parent == null", "balance != null", "joined == null", "rights == null",
    "credit + rank == null",
    "parent == me.id", "parent in me.clients", "parent != me.nobody", "active == me.admin",
    "(credit if active else rank) > 0", "(active if parent == null else not active)",
    "name == me.name", "rank == settings.finance.step", "active == null", "true", "null == grace",
)


def tree_of(text: str, env=None):
    return to_browser(check(text, scope("client"), BOOLEAN), env)


def test_a_condition_becomes_a_small_tree():
    text = "status == 'draft' and (qty > 1.50 or not urgent)"

    tree = to_browser(check(text, scope("invoice"), BOOLEAN))

    assert tree == [
        "and",
        ["==", ["field", "status"], "draft"],
        ["or", [">", ["number", ["field", "qty"]], ["number", "1.50"]],
         ["not", ["yes", ["field", "urgent"]]]],
    ]


@pytest.mark.parametrize("text", [
    "parent.active", "invoices.any()", "joined < now", "balance > 0", "length(name) > 3",
    "lower(name) == 'a'", "grace > days(1)", "credit / 2 > 1", "credit * 1.5 > 1",
    "invoices.count > 3", "balance == balance",
])
def test_what_a_form_cannot_know_stays_with_the_server(text):
    assert tree_of(text, random_world(1).env()) is None


def test_values_of_the_person_are_written_into_the_tree_by_the_server():
    text = "parent == me.id or (born == today)"

    assert tree_of(text) is None
    assert tree_of(text, random_world(1).env()) == [
        "or", ["==", ["field", "parent"], "1"], ["==", ["field", "born"], TODAY.isoformat()]
    ]


def test_an_expression_that_is_no_condition_has_no_tree():
    assert to_browser(check("name", scope("client"), None)) is None


def sentences() -> st.SearchStrategy[str]:
    def joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.builds("(not {})".format, parts),
            st.builds("({} and {})".format, parts, parts),
            st.builds("({} or {})".format, parts, parts),
            st.builds("({} if {} else {})".format, parts, parts, parts),
        )

    return st.recursive(st.sampled_from(LEAVES).map("({})".format), joined, max_leaves=6)


def form_value(value: object, luck: random.Random) -> object:
    """Return what a form holds for a value of the row."""
    if value is None:
        return luck.choice((None, ""))
    if isinstance(value, bool):
        return value
    if isinstance(value, frozenset):
        return sorted(value)
    return str(value) if isinstance(value, (int, str, Decimal, date)) else "something"


@pytest.fixture(scope="module")
def node() -> str:
    return str(require("node"))


def test_the_browser_answers_like_the_server(node):
    world, luck, drawn = random_world(7, clients=40), random.Random(7), []

    @settings(max_examples=300, database=None, derandomize=True,
              suppress_health_check=list(HealthCheck))
    @given(text=sentences())
    def draw(text: str) -> None:
        drawn.append(text)

    draw()
    cases, expected = [], []
    for text in dict.fromkeys([*(f"({leaf})" for leaf in LEAVES), *drawn]):
        expression = check(text, scope("client"), BOOLEAN)
        holds, tree = compile_python(expression), to_browser(expression, world.env())
        assert tree is not None, text
        for stored in world.rows["client"].values():
            row = {**stored, "name": stored["name"] or None}  # a form has no empty text
            form = {name: form_value(value, luck) for name, value in row.items()}
            cases.append((text, tree, form))
            expected.append(holds(row, world.env()))

    sent = json.dumps([(tree, form) for _, tree, form in cases])
    answer = subprocess.run(
        [node, "-e", RUN, str(SCRIPT)], input=sent, capture_output=True, text=True, timeout=60
    )

    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout)
    wrong = [case for case, one, other in zip(cases, found, expected, strict=True) if one != other]
    assert wrong == []


def test_a_field_that_the_form_lacks_is_null(node):
    tree = tree_of("name == null and not active and country != 'pl'")

    answer = subprocess.run(
        [node, "-e", RUN, str(SCRIPT)], input=json.dumps([[tree, {}]]), capture_output=True,
        text=True, timeout=60,
    )

    assert json.loads(answer.stdout) == [False]


