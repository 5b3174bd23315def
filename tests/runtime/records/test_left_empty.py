"""A field that was left empty gets what the panel makes, and titles do without what is empty."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.actors import SYSTEM
from runtime.panel import Panel
from runtime.records import Records, ValidationFailed
from tests.runtime.records.small import opened_small

BOX = """
entity: box
title: "{label} - {kind} / {place}"
fields:
  label: {type: text, default_from: lower(kind)}
  code:  {type: text, required: true, default_from: kind}
  kind:  text
  place: text
  size:  {type: integer, required: true, default: "3"}
  shade: {type: text, default: grey}
"""


@pytest.fixture
def panel(database_url: str, tmp_path: Path) -> Iterator[Panel]:
    with opened_small(database_url, tmp_path, BOX) as opened:
        yield opened


@pytest.fixture
def records(panel: Panel) -> Iterator[Records]:
    with panel.records(SYSTEM) as opened:
        yield opened


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_value_takes_what_default_from_makes(records: Records, empty: str | None):
    made = records.create("box", {"label": empty, "code": empty, "kind": "tools"})

    assert (made["label"], made["code"]) == ("tools", "tools")


def test_an_entered_value_stands_instead_of_what_would_be_made(records: Records):
    assert records.create("box", {"label": "Mine", "kind": "tools"})["label"] == "Mine"


def test_an_empty_value_takes_the_default_only_where_the_row_needs_one(records: Records):
    made = records.create("box", {"kind": "tools", "size": None, "shade": None})

    assert (made["size"], made["shade"]) == (3, None)


def test_a_value_made_from_nothing_is_still_missing_where_one_is_required(records: Records):
    with pytest.raises(ValidationFailed) as refused:
        records.create("box", {"code": None})

    assert list(refused.value.problems) == ["code"]


def test_an_edit_may_empty_what_was_made(records: Records):
    made = records.create("box", {"kind": "tools"})

    assert records.update("box", made.id, {"label": None})["label"] is None


@pytest.mark.parametrize(("values", "title"), [
    ({"label": "A", "kind": "b", "place": "c"}, "A - b / c"),
    ({"label": None, "kind": "b", "place": "c"}, "b / c"),
    ({"label": "A", "kind": "b", "place": None}, "A - b"),
    ({"label": None, "kind": "b", "place": None}, "b"),
    ({"label": None, "kind": None, "place": "c"}, "c"),
    ({"label": "A", "kind": None, "place": None}, "A"),
    ({"label": None, "kind": "- b -", "place": None}, "- b -"),
])
def test_a_title_has_no_separator_where_its_end_is_empty(
    records: Records, values: dict[str, str | None], title: str
):
    box = records.create("box", {"code": "x", **values})

    assert records.update("box", box.id, values).title == title
