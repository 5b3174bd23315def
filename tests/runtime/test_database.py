"""Engines, transactions, and the wall behind the gate."""

import threading
import time

import pytest
from sqlalchemy import insert, select, text

from runtime import database
from runtime.actors import SYSTEM, Actor
from runtime.database import (
    GuardRefused,
    act_as,
    as_system,
    let_others_write,
    one_by_one,
    open_engine,
    transaction,
)
from runtime.settings import Settings, StartProblem
from tests.runtime.records.house import opened

PERSON = Actor("staff", 1, "Sam")
NOBODY = Actor("anonymous")


@pytest.fixture
def panel(database_url, tmp_path):
    with opened(database_url, tmp_path, ids={"x": 1}) as house:
        yield house.panel


def settings(url, tmp_path):
    return Settings(url, tmp_path, ("k" * 40,))


@pytest.mark.parametrize("actor", [PERSON, NOBODY])
@pytest.mark.parametrize(
    "statement",
    [
        lambda tables: text("SELECT * FROM client"),
        lambda tables: text("SELECT 1"),
        lambda tables: select(tables["client"].table),
        lambda tables: select(tables["client"].table.c.id).limit(1),
        lambda tables: insert(tables["product"].table).values(name="x", key="x"),
        lambda tables: tables["client"].table.update().values(name="x"),
        lambda tables: tables["client"].table.delete(),
    ],
)
def test_a_statement_beside_the_gate_is_refused_while_a_person_acts(panel, actor, statement):
    for write in (True, False):
        with transaction(panel.engine, actor, write=write) as connection:
            with pytest.raises(GuardRefused):
                connection.execute(statement(panel.generated.entities))


def test_text_sent_to_the_driver_is_refused_too(panel):
    with transaction(panel.engine, PERSON, write=True) as connection:
        for sql in ("SELECT 1", "DELETE FROM client", "SAVEPOINT x; DELETE FROM client",
                    "SAVEPOINT sa_savepoint_1; DELETE FROM client"):
            with pytest.raises(GuardRefused):
                connection.exec_driver_sql(sql)


def test_a_second_connection_does_not_get_round_the_wall(panel):
    with panel.reading(PERSON), panel.engine.connect() as connection:
        with pytest.raises(GuardRefused):
            connection.execute(text("SELECT 1"))


def test_a_mark_of_ones_own_is_no_mark(panel):
    with transaction(panel.engine, PERSON, write=True) as connection:
        for mark in (True, object(), "panel_gate"):
            with pytest.raises(GuardRefused):
                connection.execute(text("SELECT 1"), execution_options={"panel_gate": mark})


def test_the_panel_itself_passes_and_the_wall_is_down_afterwards(panel):
    with as_system(panel.engine) as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
    with act_as(PERSON):
        pass
    with panel.engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1


def test_only_the_gate_carries_its_mark():
    from pathlib import Path

    root = Path(__file__).parents[2]
    users = {
        file.relative_to(root).as_posix()
        for package in ("runtime", "extensions", "generator")
        for file in (root / package).rglob("*.py")
        if "MARKED" in (words := file.read_text(encoding="utf-8")) or "GateMark" in words
    }
    assert users == {"runtime/database.py", "runtime/records/work.py"}


def test_a_reading_transaction_cannot_write(panel):
    with panel.reading(PERSON) as records, pytest.raises((AssertionError, Exception)):
        records.create("client", {"name": "x"})
    with as_system(panel.engine) as connection:
        table = panel.generated.entities["client"].table
        assert connection.execute(select(table.c.id)).all() == []


def test_statements_one_by_one_read_and_the_wall_stands(panel):
    for _ in range(2):
        with one_by_one(panel.engine, SYSTEM) as connection:
            assert connection.execute(text("SELECT 1")).scalar() == 1
        with one_by_one(panel.engine, PERSON) as connection, pytest.raises(GuardRefused):
            connection.execute(text("SELECT 1"))
    # The connection goes back to the pool as it came.
    test_an_exception_undoes_the_transaction(panel)


def test_a_connection_that_was_cut_while_it_rested_is_replaced_unseen(postgres_url, tmp_path,
                                                                     monkeypatch):
    monkeypatch.setattr(database, "_REST_SECONDS", 0.0)
    engine = open_engine(settings(postgres_url, tmp_path))
    with as_system(engine) as connection:
        first = connection.execute(text("SELECT pg_backend_pid()")).scalar()
    other = open_engine(settings(postgres_url, tmp_path))
    with as_system(other) as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": first})

    with as_system(engine) as connection:
        second = connection.execute(text("SELECT pg_backend_pid()")).scalar()

    assert second != first
    engine.dispose()
    other.dispose()


def test_a_busy_connection_is_not_asked_again_whether_it_stands(postgres_url, tmp_path):
    engine = open_engine(settings(postgres_url, tmp_path))
    asked = []
    engine.dialect.do_ping = asked.append
    for _ in range(3):
        with as_system(engine) as connection:
            connection.execute(text("SELECT 1"))
    assert asked == []
    engine.dispose()


def test_an_exception_undoes_the_transaction(panel):
    table = panel.generated.entities["product"].table
    with as_system(panel.engine) as connection:
        before = connection.execute(select(table.c.id)).all()
    with pytest.raises(RuntimeError), as_system(panel.engine) as connection:
        connection.execute(table.delete())
        raise RuntimeError
    with as_system(panel.engine) as connection:
        assert connection.execute(select(table.c.id)).all() == before


def test_sqlite_holds_foreign_keys_and_waits_for_its_one_writer(houses_of_sqlite):
    panel = houses_of_sqlite.panel
    with as_system(panel.engine) as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("foreign_keys", "journal_mode", "synchronous")
        }
    assert pragmas == {"foreign_keys": 1, "journal_mode": "wal", "synchronous": 2}
    order, inside = [], threading.Event()

    def second():
        inside.wait(10)
        with as_system(panel.engine):
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with as_system(panel.engine):
        inside.set()
        thread.join(0.2)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


@pytest.fixture
def houses_of_sqlite(tmp_path):
    with opened(f"sqlite:///{tmp_path}/panel.sqlite3", tmp_path, ids={"x": 1}) as house:
        yield house


def test_a_missing_database_is_said_in_one_sentence(tmp_path):
    with pytest.raises(StartProblem) as problem:
        open_engine(settings(f"sqlite:///{tmp_path}/absent.sqlite3", tmp_path), create=False)
    assert str(problem.value) == (
        f"there is no database at {tmp_path}/absent.sqlite3: start the panel once "
        "(panelwright serve), or check PANEL_DATABASE_URL and PANEL_VAR"
    )


def test_a_file_that_is_no_database_is_said_in_one_sentence(tmp_path):
    file = tmp_path / "panel.sqlite3"
    file.write_text("this is a text and no database, and long enough to be read as one" * 20)
    with pytest.raises(StartProblem, match="is not a SQLite database|cannot be opened"):
        open_engine(settings(f"sqlite:///{file}", tmp_path))


def test_a_sqlite_address_with_options_is_refused_and_makes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StartProblem, match="without file: and options"):
        open_engine(settings("sqlite:///file:panel.sqlite3?mode=ro&uri=true", tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_not_there_is_said_in_one_sentence(tmp_path):
    with pytest.raises(StartProblem) as problem:
        open_engine(settings("postgresql+psycopg://me:secret@127.0.0.1:1/none", tmp_path))
    assert "cannot be reached" in str(problem.value)
    assert "secret" not in str(problem.value)
    assert "\n" not in str(problem.value)


def test_a_database_in_memory_is_refused(tmp_path):
    with pytest.raises(StartProblem, match="needs a SQLite file"):
        open_engine(settings("sqlite:///:memory:", tmp_path))




def test_who_writes_batch_after_batch_lets_those_in_who_wait(tmp_path):
    engine = open_engine(settings(f"sqlite:///{tmp_path}/panel.sqlite3", tmp_path))
    waited: list[float] = []

    def write_once() -> None:
        began = time.monotonic()
        with as_system(engine) as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS one (id INTEGER)"))
        waited.append(time.monotonic() - began)

    other = threading.Thread(target=write_once)
    for batch in range(40):
        with as_system(engine):
            if batch == 2:
                other.start()
            time.sleep(0.05)
        let_others_write(engine)
    other.join()
    engine.dispose()

    assert waited[0] < 1
