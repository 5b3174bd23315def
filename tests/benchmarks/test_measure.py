import os
import sys

import pytest

from tests.benchmarks import measure
from tests.servers.processes import free_port


def test_contenders_take_turns_and_the_first_changes():
    calls = []
    contenders = [
        measure.Contender(name, lambda name=name: calls.append(name), os.getpid()) for name in "ab"
    ]

    timings = measure.in_turns(contenders, rounds=3, warm_up=1)

    assert "".join(calls) == "ab" + "ab" + "ba" + "ab"
    assert set(timings) == {"a", "b"}


def test_cpu_time_of_a_process_is_what_it_worked_not_what_it_slept(tmp_path):
    port = free_port()
    code = (
        "import http.server, time\n"
        "time.sleep(0.3)\n"
        "while time.process_time() < 0.4: pass\n"
        f"http.server.HTTPServer(('127.0.0.1', {port}), http.server.SimpleHTTPRequestHandler)"
        ".serve_forever()"
    )

    used = measure.cpu_until_answer(
        [sys.executable, "-c", code], f"http://127.0.0.1:{port}/", log=tmp_path / "log"
    )

    assert used == pytest.approx(0.45, abs=0.15)


def test_nobody_listening_is_no_answer():
    assert not measure.answers(f"http://127.0.0.1:{free_port()}/")


def test_table_aligns_names_left_and_numbers_right():
    text = measure.table("Title", ("", "ms"), [("panel", 3.14159), ("peer with a name", 120.0)])

    assert text == (
        "Title\n"
        "                     ms\n"
        "----------------  -----\n"
        "panel               3.1\n"
        "peer with a name  120.0\n"
    )
