"""`panelwright plan` and `panelwright apply` as a person uses them."""

import json
import os
import subprocess
import sys
import threading

import pytest
from sqlalchemy import text

from runtime.schema.planning import apply_plan

THING = "entity: thing\nfields: {{name: text!{more}}}\n"


@pytest.fixture
def run(changing, tmp_path):
    def run(*words: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "runtime", *words, str(tmp_path / "config")],
            capture_output=True, text=True, timeout=120, check=False,
            env=os.environ | {
                "PANEL_DATABASE_URL": changing.url.replace("+psycopg", ""),
                "PANEL_VAR": str(tmp_path), "PANEL_SECRET_KEY": "k" * 40,
            },
        )
    return run


def test_a_plan_is_shown_applied_and_done(changing, run):
    changing.configured(thing=THING.format(more=""))
    assert run("apply").returncode == 0
    assert run("plan").stdout == "The database fits the configuration.\n"

    changing.configured(thing=THING.format(more=", size: integer"))
    waiting = run("plan", "--sql")
    assert waiting.returncode == 3
    assert "safe: nothing is lost\n  add column thing.size" in waiting.stdout
    assert 'ALTER TABLE "thing" ADD COLUMN "size"' in waiting.stdout
    assert "add column thing.size" in run("apply").stdout
    assert run("plan").returncode == 0
    assert run("apply").stdout == "nothing to do\n"


def test_a_refused_plan_has_a_status_of_its_own_and_the_ack_to_write(changing, run):
    changing.configured(thing=THING.format(more=", fax: text"))
    changing.create("thing", {"name": "a", "fax": "1"})

    changing.configured(thing=THING.format(more=""))
    refused = run("plan")
    assert refused.returncode == 4
    written = "{ack: drop_thing_fax, drop: entity/thing/fields/fax, rows_max: 1}"
    assert f"drop column thing.fax  (1 row: 1)\n      needs an ack:  {written}" in refused.stdout
    failed = run("apply")
    assert failed.returncode == 1
    assert "nothing was changed" in failed.stderr

    changing.configured(thing=THING.format(more=""), ack=written)
    assert run("apply").returncode == 0


def test_tools_read_the_plan_as_json(changing, run):
    changing.configured(thing=THING.format(more=""))
    changing.create("thing", {"name": "a"})
    changing.configured(thing=THING.format(more=", size: integer!"))

    found = json.loads(run("plan", "--format", "json").stdout)

    [operation] = [each for each in found["operations"] if each["refused"]]
    assert found["status"] == 4
    assert (operation["address"], operation["rows"], operation["first_ids"]) == (
        "entity/thing/fields/size", 1, [1],
    )


def test_what_was_applied_is_kept_with_the_digest_of_the_configuration(changing):
    changing.configured(thing=THING.format(more=""))
    changing.start().close()
    changing.configured(thing=THING.format(more=", size: integer"))
    changing.apply()

    with changing.start() as panel, panel.engine.connect() as connection:
        [row] = connection.execute(text("SELECT config, operations FROM panel_history")).all()
        assert row.config == panel.project.digest
    assert [each["said"].split(" (")[0] for each in json.loads(row.operations)] == [
        "add column thing.size"
    ]


def test_of_two_applies_at_once_one_waits_and_finds_nothing_to_do(changing):
    changing.configured(thing=THING.format(more=""))
    changing.create("thing", {"name": "a"})
    changing.configured(thing=THING.format(
        more=", size: {type: integer, required: true, default: 3}"))
    done = []

    def apply():
        with changing.unfitted() as panel:
            done.append(len(apply_plan(panel, told=lambda _: None).plan.operations))

    threads = [threading.Thread(target=apply) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(done) == [0, 1]
    assert changing.said() == []


def test_the_embedded_database_is_copied_before_a_start_changes_it(changing, tmp_path):
    if not changing.url.startswith("sqlite"):
        pytest.skip("a server changes no tables on PostgreSQL")
    changing.configured(thing=THING.format(more=""))
    changing.create("thing", {"name": "a"})
    assert not (tmp_path / "backups").exists()

    changing.configured(thing=THING.format(more=", size: integer"))
    changing.start().close()

    [copy] = (tmp_path / "backups").iterdir()
    assert copy.stat().st_mode & 0o777 == 0o600
    import sqlite3
    with sqlite3.connect(copy) as kept:
        assert kept.execute("SELECT * FROM thing").fetchone()[1] == "a"
        assert "size" not in kept.execute("SELECT sql FROM sqlite_master WHERE name = 'thing'"
                                          ).fetchone()[0]
