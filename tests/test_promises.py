"""What the documentation promises is held here."""

import inspect
import re
import shutil
from pathlib import Path

import pytest

from runtime import hooks
from runtime.cli import app
from runtime.plugins import load_folders

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
HOOKS = {
    name: function
    for name, function in vars(hooks).items()
    if inspect.isfunction(function) and function.__module__ == hooks.__name__
}
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))


@pytest.mark.parametrize("name", sorted(HOOKS))
def test_every_hook_stands_in_the_readme_with_its_signature(name):
    signature = str(inspect.signature(HOOKS[name])).replace("'", "")

    assert f"### `{name}{signature}`" in README


@pytest.mark.parametrize("name", sorted(HOOKS))
def test_every_hook_has_a_test_of_its_name(name):
    assert re.search(rf"def test_hook_{name}\b|def test_hook_{name}_", TESTS)


def test_every_command_stands_in_the_readme_and_every_one_named_exists():
    commands = {command.name or command.callback.__name__ for command in app.registered_commands}
    groups = {group.name for group in app.registered_groups}
    named = set(re.findall(r"`panelwright ([a-z]+)", README))

    assert named == commands | groups


def test_every_file_that_the_readme_links_to_exists():
    targets = [
        target for target in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in target
    ]

    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_the_tutorial_of_the_readme_loads_beside_the_sample(tmp_path):
    folder = tmp_path / "my-panel"
    shutil.copytree(ROOT / "sample-config", folder)
    found = re.search(r"<!-- example: one-file-entity -->\n```yaml\n(.*?)```", README, re.DOTALL)
    (folder / "entities" / "vehicle.yaml").write_text(found[1], encoding="utf-8")

    project = load_folders([folder])
    garage = project.machines["vehicle.status"].moves

    # The sentence below the tutorial says which buttons are seen where.
    assert {name: (move.from_, move.danger) for name, move in garage.items()} == {
        "rent": (("garage",), False), "sell": (("garage",), True), "return": (("rented",), False),
    }
    assert "in the\ngarage the button *Rent*, and *Sell*, which is dangerous, behind" in README
    assert project.entities["vehicle"].fields.keys() >= {"plate", "model", "client", "status"}
    assert set(project.machines["vehicle.status"].moves) == {"rent", "return", "sell"}
    assert project.menus["client"].items["vehicle"].icon == "car"


def test_every_address_that_the_readme_gives_for_why_exists():
    kinds = "entity|machine|role|menu"
    named = re.findall(rf"\b((?:{kinds})/[a-z_./]+[a-z])", README.split("`ADDRESS` is")[1])
    origins = load_folders([ROOT / "sample-config"]).origins

    assert len(named) == 4
    assert [address for address in named if address not in origins] == []


def test_the_pages_tell_one_story_of_making_rows():
    pages = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", *(ROOT / "docs").rglob("*.yaml")]
    said = {
        word for page in pages for word in re.findall(
            r"\bcreate: (\w+)\b", page.read_text(encoding="utf-8"))
    }

    assert said & {"true", "yes"} == set()
    for short in ("`client: see`", '`"*": all`'):
        assert short in (ROOT / "docs" / "language" / "role.md").read_text(encoding="utf-8")
