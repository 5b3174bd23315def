"""A currency that rows of another entity name is offered; others are refused."""

import pytest

from runtime.actors import Actor
from runtime.panel import Panel
from runtime.records import Records, ValidationFailed
from runtime.records.work import Work
from tests.runtime.records.library import undone

STAFF = Actor("staff", 1, "Lea", frozenset({"librarian"}))


def as_staff(library: Panel, records: Records) -> Records:
    return Records(Work(library, records.work.connection, STAFF, write=True))


def test_only_offered_currencies_are_taken(library: Panel):
    with undone(library) as records:
        records.create("coin", {"code": "PLN"})
        staff = as_staff(library, records)

        kept = staff.create("fine", {"currency": "PLN"})
        with pytest.raises(ValidationFailed) as refused:
            staff.create("fine", {"currency": "EUR"})
        with pytest.raises(ValidationFailed):
            staff.update("fine", kept.id, {"currency": "USD"})

        assert {name: list(map(str, said)) for name, said in refused.value.problems.items()} == {
            "currency": ["EUR is not offered here. Offered: PLN"]
        }
        assert staff.get("fine", kept.id)["currency"] == "PLN"


def test_a_row_keeps_a_currency_that_is_offered_no_more(library: Panel):
    with undone(library) as records:
        coin = records.create("coin", {"code": "PLN"}).id
        fine = as_staff(library, records).create("fine", {"currency": "PLN", "note": "late"}).id
        records.delete("coin", coin)
        staff = as_staff(library, records)

        staff.update("fine", fine, {"currency": "PLN", "note": "very late"})
        with pytest.raises(ValidationFailed):
            staff.create("fine", {"currency": "PLN"})

        assert staff.get("fine", fine)["note"] == "very late"


def test_what_is_offered_is_read_once(library: Panel):
    from sqlalchemy import event

    with undone(library) as records:
        records.create("coin", {"code": "PLN"})
        staff = as_staff(library, records)
        asked: list[str] = []
        event.listen(
            staff.work.connection, "before_cursor_execute", lambda *call: asked.append(call[2])
        )

        for _ in range(3):
            staff.create("fine", {"currency": "PLN"})

        assert sum("DISTINCT" in statement for statement in asked) == 1


def test_a_refused_currency_is_told_with_some_of_those_offered(library: Panel):
    with undone(library) as records:
        for code in ("USD", "PLN", "CZK", "CHF", "SEK", "NOK"):
            records.create("coin", {"code": code})

        with pytest.raises(ValidationFailed) as refused:
            as_staff(library, records).create("fine", {"currency": "EUR"})

        assert refused.value.problems["currency"] == (
            "EUR is not offered here. Offered: CHF, CZK, NOK, PLN, SEK …",
        )
