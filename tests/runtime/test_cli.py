"""The command line as a person or a script meets it: in a process of its own."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.cli import main

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample-config"


@pytest.fixture
def panelwright(tmp_path):
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith("PANEL_")
    } | {"PANEL_VAR": str(tmp_path / "var"), "PYTHONPATH": str(ROOT)}

    def run(*words, cwd=tmp_path):
        return subprocess.run(
            [sys.executable, "-m", "runtime", *map(str, words)],
            cwd=cwd, env=environment, capture_output=True, text=True, timeout=120,
        )

    return run


@pytest.fixture
def starter(panelwright, tmp_path):
    assert panelwright("new", "panel").returncode == 0
    return tmp_path / "panel"


def test_a_new_panel_has_no_problems(panelwright, starter):
    found = panelwright("check", "panel")

    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout == "panel: no problems in 2 entities, 1 role, 1 machine\n"


def test_a_new_panel_never_overwrites(panelwright, starter):
    again = panelwright("new", "panel")

    assert again.returncode == 1
    assert again.stderr == "panelwright: panel exists and is not empty; name a new folder\n"


def test_problems_are_told_with_their_line_and_status_1(panelwright, starter):
    task = starter / "entities" / "task.yaml"
    task.write_text(task.read_text().replace("required: true", "requird: true"))

    found = panelwright("check", "panel")

    assert found.returncode == 1
    assert found.stdout.splitlines() == [
        "panel/entities/task.yaml:8:35: fields.subject.requird: unknown key [unknown-key]",
        "    did you mean 'required'?",
        "1 problem in 1 file",
    ]
    assert "Traceback" not in found.stderr


def test_problems_as_json_and_sarif_carry_the_same(panelwright, starter):
    (starter / "site.yaml").write_text("site: my_panel\nlocals: [en]\n")

    (problem,) = json.loads(panelwright("check", "panel", "--format", "json").stdout)
    (run,) = json.loads(panelwright("check", "panel", "--format", "sarif").stdout)["runs"]

    assert (problem["file"], problem["line"], problem["code"]) == (
        "panel/site.yaml", 2, "unknown-key",
    )
    assert run["results"][0]["ruleId"] == "unknown-key"


@pytest.mark.parametrize(
    "words",
    [("check",), ("check", "panel", "--format", "xml"), ("check", "--colour", "red", "panel"),
     ("frobnicate",)],
)
def test_wrong_use_ends_with_2_and_one_sentence(panelwright, starter, words):
    found = panelwright(*words)

    assert found.returncode == 2
    assert len(found.stderr.splitlines()) == 1
    assert found.stderr.startswith("panelwright: ")


def test_a_folder_that_is_not_there_is_the_only_problem(panelwright):
    found = panelwright("check", "nowhere")

    assert found.returncode == 1
    assert found.stdout.splitlines() == [
        "nowhere:1:1: there is no such folder [no-folder]",
        "    give the folder that holds the YAML files",
        "1 problem in 1 file",
    ]


def test_why_names_file_and_line(panelwright, starter):
    found = panelwright("why", "entity/task/fields/due", "panel")

    assert found.stdout == (
        "entity/task/fields/due: panel/entities/task.yaml:10:3 (layer panel)\n"
    )
    assert panelwright("why", "entity/task/fields/duo", "panel").returncode == 1


def test_routes_are_listed_with_what_they_are_for(panelwright, starter):
    rows = json.loads(panelwright("routes", "panel", "--json").stdout)

    assert {"path", "methods", "area", "action", "entity", "right", "login"} <= rows[0].keys()
    assert all(row["area"] and row["action"] for row in rows)


def test_explain_names_the_rule_and_the_roles(panelwright, starter):
    created = panelwright(
        "staff", "create", "ada@example.org", "panel", "--name", "Ada Byron", "--role", "manager"
    )
    allowed = panelwright("explain", "staff:ada@example.org", "edit", "task.subject", "panel")
    nobody = panelwright("explain", "staff:eve@example.org", "edit", "task", "panel")

    assert created.returncode == 0, created.stderr
    assert allowed.returncode == 0, allowed.stderr
    assert allowed.stdout.splitlines() == [
        "yes: staff:ada@example.org may edit task.subject",
        "    allowed by: role manager, task, edit all (panel/roles/manager.yaml:5)",
        "    roles held: manager",
    ]
    assert nobody.returncode == 1
    assert nobody.stderr == (
        "panelwright: there is no active staff account with the e-mail eve@example.org\n"
    )


def test_the_wrong_key_for_a_database_is_one_sentence(panelwright, starter, tmp_path):
    panelwright("staff", "create", "ada@example.org", "panel", "--role", "manager")
    (tmp_path / "var" / "secret.key").write_text("x" * 44)

    found = panelwright("demo", "panel")

    assert found.returncode == 1
    assert "PANEL_SECRET_KEY" in found.stderr
    assert len(found.stderr.splitlines()) == 1


def test_a_full_disk_is_told_in_one_sentence(monkeypatch, capsys):
    def full(**_: object) -> None:
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as error:
            raise RuntimeError("cannot write") from error

    monkeypatch.setattr("runtime.cli.app", full)
    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert said.startswith("panelwright: the disk is full: make room")
    assert said.count("\n") == 1


def test_sample_data_that_takes_a_while_is_announced_first(panelwright, starter):
    found = panelwright("demo", "panel")

    assert found.stdout.startswith("Filling sample data…\n")


def test_explaining_before_the_first_start_says_to_start_the_panel(panelwright, starter):
    found = panelwright("explain", "staff:a@shop.example", "see", "task", "panel")

    assert found.returncode == 1
    assert "start the panel once (panelwright serve)" in found.stderr


def test_a_new_logins_password_is_its_first_one(panelwright, starter):
    made = panelwright("staff", "create", "a@shop.example", "panel", "--role", "manager")

    assert "may log in with the first password " in made.stdout


def test_a_login_to_a_new_panel_needs_no_role_to_be_named(panelwright, starter):
    made = panelwright("staff", "create", "a@shop.example", "panel")

    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout.splitlines()[1] == "    and has the role manager"


def test_where_no_role_manages_everything_the_roles_are_named(panelwright, starter):
    for name in ("manager", "reader"):
        (starter / "roles" / f"{name}.yaml").write_text(
            f"role: {name}\narea: staff\nallow: {{task: see, contact: see}}\n"
        )
    made = panelwright("staff", "create", "a@shop.example", "panel")

    assert made.returncode == 1
    assert made.stderr == (
        "panelwright: say which role the person has, such as --role manager; "
        "there are manager, reader\n"
    )


def test_the_role_of_the_sample_that_manages_everything_is_given(monkeypatch):
    from types import SimpleNamespace

    from runtime.accounts.staff import managing_role
    from runtime.plugins import load_folders

    assert managing_role(SimpleNamespace(project=load_folders([SAMPLE]))) == "super_admin"


def test_a_port_that_there_is_not_is_no_wrong_address(panelwright, starter):
    found = panelwright("serve", "panel", "--port", "99999")

    assert found.returncode == 1
    assert found.stderr == "panelwright: there is no port 99999: choose one from 1 to 65535\n"
