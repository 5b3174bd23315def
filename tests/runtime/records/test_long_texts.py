"""Texts longer than an entry of an index can be: saved, sorted and found all the same."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from runtime.actors import SYSTEM
from runtime.database import as_system
from runtime.panel import Panel, open_panel
from runtime.records import Filter, ListQuery, ValidationFailed
from tests.runtime.records.small import opened_small

PAPER = """entity: paper
title: line
fields:
  line:  {type: text, max: 60000, required: yes}
  body:  {type: long_text, translatable: yes}
  shelf: {type: text, max: 600, unique: yes}
  place: {type: position, within: shelf}
  site:  {type: url, unique: yes}
  owner: ->paper
index:
  by_line: [line, shelf]
views:
  staff:
    columns: [line, shelf]
    sort: line
    filters: [line, shelf]
    search: {line: prefix, body: prefix, shelf: prefix}
"""
# Nothing in it repeats, so that PostgreSQL cannot make it shorter.
LONG = "".join(random.Random(7).choices([chr(sign) for sign in range(0x4E00, 0x9000)], k=60_000))


@pytest.fixture(scope="module")
def papers(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Panel]:
    folder: Path = tmp_path_factory.mktemp("papers")
    with opened_small(module_database_url, folder, PAPER) as panel:
        yield panel


def test_a_long_text_that_is_sorted_filtered_and_searched_by_is_saved_and_found(papers):
    with papers.records(SYSTEM) as records:
        row = records.create("paper", {
            "line": f"needle {LONG[:59_000]}", "body": f"Żółw {LONG}", "shelf": LONG[:600],
        }).id
        records.create("paper", {"line": "another", "body": "another"})

        for said in ("needle", "ZOLW", f"needle {LONG[:100]}", LONG[:20]):
            page = records.list("paper", ListQuery(search=said))
            assert [each.id for each in page.rows] == [row], said
        page = records.list("paper", ListQuery(filters=(
            Filter("line", "contains", (LONG[50_000:50_020],)),
        )))
        assert [each.id for each in page.rows] == [row]
        assert [each["line"][:7] for each in records.list("paper").rows] == ["another", "needle "]


def test_a_panel_with_long_texts_opens_again(papers):
    config = papers.settings.var / "small"

    with open_panel([config], papers.settings) as again:
        assert again.project.entities["paper"]


def test_a_text_that_an_index_has_no_place_for_is_refused_on_its_field(postgres_url, tmp_path):
    with opened_small(postgres_url, tmp_path, PAPER) as papers:
        with papers.records(SYSTEM) as records, pytest.raises(ValidationFailed) as refused:
            records.create("paper", {"line": "x", "site": f"https://example.com/{LONG[:1900]}"})
        with as_system(papers.engine) as connection:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            plan = connection.execute(text(
                "EXPLAIN SELECT id FROM paper "
                "WHERE panel_fold(substr(line, 1, 600)) LIKE 'needle%'"
            )).scalars().all()

    assert {name: [*map(str, said)] for name, said in refused.value.problems.items()} == {
        "site": ["This text is too long. Shorten it."]
    }
    assert any("ix_paper_line_start" in line for line in plan), plan
