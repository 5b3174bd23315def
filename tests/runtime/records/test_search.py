"""A search finds a row exactly when a folded text of it matches, in every language it has."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from generator.folding import fold
from runtime.panel import Panel
from runtime.records import Filter, ListQuery, Records
from tests.runtime.records.library import undone

# Words that differ in case, in marks and by alphabet, and signs that a database may mistake.
WORDS = st.sampled_from([
    "łódź", "ŁÓDŹ", "lodz", "Ołena", "Олена", "ОЛЕНА", "їжак", "ÉCOLE", "école", "Straße",
    "STRASSE", "a%b", "a_b", "\\", '"', "x", "ab", "東京都", "σίσυφος", "ΣΊΣΥΦΟΣ", "o\u0301da",
])
TEXTS = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
BOOKS = st.lists(
    st.fixed_dictionaries({"en": TEXTS}, optional={"pl": TEXTS, "uk": TEXTS}),
    min_size=1, max_size=5,
)
QUERIES = st.one_of(TEXTS, TEXTS.map(lambda text: text[:3]), TEXTS.map(lambda text: text[1:5]))
ON_DATABASES = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def found(records: Records, view: str, asked: str) -> set[int]:
    rows = {row.id for row in records.list("book", ListQuery(view=view, search=asked)).rows}
    if asked.strip() and (rows or len(asked.split()) == 1):
        # What the search over all lists asks first must not miss a list with rows.
        assert ("book" in records.finds({"book": view}, asked)) == bool(rows)
    return rows


def add(records: Records, name: object, **more: object) -> int:
    names = name if isinstance(name, dict) else {"en": name}
    return records.create("book", {"name": names, **more}).id


def begins(texts: dict[str, str], asked: str) -> bool:
    return any(fold(text).startswith(fold(asked.strip())) for text in texts.values())


@ON_DATABASES
@given(BOOKS, QUERIES)
@example([{"en": "Town", "pl": "Łódź", "uk": "Лодзь"}], "łod")
@example([{"en": "Town", "uk": "ЛОДЗЬ"}], "лодзь")
def test_the_start_of_a_text_of_any_language_is_found(library: Panel, books, asked):
    with undone(library) as records:
        rows = {add(records, texts): texts for texts in books}
        matching = {
            row_id for row_id, texts in rows.items()
            if begins(texts, asked) or all(begins(texts, word) for word in asked.split())
        }

        expected = matching if asked.strip() else set(rows)
        assert found(records, "staff", asked) == expected


@ON_DATABASES
@given(BOOKS, QUERIES)
@example([{"en": "A quiet Town", "pl": "Ciche miasto ŁÓDŹ"}], "miasto lódz")
@example([{"en": "x", "uk": "Тихе місто Київ"}], "КИІВ")
def test_words_inside_a_text_of_any_language_are_found(library: Panel, books, asked):
    words = fold(asked.strip()).split()
    with undone(library) as records:
        rows = {add(records, texts): texts for texts in books}
        matching = {
            row_id for row_id, texts in rows.items()
            if all(holds(texts.values(), word, alone=len(words) == 1) for word in words)
        }

        assert found(records, "inside", asked) == matching


def holds(texts, word: str, *, alone: bool) -> bool:
    """Say whether a text holds the word; a short one alone must begin it."""
    if alone and len(word) < 3:
        return any(fold(text).startswith(word) for text in texts)
    return any(word in fold(text) for text in texts)


def test_words_are_found_as_a_row_changes_and_goes(library: Panel):
    with undone(library) as records:
        book = add(records, {"en": "Rivers", "pl": "Rzeki"}, summary={"en": "Wide", "uk": "Ширина"})
        assert found(records, "inside", "шир") == found(records, "inside", "RZĘKI") == {book}

        records.update("book", book, {"summary": {"en": "Deep", "pl": "Głębia"}})
        assert found(records, "inside", "ширина") == set()
        assert found(records, "inside", "GLEBIA") == {book}

        records.delete("book", book)
        assert found(records, "inside", "glebia") == set()


def test_filters_by_a_piece_look_into_every_language(library: Panel):
    with undone(library) as records:
        book = add(records, {"en": "Rivers", "pl": "Źródło rzeki"})
        add(records, "Other")

        for operator, typed in (("contains", "LO RZ"), ("starts", "zrod"), ("contains", "ivers")):
            asked = ListQuery(filters=(Filter("name", operator, (typed,)),))
            assert [row.id for row in records.list("book", asked).rows] == [book], operator


def test_a_number_is_found_by_all_of_its_digits(library: Panel):
    with undone(library) as records:
        thick = add(records, "Thick", pages=1200)
        add(records, "Thin", pages=12)

        assert found(records, "thick", "1200") == {thick}
        assert found(records, "thick", "120") == found(records, "thick", "many") == set()


@pytest.mark.parametrize(("view", "search", "parts"), [
    ("staff", "łód", ("ix_book_name_start", "ix_book_name_pl_start")),
    ("inside", "łódź", ("ix_book_name_words", "ix_book_name_i18n_words")),
])
def test_postgresql_answers_from_its_indexes(library: Panel, view, search, parts):
    if library.engine.dialect.name == "sqlite":
        return
    with undone(library) as records:
        for number in range(30):
            add(records, {"en": f"Book {number}", "pl": f"Książka {number}"})
        connection = records.work.connection
        connection.execute(text("set local enable_seqscan = off"))
        seen = explained(records, view, search)

        assert all(part in seen for part in parts), seen


def test_sqlite_answers_the_start_from_its_indexes(library: Panel):
    if library.engine.dialect.name != "sqlite":
        return
    with undone(library) as records:
        seen = explained(records, "staff", "łód")

        assert "ix_book_name_start" in seen
        assert "ix_book_name_pl_start" in seen
        assert "SCAN book" not in seen


def explained(records: Records, view: str, search: str) -> str:
    """Return how the database says it answers the statements of a search."""
    connection = records.work.connection
    word = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    asked: list[tuple[str, object]] = []
    event.listen(connection, "before_cursor_execute", lambda *call: asked.append(call[2:4]))
    found(records, view, search)
    return "\n".join(
        str(row) for statement, parameters in list(asked)
        for row in connection.exec_driver_sql(f"{word} {statement}", parameters)
    )


def test_a_row_is_found_by_its_number(house):
    web = house.ids["web"]

    def ids(text):
        with house.records("boss") as records:
            return [row.id for row in records.list("service", ListQuery(search=text)).rows]

    assert web in ids(str(web))
    assert ids(f"#{web}") == [web]
    assert ids(f"#{10**17}") == ids("#" + "9" * 30) == []
    with house.records("boss") as records:
        assert "service" in records.finds({"service": "staff"}, f"#{web}")


def test_nobody_finds_the_row_of_somebody_else_by_its_number(house):
    other = house.ids["bolt_web"]
    with house.records("anna") as records:
        found = records.list("service", ListQuery(view="mine", search=f"#{other}"))
    assert found.rows == []
