"""Several processes answer on one port: as one panel, whatever happens to one of them."""

import contextlib
import http.client
import logging
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from runtime.log import SharedFile
from runtime.server import run_panel
from runtime.settings import StartProblem
from tests.benchmarks.panel_server import panel_server
from tests.servers.processes import free_port, running


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Yield the parent process, its port and the headers of a member of staff."""
    folder = tmp_path_factory.mktemp("workers")
    server = panel_server(folder, f"sqlite:///{folder}/panel.sqlite3", 30)
    port = free_port()
    with running(
        [*server.command(port), "--workers", "2"],
        log=folder / "log", ready=lambda: answers(port), timeout_seconds=120,
        env={**os.environ, **server.environment},
    ) as parent:
        yield parent, port, server


def answers(port):
    with contextlib.suppress(OSError):
        return get(port, "/healthz")[0] == 200
    return False


def get(port, path, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with contextlib.closing(connection):
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def workers_of(pid):
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait_for(true, seconds=30):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.05)


def alive(pid):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_both_workers_know_who_is_signed_in(served):
    parent, port, server = served
    wait_for(lambda: len(workers_of(parent.pid)) == 2)

    pages = [get(port, server.path, dict(server.headers)) for _ in range(20)]

    assert {status for status, _ in pages} == {200}
    assert all("FV/20" in page for _, page in pages)


def test_the_other_one_answers_while_a_killed_one_is_replaced(served):
    parent, port, server = served
    wait_for(lambda: len(workers_of(parent.pid)) == 2)
    before = workers_of(parent.pid)

    os.kill(before[0], signal.SIGKILL)
    wait_for(lambda: before[0] not in workers_of(parent.pid))
    assert get(port, server.path, dict(server.headers))[0] == 200
    wait_for(lambda: len(workers_of(parent.pid)) == 2)

    now = workers_of(parent.pid)
    assert before[1] in now
    assert before[0] not in now
    pages = [get(port, server.path, dict(server.headers))[0] for _ in range(10)]
    assert set(pages) == {200}


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_worker_outlives_its_parent(tmp_path, how):
    script = (
        "import time; from runtime.workers import Workers;"
        "Workers(lambda: time.sleep(600), 3, stop_seconds=5).run()"
    )
    with running(
        [sys.executable, "-c", script], log=tmp_path / "log", ready=lambda: True
    ) as parent:
        wait_for(lambda: len(workers_of(parent.pid)) == 3)
        workers = workers_of(parent.pid)
        time.sleep(0.2)

        parent.send_signal(how)
        code = parent.wait(20)

        wait_for(lambda: not any(map(alive, workers)), seconds=10)
    assert code == (-signal.SIGKILL if how is signal.SIGKILL else 0)


def test_a_worker_that_does_not_stop_is_killed(tmp_path):
    script = (
        "import signal, time; from runtime.workers import Workers\n"
        "def work():\n"
        "    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "    time.sleep(600)\n"
        "Workers(work, 1, stop_seconds=1).run()"
    )
    with running(
        [sys.executable, "-c", script], log=tmp_path / "log", ready=lambda: True
    ) as parent:
        wait_for(lambda: len(workers_of(parent.pid)) == 1)
        worker = workers_of(parent.pid)[0]
        time.sleep(0.3)

        parent.send_signal(signal.SIGTERM)
        parent.wait(20)

    assert not alive(worker)


@pytest.mark.parametrize("count", [0, -1, 65])
def test_a_number_that_makes_no_sense_is_refused_before_anything_is_made(tmp_path, count):
    with pytest.raises(StartProblem, match="choose from 1 to 64"):
        run_panel([tmp_path / "nothing"], workers=count)


def test_a_full_log_is_put_away_once_and_both_go_on_in_the_new_one(tmp_path):
    file = tmp_path / "panel.log"
    first, second = (
        SharedFile(file, maxBytes=200, backupCount=3, encoding="utf-8") for _ in range(2)
    )

    for number in range(6):
        for name, handler in (("a", first), ("b", second)):
            handler.emit(logging.makeLogRecord({"msg": f"{name}{number}" + "." * 50}))

    lines = [
        line.rstrip(".") for each in ("panel.log.2", "panel.log.1", "panel.log")
        for line in (tmp_path / each).read_text().split()
    ]
    assert lines == [f"{name}{number}" for number in range(6) for name in "ab"]
    assert not (tmp_path / "panel.log.3").exists()
    for handler in (first, second):
        handler.close()
