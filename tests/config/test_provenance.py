from pathlib import Path

import pytest

from config import load_project
from config.provenance import explain_origin
from config.vocabulary import Vocabulary

BASE = {
    "site.yaml": "site: shop\n",
    "note.yaml": "entity: note\ntitle: text\nfields:\n  text: text!\n  due: date\n",
    "role.yaml": "role: all\narea: staff\nallow:\n  note: all\n",
}
PATCH = {"note.yaml": "patch: entity/note\nfields:\n  due: {set: {label: Until}}\n"}


def written(folder: Path, files):
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "base", BASE)
    written(tmp_path / "over", PATCH)
    return load_project([Path("base"), Path("over")], Vocabulary())


def test_the_file_line_and_layer_of_a_key_are_told(project):
    answer = explain_origin(project, "entity/note/fields/text")

    assert answer.found
    assert answer.text == "entity/note/fields/text: base/note.yaml:4:3 (layer base)"


def test_a_slash_too_many_is_forgiven(project):
    assert explain_origin(project, "/entity/note/fields/text/").found


def test_a_patched_value_names_the_patch(project):
    answer = explain_origin(project, "entity/note/fields/due/label")

    assert answer.found
    assert "over/note.yaml:3:" in answer.text
    assert "(layer over)" in answer.text


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("entity/note/fields/txt", "entity/note/fields has no 'txt'; did you mean 'text'?"),
        ("entity/nota", "there is no 'entity/nota'; did you mean 'entity/note'?"),
        ("entity/note/fields/text/x", "entity/note/fields/text has no 'x'"),
        ("note", "there is no 'note'; write one of: entity/note, role/all/allow/note"),
        ("text", "there is no 'text'; write one of: entity/note/fields/text"),
    ],
)
def test_an_unknown_address_names_the_nearest(project, address, said):
    answer = explain_origin(project, address)

    assert not answer.found
    assert answer.text == said


def test_a_value_set_by_two_patches_tells_what_each_replaced(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    note = "entity: note\nfields:\n  text: {type: text, max: 80}\n"
    written(tmp_path / "base", {**BASE, "note.yaml": note})
    for layer, length in (("mid", 60), ("top", 40)):
        patch = f"patch: entity/note\nfields:\n  text: {{set: {{max: {length}}}}}\n"
        written(tmp_path / layer, {"note.yaml": patch})
    project = load_project([Path("base"), Path("mid"), Path("top")], Vocabulary())

    assert explain_origin(project, "entity/note/fields/text/max").text == (
        "entity/note/fields/text/max: top/note.yaml:3:16 (layer top)\n"
        "    before: 60\n        top/note.yaml:3:16 (layer top)\n"
        "    before: 80\n        mid/note.yaml:3:16 (layer mid)"
    )
    whole = explain_origin(project, "entity/note/fields/text").text
    assert whole.index('"max": "60"') < whole.index('"max": "80"')


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("note.due", "entity/note/fields/due"),
        ("note/due", "entity/note/fields/due"),
        ("note.due.label", "entity/note/fields/due/label"),
    ],
)
def test_a_field_named_as_in_an_expression_is_answered_with_its_address(project, address, meant):
    assert explain_origin(project, address).text == (
        f"there is no '{address}'; did you mean '{meant}'?"
    )


@pytest.mark.parametrize("address", ["entity.note.fields.text", "entity/note.fields.text"])
def test_dots_are_answered_with_the_slashes_that_were_meant(project, address):
    answer = explain_origin(project, address)

    assert not answer.found
    assert answer.text == f"there is no '{address}'; did you mean 'entity/note/fields/text'?"
