"""A lookup finds a row by the words that it shows, in any order, case and alphabet."""

import pytest

from config.values.money import Money
from runtime.actors import Actor
from runtime.panel import Panel
from runtime.records import Records
from runtime.records.work import Work
from tests.runtime.records.library import undone


def titles(records: Records, entity: str, text: str) -> list[str]:
    return [choice.title for choice in records.lookup(entity, text)]


def furnish(records: Records) -> dict[str, int]:
    """Make authors, books, shelves and an offer; return ids by name."""
    ids: dict[str, int] = {}
    for name in ("Ołena Їжак", "Jan Kowalski"):
        ids[name] = records.create("author", {"name": name}).id
    for names, author, shelf in (
        ({"en": "Small Rivers", "pl": "Małe rzeki", "uk": "Малі річки"}, "Ołena Їжак", "science"),
        ({"en": "Small towns"}, "Jan Kowalski", "fiction"),
        ({"en": "Deep Rivers"}, None, None),
    ):
        ids[names["en"]] = records.create("book", {
            "name": names, "author": ids.get(author or ""), "shelf": shelf,
        }).id
    poems = {"en": "Poems", "pl": "Wiersze"}
    records.create("shelf", {"code": "A1", "name": poems, "room": "Attic"})
    records.create("shelf", {"code": "B2", "name": {"en": "Maps"}})
    records.create("offer", {
        "book": ids["Small Rivers"], "price": Money(10_500_000, "EUR"), "country": "PL",
    })
    return ids


@pytest.mark.parametrize(("text", "found"), [
    ("small", ["Small Rivers - Ołena Їжак, Science", "Small towns - Jan Kowalski, Fiction"]),
    ("Small Rivers", ["Small Rivers - Ołena Їжак, Science"]),
    ("rivers small", ["Small Rivers - Ołena Їжак, Science"]),
    ("МАЛІ", ["Small Rivers - Ołena Їжак, Science"]),
    ("małe rzeki", ["Small Rivers - Ołena Їжак, Science"]),
    ("kowal", []),
    ("kowal jan", ["Small towns - Jan Kowalski, Fiction"]),
    ("small jan", ["Small towns - Jan Kowalski, Fiction"]),
    ("OLENA science", ["Small Rivers - Ołena Їжак, Science"]),
    ("science", ["Small Rivers - Ołena Їжак, Science"]),
    ("small science fiction", []),
    ("Small Rivers - Ołena Їжак, Science", ["Small Rivers - Ołena Їжак, Science"]),
    ("nothing", []),
])
def test_every_word_stands_somewhere_in_the_title(library: Panel, text, found):
    with undone(library) as records:
        furnish(records)

        assert titles(records, "book", text) == found


@pytest.mark.parametrize(("text", "found"), [
    ("ATT", ["A1 - Poems (Attic)"]), ("oem attic", ["A1 - Poems (Attic)"]),
    ("wiersz", ["A1 - Poems (Attic)"]), ("a1 (attic)", ["A1 - Poems (Attic)"]),
    ("2", ["B2 - Maps"]),
])
def test_in_a_small_table_a_word_may_stand_inside(library: Panel, text, found):
    with undone(library) as records:
        furnish(records)

        assert titles(records, "shelf", text) == found


@pytest.mark.parametrize("text", [
    "small 10.50", "10,5 rivers", "PL small", "Polska", "poland rivers", "ołena 10.50", "eur",
])
def test_links_amounts_and_countries_are_found_by_what_they_show(library: Panel, text):
    with undone(library) as records:
        furnish(records)

        assert titles(records, "offer", text) == [
            "Small Rivers - Ołena Їжак, Science: €10.50, PL - Poland (Polska)"
        ]
        assert titles(records, "offer", "small 10.51") == titles(records, "offer", "Germany") == []


def test_a_row_is_found_by_its_number(library: Panel):
    with undone(library) as records:
        ids = furnish(records)

        assert titles(records, "author", f"#{ids['Jan Kowalski']}") == ["Jan Kowalski"]


def test_a_choice_is_found_in_the_readers_language_alone(library: Panel):
    reader = Actor("staff", 1, "Ewa", frozenset({"librarian"}), locale="pl")
    with undone(library) as records:
        furnish(records)
        polish = Records(Work(library, records.work.connection, reader, write=False))

        assert titles(polish, "book", "nauka") == ["Małe rzeki - Ołena Їжак, Nauka"]
        assert titles(records, "book", "nauka") == []


def test_what_the_reader_may_not_see_finds_nothing(library: Panel):
    visitor = Actor("staff", 1, "Vera", frozenset({"visitor"}))
    with undone(library) as records:
        furnish(records)
        seen = Records(Work(library, records.work.connection, visitor, write=False))

        assert titles(seen, "book", "small towns") == ["Small towns"]
        for hidden in ("jan", "fiction", "small jan"):
            assert titles(seen, "book", hidden) == [], hidden
