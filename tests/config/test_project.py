"""A folder becomes one frozen project, or all its problems at once."""

import dataclasses
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from config import ConfigError, Layer, Problem, Project, Vocabulary, load_project
from tests.config.configurations import BROKEN, known_words

Load = Callable[..., Project]
PART = "entity: part\nfields:\n  name: text!\n"


def test_objects_of_all_folders_stand_in_one_project(load: Load) -> None:
    project = load({"deep/er/part.yaml": PART, "other.yml": "settings: x\nfields: {a: text}\n"})

    assert set(project.entities) == {"client", "client_user", "invoice", "user", "part"}
    assert project.machines["invoice.status"].start == "draft"
    assert list(project.settings) == ["x"]
    assert project.site.site == "base"
    assert project.files[-1] == "own/deep/er/part.yaml"


def test_hidden_folders_python_and_templates_are_left_out(load: Load) -> None:
    project = load({
        ".git/part.yaml": "[", "extensions/part.yaml": "[", "templates/part.yaml": "[",
        ".part.yaml": "[", "part.yaml~": "[", "part.json": "[",
    })

    assert "part" not in project.entities


def test_project_cannot_be_changed(load: Load) -> None:
    project = load({"part.yaml": PART})

    with pytest.raises(dataclasses.FrozenInstanceError):
        project.digest = ""  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        project.entities["part"].size = "small"


def test_project_survives_pickling(load: Load) -> None:
    project = load({"part.yaml": PART + "rules:\n  r: {check: \"name != 'x'\", say: No}\n"})

    again = pickle.loads(pickle.dumps(project))

    assert again.entities == project.entities
    assert again.expressions == project.expressions
    assert dict(again.origins) == dict(project.origins)
    assert again.schema == project.schema


def test_problems_of_all_files_come_out_at_once_sorted(
    problems: Callable[..., list[Problem]],
) -> None:
    found = problems({
        "b.yaml": "entity: b\nfields:\n  x: txt\n  y: {type: text, mx: 1}\n",
        "a.yaml": "entity: a\nfields:\n  x: ->nobody\n",
        "c.yaml": "[",
    })

    assert [(str(one.position), one.code) for one in found] == [
        ("own/a.yaml:3:6", "unknown-entity"), ("own/b.yaml:3:6", "unknown-type"),
        ("own/b.yaml:4:19", "unknown-key"), ("own/c.yaml:2:1", "yaml-syntax"),
    ]


def test_unknown_key_suggests_the_nearest(problems: Callable[..., list[Problem]]) -> None:
    found = problems({"part.yaml": "entity: part\nfields:\n  name: {type: text, requird: yes}\n"})

    assert [str(problem) for problem in found] == [
        "own/part.yaml:3:22: fields.name.requird: unknown key [unknown-key]\n"
        "    did you mean 'required'?"
    ]


def test_value_of_a_secret_is_never_said(problems: Callable[..., list[Problem]]) -> None:
    found = problems(
        {"part.yaml": "entity: part\nfields:\n  a: {type: secret, default: hunter2}\n"}
    )

    assert [problem.code for problem in found] == ["bad-default"]
    assert "hunter2" not in str(found[0])


def test_expressions_have_the_address_of_their_key(load: Load) -> None:
    project = load({
        "part.yaml": PART + "views:\n  a: {where: \"name == 'x'\"}\nunique:\n"
        "  u: {fields: [name], where: \"name != 'x'\"}\nform:\n"
        "  General: {fields: [name], show_when: \"name != null\"}\n",
    })

    assert project.expressions["entity/part/views/a/where"].sql
    assert {key for key in project.expressions if key.startswith("entity/part")} == {
        "entity/part/views/a/where", "entity/part/unique/u/where",
        "entity/part/form/General/show_when",
    }


def test_implicit_fields_stand_in_the_schema(load: Load) -> None:
    project = load({"part.yaml": PART + "traits: [versioned, trash]\n"})

    assert set(project.schema.fields("part")) == {
        "name", "id", "created_at", "updated_at", "version", "deleted_at",
    }
    assert "version" not in project.schema.fields("client")


def test_system_entities_are_marked_and_need_no_role(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("site: x\n")
    layer = Layer(BROKEN / "_system", "system", protected=True)

    project = load_project([tmp_path], Vocabulary(layers=(layer,)))

    assert project.system_entities == {"ledger"}
    assert project.origins["entity/ledger"].layer == "system"


def test_digest_differs_when_a_byte_a_text_or_the_vocabulary_does(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("site: x\n")
    digests = [load_project([tmp_path]).digest]
    (tmp_path / "site.yaml").write_text("site: x \n")
    digests.append(load_project([tmp_path]).digest)
    (tmp_path / "body.md").write_text("Hello")
    digests.append(load_project([tmp_path]).digest)
    digests.append(load_project([tmp_path], known_words()).digest)

    assert len(set(digests)) == 4
    assert load_project([tmp_path], known_words()).digest == digests[-1]


def test_link_inside_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("site: x\n")
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "settings.txt").write_text("settings: s\nfields: {a: text}\n")
    (tmp_path / "s.yaml").symlink_to(tmp_path / "parts" / "settings.txt")

    assert list(load_project([tmp_path]).settings) == ["s"]


def test_folder_that_leads_out_is_refused(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (inside / "site.yaml").write_text("site: x\n")
    (outside / "s.yaml").write_text("settings: s\nfields: {a: text}\n")
    (inside / "more").symlink_to(outside)

    with pytest.raises(ConfigError) as caught:
        load_project([inside])

    assert [problem.code for problem in caught.value.problems] == ["outside-folder"]


def test_loading_leaves_the_collector_as_it_was(load: Load) -> None:
    import gc

    assert gc.isenabled()
    load({"part.yaml": PART})
    assert gc.isenabled()


def test_an_empty_folder_is_named_and_not_that_of_a_layer_below(tmp_path: Path) -> None:
    below = tmp_path / "below"
    empty = tmp_path / "empty"
    below.mkdir()
    empty.mkdir()
    (below / "user.yaml").write_text("entity: user\nfields: {name: text}\n")

    with pytest.raises(ConfigError) as refused:
        load_project([empty], Vocabulary(layers=(Layer(below, "system", protected=True),)))

    assert [str(problem).splitlines()[0] for problem in refused.value.problems] == [
        f"{empty}:1:1: no file says 'site:' [missing-site]"
    ]


def test_a_name_taken_twice_is_told_alone_with_both_places(tmp_path, monkeypatch):
    """The rest was written for the other one of the two: nothing is judged by the wrong one."""
    monkeypatch.chdir(tmp_path)
    folder = Path("shop")
    folder.mkdir()
    (folder / "site.yaml").write_text("site: shop\n")
    (folder / "a_service.yaml").write_text("entity: service\nfields: {note: text}\n")
    (folder / "service.yaml").write_text("entity: service\nfields: {label: text}\n")
    (folder / "role.yaml").write_text(
        "role: clerk\narea: staff\nallow: {service: {see: all, fields: {only: [label]}}}\n"
    )

    with pytest.raises(ConfigError) as raised:
        load_project([folder])

    [problem] = raised.value.problems
    assert (problem.code, problem.position.file, problem.also.file) == (
        "duplicate-object", "shop/service.yaml", "shop/a_service.yaml",
    )
