"""JSON Schemas: what is right passes, what is unknown does not, names are completed."""

import functools
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

from config import Project
from config.project import Parsed, build_project, problems_of_file
from config.schema import json_schemas
from config.source import read_text
from config.specs import KINDS
from tests.config.json_schema import errors
from tests.config.mutations import mutate
from tests.config.test_damaged_files import sample

EXAMPLE = Path(__file__).parents[2] / "docs" / "language" / "example"


@pytest.fixture(scope="module")
def project() -> Project:
    files, words = sample()
    return build_project(files, words, parsed=Parsed())


@pytest.fixture(scope="module")
def schemas(project: Project) -> dict[str, dict[str, Any]]:
    return json_schemas(project)


@functools.cache
def generic() -> dict[str, dict[str, Any]]:
    return json_schemas()


def core(value: Any) -> Any:
    """Return data as a YAML 1.2 reader gives it: numbers and true/false have their types."""
    if isinstance(value, dict):
        return {key: core(one) for key, one in value.items()}
    if isinstance(value, list):
        return [core(one) for one in value]
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"[-+]?\d+|0x[0-9a-fA-F]+|0o[0-7]+", value):
        return int(value, 0 if value[1:2] in ("x", "o") else 10)
    if re.fullmatch(r"[-+]?\d+(\.\d+)?([eE][-+]?\d{1,2})?", value):
        return float(value)
    return {"true": True, "false": False}.get(value, value)


def data_of(text: str | bytes) -> Any:
    content = text.encode() if isinstance(text, str) else text
    found, problems = read_text(content, "x.yaml")
    assert found is not None, problems
    return core(found.data)


def test_there_is_a_schema_for_every_kind_and_one_for_all() -> None:
    assert set(generic()) == {*KINDS, "patch", "panelwright"}
    assert json.loads(json.dumps(generic())) == generic()


@pytest.mark.parametrize("path", sorted(EXAMPLE.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_key_of_the_language_passes(path: Path) -> None:
    data = data_of(path.read_bytes())

    for name in (next(iter(data)), "panelwright"):
        assert list(errors(generic()[name], data)) == []


def test_sample_configuration_passes_with_the_names_of_the_project(
    schemas: dict[str, dict[str, Any]],
) -> None:
    for file in sample()[0]:
        if file.is_yaml:
            data = data_of(file.content)
            assert list(errors(schemas[next(iter(data))], data)) == [], file.shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("entity: x\nlable: X\nfields: {}\n", "lable is not known"),
        ("entity: x\n", "fields is absent"),
        ("entity: x\nfields: {a: {type: text, mx: 1}}\n", "mx is not known"),
        ("entity: x\nfields: {a: {to: client, on_delete: vanish}}\n", "vanish"),
        ("entity: x\nfields: {a: txt}\n", "txt"),
        ("job: x\nat: {cron: a}\nrun: billing\n", "billing"),
        ("role: x\narea: stff\n", "stff"),
        ("entity: x\nfields: {a: {type: text, max: long}}\n", "long"),
        ("entity: x\nfields: {a: {type: text, max: 1.5}}\n", "1.5"),
        ("entity: x\nfields: {a: {type: text, max: 1_000}}\n", "1_000"),
        ("entity: x\nfields: {a: {type: text, max: 9999999999999999999}}\n", "9999999999999999999"),
        ("entity: x\nfields: {a: {type: decimal, max: 1e30}}\n", "1e+30"),
        ("entity: x\nfields: {a: {type: text, required: maybe}}\n", "maybe"),
    ],
)
def test_mistakes_do_not_pass(text: str, said: str) -> None:
    data = data_of(text)

    for name in (next(iter(data)), "panelwright"):
        found = list(errors(generic()[name], data))
        assert found
        assert said in str(found)


@pytest.mark.parametrize("written", ['"1e3"', '"0x10"', "'1_000'", '"+16"', '" 16"', '"16.0"'])
def test_number_in_another_notation_does_not_pass_as_a_text(written: str) -> None:
    text = written.strip("'\"")
    data = {"entity": "x", "fields": {"a": {"type": "text", "max": text}}}

    assert list(errors(generic()["entity"], data))
    assert list(errors(generic()["panelwright"], data))


@pytest.mark.parametrize("written", ["yes", "Yes", "YES", "no", "On", "off", "TRUE", "true"])
def test_every_yes_and_no_of_check_passes(written: str) -> None:
    data = data_of(f"entity: x\nfields: {{a: {{type: text, required: {written}}}}}\n")

    assert list(errors(generic()["entity"], data)) == []


def test_what_check_takes_passes(schemas: dict[str, dict[str, Any]]) -> None:
    files, words = sample()
    parsed = Parsed()
    build_project(files, words, parsed=parsed)
    own = [file for file in files if file.layer.name == "sample" and file.is_yaml]
    dice = random.Random(4)
    taken = 0

    for file in (dice.choice(own) for _ in range(600)):
        content = mutate(file.content, dice)
        if content == file.content or problems_of_file(files, file.shown, content, words, parsed):
            continue
        data = data_of(content)
        kind = next(iter(data))
        assert list(errors(generic()[kind], data)) == [], content
        assert list(errors(schemas[kind], data)) == [], content
        taken += 1

    assert taken > 10


def test_a_key_left_empty_passes_as_it_does_in_check() -> None:
    data = data_of("entity: x\nlabel: null\nfields: {a: {type: text, label: ~}}\n")

    assert list(errors(generic()["entity"], data)) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("menu: staff\nitems: {a: {entity: service}}\n", "entity: service|entity: servce"),
        ("role: x\narea: staff\nallow: {service: see}\n", "service|servce"),
        ("menu: staff\nitems: {a: {view: invoice.unpaid}}\n", "unpaid|unpayed"),
        ("entity: service\nfields: {}\nviews: {a: {columns: [label]}}\n", "label|lbel"),
        ("entity: x\nfields: {a: {to: service}}\n", "service|servce"),
        ("entity: client\nfields: {a: {pick: members}}\n", "members|membrs"),
        ("entity: client\nfields: {}\nviews: {a: {columns: [owner.user]}}\n", "owner.user|ownr"),
        ("site: x\ndefault_roles: [client_member]\n", "client_member|client_mmber"),
    ],
)
def test_names_of_the_project_are_completed(
    schemas: dict[str, dict[str, Any]], text: str, wrong: str
) -> None:
    right, _, mistaken = wrong.partition("|")
    kind = text.partition(":")[0]

    assert list(errors(schemas[kind], data_of(text))) == []
    assert list(errors(schemas[kind], data_of(text.replace(right, mistaken))))


def test_every_key_says_what_it_means() -> None:
    schema = generic()["entity"]

    assert schema["properties"]["traits"]["description"].startswith("`audited`")
    assert schema["definitions"]["ViewSpec"]["properties"]["where"]["description"]
