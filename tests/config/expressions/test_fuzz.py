"""Whatever is typed into a key that takes an expression: a problem with its place, or a tree."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from config.expressions import BOOLEAN, ExpressionError, check, parse
from config.expressions.functions import FUNCTIONS, LITERALS
from tests.config.expressions.world import FIELDS, scope

ROUNDS = 5_000
SECONDS_MAX = 0.05
CODES = {
    "bad-expression", "expression-limit", "ambiguous-logic", "unknown-name", "unknown-function",
    "unknown-choice", "expression-type", "not-in-sql",
}
SEEDS = (
    "client in me.clients and status != 'draft'", "not (urgent or due < today - days(3))",
    "lines.any(done and amount > money('1 EUR'))", "lines.sum(amount) * 2 >= total",
    "(qty if urgent else weight) + 1.5 == discount", "client.parent.country in ['pl', 'de']",
    "settings.finance.due != null and old.status == status", "'read' not in flags",
    "length(client.name) / 3 > -1.005", "paid_at < now - settings.finance.due",
)
PIECES = (
    *"()[]{}.,'\"+-*/<>=!&|^~@#$%\\;:_`? \t\n\0éżλ漢🙂\u2028\ud800", "==", "!=", "<=", ">=",
    "**", "//", "...",
    " and ", " or ", " not ", " in ", " is ", " if ", " else ", " lambda ", " for ", " await ",
    "f'", "b'", "0x", "1e9", "1j", "007", "1.5", "__class__", "null", "true", "None",
    "9" * 30, "(" * 30, "-" * 40, "not " * 25, "a." * 30, "[1, " * 15, "''", '"""',
    *FUNCTIONS, *LITERALS, *FIELDS["invoice"], *FIELDS["client"], "me.", "old.", "now", "today",
)


def mutated(luck: random.Random) -> str:
    """Return a seed with a few pieces put in, taken out, doubled or moved."""
    text = luck.choice(SEEDS)
    for _ in range(luck.randint(1, 6)):
        at, end = sorted(luck.randint(0, len(text)) for _ in range(2))
        piece = luck.choice((luck.choice(PIECES), text[at:end], luck.choice(SEEDS)))
        text = luck.choice((
            text[:at] + piece + text[at:], text[:at] + text[end:], text[:at] + piece + text[end:],
        ))
    return text


def random_text(luck: random.Random) -> str:
    return "".join(luck.choice(PIECES) for _ in range(luck.randint(0, 60)))


def problem_of(read: Callable[..., object], *arguments: object) -> ExpressionError | None:
    try:
        read(*arguments)
    except ExpressionError as problem:
        return problem
    return None


def test_no_text_gets_past_the_checker_except_as_a_tree_or_a_problem():
    luck, names, slowest = random.Random(42), scope(allow_old=True), 0.0

    for round_ in range(ROUNDS):
        text = mutated(luck) if round_ % 3 else random_text(luck)
        begin = time.thread_time()
        problems = [problem_of(parse, text), problem_of(check, text, names, BOOLEAN, True)]
        slowest = max(slowest, time.thread_time() - begin)
        for problem in filter(None, problems):
            assert problem.code in CODES, text
            assert problem.what, text
            assert 0 <= problem.offset <= len(text), text

    assert slowest < SECONDS_MAX
