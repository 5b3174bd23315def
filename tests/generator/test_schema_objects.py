"""Triggers that hold rows, and the index of words, on both databases."""

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import DBAPIError

from generator import create_schema, generate
from generator.schema import drop_extras
from tests.generator.every_type import NOW, add_row

ROLE = "role: all\narea: staff\nallow: {'*': all}\n"
ENTRY = """entity: entry
traits: [append_only]
fields:
  amount: integer
"""
INVOICE = """entity: invoice
traits: [versioned]
fields:
  status: {type: choice, required: true, of: {draft: "It's 100% draft", issued: Issued}}
  total: {type: money, currency: EUR}
  at: moment
  paid: boolean
  note: text
frozen: {when: "status != 'draft' and total != null", except: [paid, note]}
"""
PAGE = """entity: note_page
fields:
  subject: text
  body: long_text
  other: text
views:
  staff: {columns: [subject], search: {subject: words, body: words}}
"""


@pytest.fixture(scope="module")
def office(load):
    return generate(load(ENTRY, INVOICE, PAGE, ROLE))


@pytest.fixture(scope="module")
def filled(module_engine, office):
    with module_engine.begin() as connection:
        create_schema(connection, office)
    return module_engine


@pytest.fixture
def database(filled):
    with filled.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


def refusal(connection, statement) -> str:
    """Return what the database says about a statement that it refuses, empty when it does not."""
    try:
        with connection.begin_nested():
            connection.execute(statement)
    except DBAPIError as error:
        return str(error.orig).splitlines()[0]
    return ""


def test_rows_of_an_append_only_entity_stay(database, office):
    entry = office.entities["entry"]
    add_row(database, entry, {"amount": 1})
    said = "entry: rows are only added, never changed or deleted"

    assert refusal(database, update(entry.table).values(amount=2)) == said
    assert refusal(database, delete(entry.table)) == said
    assert database.execute(text("select amount from entry")).all() == [(1,)]
    if database.dialect.name == "postgresql":
        assert refusal(database, text("truncate entry")) == said


def test_a_frozen_row_keeps_its_fields(database, office):
    invoice = office.entities["invoice"]
    table = invoice.table
    euros = {"total_micros": 5_000_000}
    row = {"status": "issued", "paid": False, "created_at": NOW, "updated_at": NOW, "version": 1}
    database.execute(insert(table).values(row | euros))
    said = "invoice: this row is frozen, its fields cannot change"

    for change in ({"total_micros": 1}, {"total_micros": None}, {"status": "draft"}, {"at": NOW}):
        assert refusal(database, update(table).values(change)) == said, change
    assert refusal(database, delete(table)) == said
    for change in ({"paid": True}, {"note": "x"}, {"version": 2}, {"updated_at": NOW}, euros):
        assert refusal(database, update(table).values(change)) == "", change


def test_a_row_that_is_not_frozen_may_change_and_go(database, office):
    table = office.entities["invoice"].table
    row = {"status": "draft", "paid": False, "created_at": NOW, "updated_at": NOW, "version": 1,
           "total_micros": 5}
    database.execute(insert(table).values(row))

    assert refusal(database, update(table).values(total_micros=6)) == ""
    assert refusal(database, update(table).values(status="issued")) == ""
    assert refusal(database, update(table).values(total_micros=7)) != ""
    database.execute(insert(table).values(row | {"total_micros": None, "status": "issued"}))
    assert refusal(database, delete(table).where(table.c.total_micros.is_(None))) == ""


def search(connection, word: str) -> list[int]:
    if connection.dialect.name == "sqlite":
        query = text("select rowid from ft_note_page where ft_note_page match :word order by rowid")
        return list(connection.execute(query, {"word": f'"{word}"'}).scalars())
    query = text(
        "select id from note_page where panel_letters(subject) like :word "
        "or panel_letters(body) like :word order by id"
    )
    return list(connection.execute(query, {"word": f"%{word}%"}).scalars())


def test_words_are_found_as_rows_come_change_and_go(database, office):
    page = office.entities["note_page"]
    first = add_row(database, page, {"subject": "Moving a server", "body": "with patience"})
    second = add_row(database, page, {"subject": None, "body": "The SERVERS stay"})

    assert page.words == ("subject", "body")
    assert search(database, "server") == [first, second]
    database.execute(update(page.table).where(page.table.c.id == first).values(subject="A tent"))
    assert search(database, "server") == [second]
    assert search(database, "tent") == [first]
    database.execute(delete(page.table).where(page.table.c.id == second))
    assert search(database, "server") == []


def test_the_index_of_words_is_used_by_postgresql(database, office):
    if database.dialect.name != "postgresql":
        return
    database.exec_driver_sql("set local enable_seqscan = off")

    plan = database.exec_driver_sql(
        "explain select id from note_page where panel_letters(body) like '%%server%%'"
    ).all()

    assert "ix_note_page_body_words" in str(plan)


def test_schema_objects_can_be_removed_and_made_again(database, office):
    entry, page = office.entities["entry"], office.entities["note_page"]
    row = add_row(database, entry, {"amount": 1})
    add_row(database, page, {"body": "before the index"})

    drop_extras(database, office)
    assert refusal(database, update(entry.table).values(amount=2)) == ""
    for extra in office.extras:
        for statement in extra.create[database.dialect.name]:
            database.exec_driver_sql(statement.replace("%", "%%"))

    assert refusal(database, delete(entry.table).where(entry.table.c.id == row)) != ""
    assert len(search(database, "before")) == 1


def test_every_schema_object_has_a_name_and_both_dialects(office):
    assert [(extra.name, extra.kind, extra.table) for extra in office.extras] == [
        ("tr_entry_append_only", "append_only", "entry"),
        ("tr_invoice_frozen", "frozen", "invoice"),
        ("ft_note_page", "words", "note_page"),
    ]
    for extra in office.extras:
        assert set(extra.create) == set(extra.drop) == {"sqlite", "postgresql"}
