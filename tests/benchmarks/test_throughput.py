import sys

import pytest

from tests.benchmarks import invoice_rows, throughput
from tests.benchmarks.panel_server import panel_server
from tests.benchmarks.throughput import Score
from tests.benchmarks.visitor import Visitor
from tests.benchmarks.web_servers import Server, serving


@pytest.fixture
def servers(tmp_path):
    url = f"sqlite:///{tmp_path}/invoices.sqlite3"
    return [panel_server(tmp_path, url, 300), throughput.json_rows(url)]


def test_answers_and_the_cpu_time_of_all_processes_are_counted(servers):
    scores = throughput.measured(servers, rounds=1, seconds=1.0)

    for score in scores.values():
        per_second, cpu_seconds = score.typical
        assert per_second > 5
        assert 0.0001 < cpu_seconds < 0.2


def test_bare_route_gives_the_rows_of_the_list(servers):
    with serving(servers[1], two=True) as (port, pid):
        visitor = Visitor(port)
        text = visitor.get("/rows")
        visitor.close()
        assert len(list(throughput.family(pid))) >= 3
    assert text.count('"number":"FV/') == 25
    assert f'"{invoice_rows.number(300)}"' in text


def test_a_thread_that_ended_meanwhile_has_no_children(tmp_path):
    assert throughput._children(tmp_path / "gone") == []


def test_server_that_refuses_is_an_error():
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1"]
    server = Server("refuses", lambda port: [*command, str(port)], "/nowhere")
    with serving(server) as (port, _), pytest.raises(RuntimeError, match="404"):
        throughput._load(server, port, 0.2)


def test_table_says_which_limits_are_kept():
    scores = {
        "panel": Score([100.0], [0.01]), "Django admin": Score([4.0], [0.3]),
        "rows as JSON": Score([4000.0], [0.0005]),
    }
    _, django, bare = throughput.judged("SQLite", scores)
    assert django[4:] == ("25.0 x", "30.0 x", ">= 20 x", "yes")
    assert bare[4:] == ("2%", "5%", ">= 5%", "NO")
