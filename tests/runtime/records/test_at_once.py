"""Several people who change rows of one group at the same moment."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from runtime.actors import SYSTEM
from runtime.collisions import TRIES_MAX, again
from runtime.panel import Panel
from runtime.records import ListQuery
from tests.runtime.records.small import opened_small

THING = """entity: thing
title: name
fields:
  name: text!
  shelf: text
  place: {type: position, within: shelf}
  best: {type: boolean, only_one: shelf}
views:
  staff: {columns: [name, shelf, place, best]}
"""
PEOPLE = 6


@pytest.fixture(scope="module")
def things(
    module_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Panel]:
    folder: Path = tmp_path_factory.mktemp("things")
    with opened_small(module_database_url, folder, THING) as panel:
        yield panel


def made(panel: Panel, shelf: str) -> list[int]:
    with panel.records(SYSTEM) as records:
        return [
            records.create("thing", {"name": f"{shelf}{number}", "shelf": shelf}).id
            for number in range(PEOPLE)
        ]


def write(panel: Panel, row: int, **values: Any) -> None:
    with panel.records(SYSTEM) as records:
        records.update("thing", row, values)


def at_once(*acts: Callable[[], Any]) -> list[Exception]:
    """Begin all acts together and return what was raised."""
    barrier, raised = threading.Barrier(len(acts), timeout=20), []

    def run(act: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            act()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            raised.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


def rows(panel: Panel, *shelves: str) -> list[Any]:
    with panel.reading(SYSTEM) as records:
        page = records.list("thing", ListQuery(size=100))
        return [row for row in page.rows if row["shelf"] in shelves]


def test_six_who_move_rows_of_one_group_at_once_wait_for_each_other(things):
    ids = made(things, "moved")

    for turn in range(4):
        raised = at_once(*(
            lambda row=row, place=(number * 3 + turn) % PEOPLE + 1: write(
                things, row, place=place)
            for number, row in enumerate(ids)
        ))
        assert raised == []
    assert sorted(row["place"] for row in rows(things, "moved")) == [1, 2, 3, 4, 5, 6]


def test_six_who_change_groups_at_once_leave_no_gap(things):
    ids = made(things, "left")

    for turn in range(4):
        raised = at_once(*(
            lambda row=row, shelf=("left", "right")[(number + turn) % 2]: write(
                things, row, shelf=shelf)
            for number, row in enumerate(ids)
        ))
        assert raised == []
    for shelf in ("left", "right"):
        places = sorted(row["place"] for row in rows(things, shelf))
        assert places == list(range(1, len(places) + 1))


def test_of_six_who_say_yes_at_once_the_last_one_keeps_it(things):
    ids = made(things, "best")

    for _ in range(3):
        assert at_once(*(lambda row=row: write(things, row, best=True) for row in ids)) == []
        assert [row["best"] for row in rows(things, "best")].count(True) == 1


def test_a_row_that_takes_its_yes_into_another_group_takes_the_yes_there(things):
    one, *_ = made(things, "from")
    other, *_ = made(things, "into")
    write(things, one, best=True)
    write(things, other, best=True)

    write(things, one, shelf="into")

    assert [row.id for row in rows(things, "into") if row["best"]] == [one]


def test_work_that_the_server_ended_for_another_is_done_again(postgres_url, tmp_path):
    with opened_small(postgres_url, tmp_path, THING) as panel:
        first, second, *_ = made(panel, "crossed")
        barrier, tries = threading.Barrier(2, timeout=20), []

        def cross(here: int, there: int) -> None:
            begun: list[int] = []

            def work() -> None:
                tries.append(here)
                begun.append(here)
                with panel.records(SYSTEM) as records:
                    records.update("thing", here, {"name": f"by {here}"})
                    if len(begun) == 1:
                        barrier.wait()
                    records.update("thing", there, {"name": f"by {here}"})

            again(work)

        raised = at_once(lambda: cross(first, second), lambda: cross(second, first))

        assert raised == []
        assert len(tries) == 3
        names = {row.id: row["name"] for row in rows(panel, "crossed")}
        assert names[first] == names[second]


def failing(panel: Panel, state: str) -> None:
    with panel.records(SYSTEM) as records:
        records.work.run(text(
            f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$"
        ))


def test_work_of_which_a_part_is_committed_is_not_done_again(postgres_url, tmp_path):
    with opened_small(postgres_url, tmp_path, THING) as panel:
        tries = []

        def work() -> None:
            tries.append(1)
            made(panel, "half")
            failing(panel, "40P01")

        with pytest.raises(OperationalError):
            again(work)
        assert len(tries) == 1


def test_work_that_always_meets_another_ends_with_its_error(postgres_url, tmp_path):
    with opened_small(postgres_url, tmp_path, THING) as panel:
        tries = []

        def work() -> None:
            tries.append(1)
            failing(panel, "40001")

        with pytest.raises(OperationalError):
            again(work)
        assert len(tries) == TRIES_MAX
