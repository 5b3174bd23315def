"""The reference is made from the specs, and its example uses every key."""

from collections.abc import Iterator
from pathlib import Path

from config import load_project
from config.meanings import meaning
from config.reading import EXTENSION_KEY
from config.reference import examples_by_key, owner_of, reference_pages
from config.source import Source, read_text
from config.specs.base import Spec
from tests.config.configurations import known_words

LANGUAGE = Path(__file__).parents[2] / "docs" / "language"


def sources() -> list[Source]:
    found = []
    for folder in ("example", "example-patch"):
        for path in sorted((LANGUAGE / folder).glob("*.yaml")):
            source, _ = read_text(path.read_bytes(), path.name)
            assert source is not None
            found.append(source)
    return found


def specs(spec: type[Spec] = Spec) -> Iterator[type[Spec]]:
    for each in spec.__subclasses__():
        if not each.__name__.startswith("_") and each.__module__.startswith("config.specs"):
            yield each
        yield from specs(each)


def keys() -> Iterator[tuple[type[Spec], str]]:
    for spec in specs():
        for name, info in spec.model_fields.items():
            if info.alias != EXTENSION_KEY and owner_of(spec, name) is spec:
                yield spec, info.alias or name


def test_example_of_the_reference_is_right() -> None:
    project = load_project([LANGUAGE / "example", LANGUAGE / "example-patch"], known_words())

    assert project.entities["client"].fields["visits"].default == "1"
    assert list(project.entities["client"].fields)[3] == "po_number"


def test_example_uses_every_key() -> None:
    used = set(examples_by_key(sources()))

    # The type of a field is said by each field type of its own.
    assert {(spec.__name__, key) for spec, key in keys()} - used == {("FieldSpec", "type")}


def test_every_key_has_a_meaning() -> None:
    assert [(spec.__name__, key) for spec, key in keys() if not meaning(spec, key)] == []


def test_pages_are_what_the_specs_say() -> None:
    pages = reference_pages(sources())

    assert pages == {path.name: path.read_text() for path in LANGUAGE.glob("*.md")}
