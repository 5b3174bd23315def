"""What rows are called, by the pattern of their entity and what the reader may see."""

from datetime import date

from runtime.actors import Actor
from runtime.panel import Panel
from runtime.records import ListQuery, Records
from runtime.records.work import Work
from tests.runtime.records.library import undone


def test_a_part_in_brackets_shows_when_it_is_full(library: Panel):
    with undone(library) as records:
        bare = records.create("author", {"name": "Anonymous"})
        born = records.create("author", {"name": "Olga", "born": date(1962, 1, 29)})

        assert bare.title == "Anonymous"
        assert born.title == "Olga (Jan 29, 1962)"


def test_a_linked_row_shows_by_its_own_title(library: Panel):
    with undone(library) as records:
        author = records.create("author", {"name": "Olga", "born": date(1962, 1, 29)}).id
        names = {"en": "Flights", "pl": "Bieguni"}
        whole = records.create("book", {"name": names, "author": author, "shelf": "science"})
        short = records.create("book", {"name": names, "shelf": "fiction"})
        loan = records.create("loan", {"book": whole.id, "reader": "Jan"})

        assert whole.title == "Flights - Olga (Jan 29, 1962), Science"
        assert short.title == "Flights, Fiction"
        assert records.get("loan", loan.id).titles["book"].text == whole.title
        assert loan.title == "Flights Jan"


def test_the_same_title_stands_in_lists_and_lookups(library: Panel):
    with undone(library) as records:
        records.create("shelf", {"code": "A", "name": {"en": "Poems", "pl": "Wiersze"}})
        records.create("shelf", {"code": "B", "name": {"en": "Maps"}, "room": "2"})

        wanted = ["A - Poems", "B - Maps (2)"]
        listed = records.list("shelf", ListQuery(sort=("code",))).rows
        assert [row.title for row in listed] == wanted
        assert [choice.title for choice in records.lookup("shelf")] == wanted


def test_a_row_without_anything_to_show_is_called_by_its_number(library: Panel):
    with undone(library) as records:
        marked, bare = records.create("box", {"mark": "7"}), records.create("box", {})

        assert (marked.title, bare.title) == ("No. 7", f"#{bare.id}")


def test_what_the_reader_may_not_see_is_no_part_of_the_title(library: Panel):
    visitor = Actor("staff", 1, "Vera", frozenset({"visitor"}))
    with undone(library) as records:
        author = records.create("author", {"name": "Olga"}).id
        book = records.create(
            "book", {"name": {"en": "Flights"}, "author": author, "shelf": "science"}
        )
        seen = Records(Work(library, records.work.connection, visitor, write=False))

        assert book.title == "Flights - Olga, Science"
        assert seen.get("book", book.id).title == "Flights"
