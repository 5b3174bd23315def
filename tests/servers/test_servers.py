import asyncio
import signal
import subprocess
import sys
import time

import pytest
import sqlalchemy as sa

from tests.servers import components
from tests.servers import postgres as postgres_server
from tests.servers.processes import free_port, running


def test_database_is_empty_and_can_be_written(database_url):
    engine = sa.create_engine(database_url)

    with engine.begin() as connection:
        assert sa.inspect(connection).get_table_names() == []
        connection.execute(sa.text("create table t (x integer)"))
        connection.execute(sa.text("insert into t values (1)"))

    with engine.connect() as connection:
        assert connection.scalar(sa.text("select count(*) from t")) == 1
    engine.dispose()


def test_both_databases_are_tried(request):
    names = {
        item.name
        for item in request.session.items
        if item.name.startswith("test_database_is_empty")
    }

    # One of the two may run in another worker, but collection is the same in all.
    assert names == {
        "test_database_is_empty_and_can_be_written[sqlite]",
        "test_database_is_empty_and_can_be_written[postgres]",
    }


def test_database_can_be_copied_from_a_template(postgres):
    with postgres.database() as url:
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            connection.execute(sa.text("create table t (x integer)"))
        engine.dispose()

        with postgres.database(template=url.rpartition("/")[2]) as copied:
            copy = sa.create_engine(copied)
            assert sa.inspect(copy).get_table_names() == ["t"]
            copy.dispose()


def test_postgres_is_gone_after_its_block():
    program = components.require("postgres")

    with postgres_server.postgres_cluster(program) as cluster:
        assert cluster.is_ready()

    assert not cluster.is_ready()


def test_child_that_never_gets_ready_is_ended(tmp_path):
    code = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    log = tmp_path / "log"

    with pytest.raises(RuntimeError, match=r"never got ready:\n\d+"):
        with running([sys.executable, "-c", code], log=log, ready=lambda: False, timeout_seconds=1):
            pass

    assert not _is_alive(int(log.read_text()))


def test_child_that_ends_at_once_shows_its_last_words(tmp_path):
    command = [sys.executable, "-c", "raise SystemExit('no such option')"]

    with pytest.raises(RuntimeError, match="ended with 1:\nno such option"):
        with running(command, log=tmp_path / "log", ready=lambda: False):
            pass


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_killed_session_leaves_no_server(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from tests.servers.processes import running\n"
        "with running([sys.executable, '-c', 'import time; time.sleep(60)'],"
        f" log=Path({str(tmp_path / 'log')!r}), ready=lambda: True) as child:\n"
        "    print(child.pid, flush=True); time.sleep(60)"
    )
    session = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    server = int(session.stdout.readline())

    session.send_signal(signal.SIGKILL)
    session.wait()
    session.stdout.close()

    deadline = time.monotonic() + 50
    while _is_alive(server):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_missing_component_is_skipped_by_name(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(components, "located", lambda component: None)

    with pytest.raises(pytest.skip.Exception, match="^postgres is not installed: install postgre"):
        components.require("postgres")


@pytest.mark.parametrize("value", ["true", "1"])
def test_missing_component_fails_the_continuous_integration(monkeypatch, value):
    monkeypatch.setenv("CI", value)
    monkeypatch.setattr(components, "located", lambda component: None)

    with pytest.raises(pytest.fail.Exception, match="^browser is not installed: install chromium"):
        components.require("browser")


def test_free_ports_are_free():
    assert len({free_port() for _ in range(5)}) > 1


def test_browser_opens_pages_of_this_host_only(browser):
    page = browser.new_page()
    failed = []
    page.on("requestfailed", lambda request: failed.append(request.url))

    page.set_content('<h1>Hello</h1><img src="http://example.org/x.png">')
    page.wait_for_timeout(300)

    assert page.inner_text("h1") == "Hello"
    assert failed == ["http://example.org/x.png"]
    page.close()


def test_own_event_loops_run_before_the_browser_starts():
    async def answer():
        return 42

    assert asyncio.run(answer()) == 42


def test_missing_components_are_named_with_the_command_that_brings_them(monkeypatch, capsys):
    monkeypatch.setattr(components, "located", lambda component: None)

    status = components.main([])

    said = capsys.readouterr().out
    assert status == 0
    assert said.startswith("Tests that need postgres and browser and node will be skipped.")
    assert said.endswith("postgresql chromium fonts-dejavu-core libatomic1\n")


@pytest.mark.parametrize("component", ["node", "browser"])
def test_found_program_runs(component):
    program = components.require(component)

    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)

    assert any(character.isdigit() for character in done.stdout)
