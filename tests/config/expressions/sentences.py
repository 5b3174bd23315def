"""Random expressions that the checker must accept, for Hypothesis.

Each `…_of` draws the text of an expression of one type about a row of `entity`. Whatever is
put together is in parentheses, so precedence is not what these tests are about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hypothesis import strategies as st

from config.expressions.types import RECORD, Type
from tests.config.expressions.world import CURRENCIES, FIELDS, PICKS, RIGHTS, TEXTS

Draw = Callable[[st.SearchStrategy], object]
EQUAL = ("==", "!=")
ORDER = ("==", "!=", "<", "<=", ">", ">=")
NULLABLE = (
    "text", "choice", "boolean", "integer", "decimal", "rate", "date", "moment", "duration",
    "money", "record", "any_record", "choices",
)


def paths(entity: str, kinds: tuple[str, ...], hops: int = 2) -> list[tuple[str, Type]]:
    """Return the dotted names of fields of `kinds` that `entity` reaches, shortest first."""
    known = _fields(entity)
    found = [(name, type_) for name, type_ in known.items() if type_.kind in kinds]
    if hops:
        for name, type_ in known.items():
            if type_.kind == "record":
                beyond = paths(type_.entity, kinds, hops - 1)
                found += [(f"{name}.{path}", end) for path, end in beyond]
    return [(name, type_) for name, type_ in found if name.split(".")[-1] != "id"]


def _fields(entity: str) -> Mapping[str, Type]:
    """Return the fields of an entity and the rows that are picked for it."""
    picks = PICKS.get(entity, {})
    return {**FIELDS[entity], **{
        name: RECORD(FIELDS[entity][pick.many].entity) for name, pick in picks.items()
    }}


@st.composite
def conditions(draw: Draw, entity: str, depth: int = 3) -> str:
    return boolean_of(draw, entity, depth)


@st.composite
def values(draw: Draw, entity: str, depth: int = 2) -> str:
    """Draw an expression of any type that a database value may have."""
    maker = draw(st.sampled_from((
        number_of, number_of, money_of, duration_of, boolean_of, _path_maker("text", "choice"),
        _path_maker("date"), _path_maker("moment"), _path_maker("record"),
        _path_maker("any_record"), _path_maker("choices"), _chosen_text,
    )))
    return maker(draw, entity, depth)


def boolean_of(draw: Draw, entity: str, depth: int) -> str:
    if depth > 0:
        makers = (_not, _logic, _logic, _compare, _compare, _among, _null_test, _any, _choice)
    else:
        makers = (_field_boolean, _null_test, _simple_compare, _among)
    return draw(st.sampled_from(makers))(draw, entity, depth - 1)


def _field_boolean(draw: Draw, entity: str, depth: int) -> str:
    return draw(st.sampled_from((*_names(entity, "boolean"), "true", "false", "me.admin")))


def _not(draw: Draw, entity: str, depth: int) -> str:
    return f"(not {boolean_of(draw, entity, depth)})"


def _logic(draw: Draw, entity: str, depth: int) -> str:
    parts = [boolean_of(draw, entity, depth) for _ in range(draw(st.integers(2, 3)))]
    return f"({draw(st.sampled_from((' and ', ' or '))).join(parts)})"


def _choice(draw: Draw, entity: str, depth: int) -> str:
    yes, test, no = (boolean_of(draw, entity, depth) for _ in range(3))
    return f"({yes} if {test} else {no})"


def _null_test(draw: Draw, entity: str, depth: int) -> str:
    operands = [*_names(entity, *NULLABLE), "me.nobody", "settings.finance.unset"]
    operand = draw(st.sampled_from(operands))
    if depth > 0 and draw(st.booleans()):
        operand = draw(st.sampled_from((number_of, money_of, duration_of)))(draw, entity, depth)
    return f"({operand} {draw(st.sampled_from(EQUAL))} null)"


def _simple_compare(draw: Draw, entity: str, depth: int) -> str:
    return _compare(draw, entity, 0)


def _compare(draw: Draw, entity: str, depth: int) -> str:
    maker, signs = draw(st.sampled_from((
        (number_of, ORDER), (number_of, ORDER), (money_of, ORDER), (duration_of, ORDER),
        (_date, ORDER), (_moment, ORDER), (_text, EQUAL), (boolean_of, EQUAL),
    )))
    if draw(st.integers(0, 7)) == 0:
        return _compare_links(draw, entity)
    if draw(st.integers(0, 7)) == 0:
        return _compare_choice(draw, entity)
    left, right = maker(draw, entity, depth), maker(draw, entity, depth)
    if maker is number_of and draw(st.integers(0, 9)) == 0:
        right = draw(st.sampled_from(("999999999999999999.5", "-999999999999999999")))
    if maker is money_of and draw(st.integers(0, 3)) == 0:
        right = "0"
    return f"({left} {draw(st.sampled_from(signs))} {right})"


def _compare_links(draw: Draw, entity: str) -> str:
    left = draw(st.sampled_from(paths(entity, ("record",), 1) or paths(entity, ("any_record",))))
    fits = [
        name for name, type_ in paths(entity, ("record", "any_record"), 1)
        if "any_record" in (type_.kind, left[1].kind) or type_.entity == left[1].entity
    ]
    fits += ["me.record"] + (["me.id", "me.nobody"] if left[1].entity in ("", "client") else [])
    return f"({left[0]} {draw(st.sampled_from(EQUAL))} {draw(st.sampled_from(fits))})"


def _compare_choice(draw: Draw, entity: str) -> str:
    name, type_ = draw(st.sampled_from(paths(entity, ("choice",))))
    key = draw(st.sampled_from(type_.keys))
    return f"({name} {draw(st.sampled_from(EQUAL))} '{key}')"


def _among(draw: Draw, entity: str, depth: int) -> str:
    word = draw(st.sampled_from(("in", "not in")))
    makers = (_in_texts, _in_keys, _in_links, _in_numbers, _in_choices, _in_collection, _in_amounts)
    item, group = draw(st.sampled_from(makers))(draw, entity)
    return f"({item} {word} {group})"


def _in_texts(draw: Draw, entity: str) -> tuple[str, str]:
    group = draw(st.sampled_from(("eu", "['a', \"it's\"]", "['żółw', '50%']", "[]")))
    return draw(st.sampled_from([*_names(entity, "text"), "buyer.country"])), group


def _in_keys(draw: Draw, entity: str) -> tuple[str, str]:
    name, type_ = draw(st.sampled_from(paths(entity, ("choice",))))
    keys = draw(st.lists(st.sampled_from(type_.keys), max_size=3))
    return name, f"[{', '.join(repr(key) for key in keys)}]"


def _in_links(draw: Draw, entity: str) -> tuple[str, str]:
    names = [n for n, type_ in paths(entity, ("record",)) if type_.entity == "client"]
    names += ["me.id", "me.nobody"] + (["id"] if entity == "client" else [])
    return draw(st.sampled_from(names)), draw(st.sampled_from(("me.clients", "me.none")))


def _in_numbers(draw: Draw, entity: str) -> tuple[str, str]:
    return number_of(draw, entity, 0), draw(st.sampled_from(("[0, 1, -1.5]", "[0.23, 2]", "[]")))


def _in_amounts(draw: Draw, entity: str) -> tuple[str, str]:
    return money_of(draw, entity, 0), "[money('1 EUR'), money('2 USD')]"


def _in_choices(draw: Draw, entity: str) -> tuple[str, str]:
    key = draw(st.sampled_from(RIGHTS))
    return f"'{key}'", draw(st.sampled_from(_names(entity, "choices")))


def _in_collection(draw: Draw, entity: str) -> tuple[str, str]:
    if entity == "client":
        return "me.id", "me.clients"
    invoice = "invoice" if entity == "line" else draw(st.sampled_from(("id", "next")))
    owner = "invoice.client" if entity == "line" else draw(st.sampled_from(("client", "me.id")))
    return invoice, f"{owner}.{draw(st.sampled_from(('issued', 'invoices')))}"


def _any(draw: Draw, entity: str, depth: int) -> str:
    name, type_ = draw(st.sampled_from(_collections(entity)))
    if draw(st.booleans()):
        return f"{name}.any()"
    return f"{name}.any({boolean_of(draw, type_, min(depth, 1))})"


def _collections(entity: str) -> list[tuple[str, str]]:
    found = [(name, type_.entity) for name, type_ in paths(entity, ("collection",), 1)]
    found += [(f"{name}.issued", "invoice") for name, type_ in paths(entity, ("record",), 1)
              if type_.entity == "client"]
    found += [("me.id.issued", "invoice"), ("me.nobody.invoices", "invoice")]
    return found + ([("issued", "invoice")] if entity == "client" else [])


def number_of(draw: Draw, entity: str, depth: int) -> str:
    if depth <= 0:
        return draw(st.one_of(
            st.sampled_from(_names(entity, "integer", "decimal", "rate")),
            st.sampled_from(_names(entity, "integer", "decimal", "rate")),
            st.sampled_from(("0", "1", "2", "1.5", "0.0005", "-1.005",
                             "rate('23 %')", "settings.finance.share", "settings.finance.unset")),
        ))
    return draw(st.sampled_from((
        lambda: number_of(draw, entity, 0),
        lambda: _sum_of(draw, number_of, entity, depth - 1),
        lambda: f"({number_of(draw, entity, depth - 1)} * {_integer(draw, entity)})",
        lambda: f"(-{number_of(draw, entity, depth - 1)})",
        lambda: f"{draw(st.sampled_from(_collections(entity)))[0]}.count",
        lambda: _total(draw, entity, ("integer", "decimal", "rate")),
        lambda: f"length({_text(draw, entity, 0)})",
        lambda: _chosen(draw, number_of, entity, depth - 1),
    )))()


def _integer(draw: Draw, entity: str) -> str:
    return draw(st.sampled_from((*_names(entity, "integer"), "2", "-3", "settings.finance.step")))


def _sum_of(draw: Draw, maker: Callable, entity: str, depth: int) -> str:
    left, right = maker(draw, entity, depth), maker(draw, entity, depth)
    return f"({left} {draw(st.sampled_from('+-'))} {right})"


def _chosen(draw: Draw, maker: Callable, entity: str, depth: int) -> str:
    yes, no = maker(draw, entity, depth), draw(st.sampled_from((maker(draw, entity, 0), "null")))
    return f"({yes} if {boolean_of(draw, entity, 0)} else {no})"


def _total(draw: Draw, entity: str, kinds: tuple[str, ...]) -> str:
    name, other = draw(st.sampled_from(_collections(entity)))
    return f"{name}.sum({draw(st.sampled_from(_names(other, *kinds)))})"


def money_of(draw: Draw, entity: str, depth: int) -> str:
    if depth <= 0:
        fixed = ("money('1 EUR')", "money('-2 USD')", "settings.finance.least")
        return draw(st.sampled_from((*_names(entity, "money"), *fixed)))
    return draw(st.sampled_from((
        lambda: money_of(draw, entity, 0),
        lambda: _same_money(draw, entity),
        lambda: f"({money_of(draw, entity, depth - 1)} * {_integer(draw, entity)})",
        lambda: f"(-{money_of(draw, entity, depth - 1)})",
        lambda: _total(draw, entity, ("money",)),
    )))()


def _same_money(draw: Draw, entity: str) -> str:
    """Draw a sum of two amounts whose currency stands at one place."""
    own = {"client": "balance", "invoice": "total", "line": "amount"}[entity]
    pairs = {
        "client": ["balance", "(balance * 2)"],
        "invoice": ["total", "paid", "client.balance", "lines.sum(amount)"],
        "line": ["amount", "invoice.total", "invoice.paid"],
    }[entity]
    chosen = f"({own} if {boolean_of(draw, entity, 0)} else null)"
    left, right = draw(st.sampled_from((*pairs, chosen))), draw(st.sampled_from(pairs))
    return f"({left} {draw(st.sampled_from('+-'))} {right})"


def duration_of(draw: Draw, entity: str, depth: int) -> str:
    if depth <= 0:
        fixed = ("days(3)", "minutes(1)", "weeks(-1)", "settings.finance.due", "(now - me.since)")
        return draw(st.sampled_from((*_names(entity, "duration"), *fixed)))
    return draw(st.sampled_from((
        lambda: duration_of(draw, entity, 0),
        lambda: _sum_of(draw, duration_of, entity, depth - 1),
        lambda: f"({duration_of(draw, entity, depth - 1)} * {_integer(draw, entity)})",
        lambda: f"({_date(draw, entity, 0)} - {_date(draw, entity, 0)})",
        lambda: f"hours({_integer(draw, entity)})",
        lambda: _total(draw, entity, ("duration",)),
    )))()


def _date(draw: Draw, entity: str, depth: int) -> str:
    fixed = ("today", "(today + months(1))", "(today - days(1))", "date('2026-03-01')")
    return draw(st.sampled_from((*_names(entity, "date"), *fixed)))


def _moment(draw: Draw, entity: str, depth: int) -> str:
    fixed = ("now", "(now - days(3))", "(now - settings.finance.due)", "me.since")
    if depth > 0 and draw(st.booleans()):
        return _chosen(draw, _moment, entity, 0)
    return draw(st.sampled_from((*_names(entity, "moment"), *_names(entity, "moment"), *fixed)))


def _text(draw: Draw, entity: str, depth: int) -> str:
    written = [f"'{text}'" for text in TEXTS if "'" not in text] + ['"it\'s"']
    names = [*_names(entity, "text"), "me.name", "lower('A')"]
    if depth > 0 and draw(st.booleans()):
        return _chosen_text(draw, entity, depth)
    return draw(st.sampled_from((*names, *names, *written, *(repr(c) for c in CURRENCIES))))


def _chosen_text(draw: Draw, entity: str, depth: int) -> str:
    return _chosen(draw, _text, entity, 0)


def _path_maker(*kinds: str) -> Callable[[Draw, str, int], str]:
    def make(draw: Draw, entity: str, depth: int) -> str:
        return draw(st.sampled_from(_names(entity, *kinds) or ["me.record"]))

    return make


def _names(entity: str, *kinds: str) -> list[str]:
    return [name for name, _ in paths(entity, kinds)]
