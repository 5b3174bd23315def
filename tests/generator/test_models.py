"""Tables follow from entities: columns, keys, uniques, on both databases."""

import re
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, delete, insert, literal, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from generator import create_schema, generate
from generator.naming import LENGTH_MAX, named
from tests.generator.every_type import NOW, add_row

ROLE = "role: all\narea: staff\nallow: {'*': all}\n"
CLIENT = """entity: client
title: [name]
traits: [trash, versioned]
fields:
  name: text!
  email: {type: email, unique: true}
  parent: {to: client, on_delete: clear}
  services: [service]
  tags: {many: tag, through: client_tag}
sets:
  vip_tags: {many: tag, through: client_tag, where: "tag.name == 'vip'"}
"""
SERVICE = """entity: service
title: [label]
fields:
  client: {to: client, required: true, on_delete: cascade}
  label: text!
  status: {type: choice, required: true, of: {active: Active, ended: Ended}}
  main: {type: boolean, only_one: [client]}
  hidden_note: {type: text, required: true, show_when: "status == 'ended'"}
  cost: {type: money, currency: EUR, compute: "other"}
  other: {type: money, currency: EUR}
unique:
  one_label: {fields: [client, label], where: "status == 'active'"}
index: {due: [status, label]}
"""
TAG = """entity: tag
size: small
fields:
  name: {type: text, required: true, unique: true}
"""
PIVOT = """entity: client_tag
fields:
  client: {to: client, required: true, on_delete: cascade}
  tag: ->tag!
unique: {pair: [client, tag]}
"""


@pytest.fixture(scope="module")
def business(load):
    return generate(load(CLIENT, SERVICE, TAG, PIVOT, ROLE))


@pytest.fixture(scope="module")
def filled(module_engine, business):
    with module_engine.begin() as connection:
        create_schema(connection, business)
    return module_engine


@pytest.fixture
def database(filled):
    """A connection whose changes are undone after the test."""
    with filled.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


def names(connection: Connection, table: str) -> set[str]:
    """Return the names of the keys, uniques and indexes that the database has for a table."""
    if connection.dialect.name == "postgresql":
        query = (
            f"select indexname from pg_indexes where tablename = '{table}' union "
            f"select conname from pg_constraint where conrelid = '{table}'::regclass"
        )
        found = set(connection.exec_driver_sql(query).scalars())
    else:
        query = f"select name, sql from sqlite_master where tbl_name = '{table}'"
        rows = connection.exec_driver_sql(query).all()
        written = " ".join(row.sql or "" for row in rows)
        found = {row.name for row in rows} | set(re.findall(r"CONSTRAINT (\w+)", written))
    return {name for name in found if name.startswith(("fk_", "ix_", "uq_"))}


def refuses(connection: Connection, statement) -> bool:
    """Whether the database refuses a statement; what came before it stays."""
    try:
        with connection.begin_nested():
            connection.execute(statement)
    except DBAPIError:
        return True
    return False


def test_columns_have_the_agreed_names(business, generated):
    assert list(business.entities["client"].table.c.keys()) == [
        "id", "name", "email", "parent_id", "created_at", "updated_at", "version", "deleted_at",
    ]
    thing = generated.entities["thing"].table.c.keys()
    for column in ("money_micros", "money_currency", "euros_micros", "borrowed_micros", "link_id",
                   "link_entity", "title_i18n", "number_number", "file_id", "relation_id"):
        assert column in thing
    for column in ("euros_currency", "borrowed_currency", "children", "doubled"):
        assert column not in thing


def test_implicit_fields_come_after_the_declared_ones(business):
    assert list(business.entities["client"].fields)[-5:] == [
        "id", "created_at", "updated_at", "version", "deleted_at",
    ]
    assert all(
        business.entities["client"].fields[name].implicit for name in ("id", "version")
    )


def test_a_computed_field_has_no_column(business):
    cost = business.entities["service"].fields["cost"]

    assert cost.columns == ()
    assert "cost_micros" not in business.entities["service"].table.c


def test_what_may_be_hidden_may_be_empty(business):
    columns = business.entities["service"].table.c

    assert not columns["label"].nullable
    assert columns["hidden_note"].nullable


def test_every_constraint_and_index_has_a_name_that_fits(business, generated):
    for each in (business, generated):
        for table in each.metadata.tables.values():
            for item in [*table.constraints, *table.indexes]:
                assert item.name, item
                assert len(str(item.name)) <= LENGTH_MAX


def test_a_long_name_ends_in_a_digest_of_the_whole():
    first = named("ix", "a" * 40, "b" * 40)
    second = named("ix", "a" * 40, "b" * 39 + "c")

    assert len(first) == LENGTH_MAX
    assert first != second
    assert first == named("ix", "a" * 40, "b" * 40)
    assert named("fk", "service", "client_id") == "fk_service_client_id"


def test_the_schema_of_the_database_is_the_generated_one(database):
    assert names(database, "service") == {
        "fk_service_client_id", "ix_service_client_id_id", "ix_service_status_label_id",
        "ix_service_label_start", "uq_service_main_only_one",
        "uq_service_one_label",
    }
    assert names(database, "client_tag") >= {"uq_client_tag_pair", "fk_client_tag_tag_id"}


def test_ids_are_never_given_out_twice(database, business):
    tag = business.entities["tag"]
    first = add_row(database, tag, {"name": "one"})
    database.execute(delete(tag.table))

    assert add_row(database, tag, {"name": "two"}) > first


def test_links_restrict_cascade_and_clear(database, business):
    client, service = business.entities["client"], business.entities["service"]
    tag, pivot = business.entities["tag"], business.entities["client_tag"]
    parent = add_row(database, client, {"name": "parent"})
    child = add_row(database, client, {"name": "child", "parent": parent})
    tag_id = add_row(database, tag, {"name": "vip"})
    add_row(database, pivot, {"client": parent, "tag": tag_id})
    add_row(database, service, {"client": parent, "label": "a", "status": "active"})

    assert refuses(database, delete(tag.table))
    database.execute(delete(client.table).where(client.table.c.id == parent))
    left = database.execute(select(client.table.c.id, client.table.c.parent_id)).all()

    assert left == [(child, None)]
    assert database.execute(select(service.table.c.id)).all() == []


def test_a_unique_of_an_entity_with_trash_covers_living_rows(database, business):
    client = business.entities["client"]
    first = add_row(database, client, {"name": "a", "email": "a@example.com"})
    again = insert(client.table).values(
        name="b", email="a@example.com", created_at=NOW, updated_at=NOW, version=1
    )

    assert refuses(database, again)
    database.execute(
        update(client.table).where(client.table.c.id == first).values(deleted_at=NOW)
    )

    assert not refuses(database, again)


def test_a_unique_with_a_condition_covers_the_rows_that_fulfil_it(database, business):
    service = business.entities["service"]
    client_id = add_row(database, business.entities["client"], {"name": "a"})
    row = {"client_id": client_id, "label": "x", "main": False,
           "created_at": NOW, "updated_at": NOW}
    statement = insert(service.table)
    database.execute(statement.values(row | {"status": "active"}))

    assert refuses(database, statement.values(row | {"status": "active"}))
    assert not refuses(database, statement.values(row | {"status": "ended"}))


def test_only_one_row_of_a_group_is_the_main_one(database, business):
    service = business.entities["service"]
    clients = [add_row(database, business.entities["client"], {"name": name}) for name in "ab"]
    values = {"status": "active", "main": True, "created_at": NOW, "updated_at": NOW}
    for client_id in clients:
        database.execute(
            insert(service.table).values(values | {"client_id": client_id, "label": "first"})
        )

    second = insert(service.table).values(values | {"client_id": clients[0], "label": "second"})

    with pytest.raises(IntegrityError), database.begin_nested():
        database.execute(second)
    assert not refuses(database, second.values(main=False))


def test_a_moment_is_aware_and_in_utc_on_both(database, business):
    tag = business.entities["tag"]
    moment = datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=UTC)
    add_row(database, tag, {"name": "x", "created_at": moment})

    assert database.execute(select(tag.table.c.created_at)).scalar_one() == moment
    with pytest.raises(Exception, match="needs its time zone"), database.begin_nested():
        database.execute(update(tag.table).values(created_at=moment.replace(tzinfo=None)))


def test_collections_know_their_way(business):
    client = business.entities["client"]

    services, tags = client.children["services"], client.children["tags"]

    assert (services.entity, services.by, services.through) == ("service", "client", None)
    assert (tags.entity, tags.through, tags.by, tags.to) == ("tag", "client_tag", "client", "tag")
    assert {(each.entity, each.field, each.on_delete) for each in client.referrers} == {
        ("client", "parent", "clear"), ("service", "client", "cascade"),
        ("client_tag", "client", "cascade"),
    }


def test_collections_and_sets_as_conditions(database, business):
    client, tag, resolver = business.entities["client"], business.entities["tag"], business.resolver
    first, second = (add_row(database, client, {"name": name}) for name in "ab")
    plain, vip = (add_row(database, tag, {"name": name}) for name in ("plain", "vip"))
    for tag_id in (plain, vip):
        add_row(database, business.entities["client_tag"], {"client": first, "tag": tag_id})

    def members(field: str, owner: int) -> list[int]:
        source = resolver.table(resolver.entity_of("client", field))
        query = select(source.c.id).where(
            resolver.joined("client", field, literal(owner), source)
        )
        return sorted(database.execute(query).scalars())

    assert members("tags", first) == [plain, vip]
    assert members("vip_tags", first) == [vip]
    assert members("tags", second) == []


def test_generating_twice_gives_two_equal_results(load):
    from sqlalchemy.schema import CreateIndex, CreateTable

    project = load(CLIENT, SERVICE, TAG, PIVOT, ROLE)

    def written() -> list[str]:
        generated = generate(project)
        return [
            *(str(CreateTable(table)) for table in generated.metadata.tables.values()),
            *(str(CreateIndex(index)) for table in generated.metadata.tables.values()
              for index in sorted(table.indexes, key=lambda each: str(each.name))),
            *map(str, generated.extras),
        ]

    assert written() == written()


def test_an_index_that_begins_another_is_left_out(business):
    business.metadata  # noqa: B018 - adds the indexes
    columns = [
        tuple(column.name for column in index.columns)
        for index in business.entities["service"].table.indexes if not index.unique
    ]

    assert ("client_id",) not in columns
    assert ("client_id", "id") in columns


def test_a_class_is_mapped_when_it_is_asked_for(database, business):
    from sqlalchemy.orm import Session

    tag_class = business.model("tag")

    with Session(database, join_transaction_mode="create_savepoint") as session:
        session.add(tag_class(name="mapped", created_at=NOW, updated_at=NOW))
        session.flush()
        assert session.query(tag_class).one().name == "mapped"
    assert business.model("tag") is tag_class


def test_a_field_without_an_entity_can_be_bound(business):
    spec = business.entities["service"].fields["status"].spec

    question = business.bind("reason", spec)

    assert question.columns == ()
    assert question.type.parse(question, ["active"], _neutral()) == "active"


def test_fields_of_a_form_without_an_entity_know_each_other(generated, thing):
    specs = {name: thing.fields[name].spec for name in ("country", "region", "phone")}

    fields = generated.bind_all(specs, entity="settings")

    assert fields["region"].siblings is fields
    assert fields["phone"].entity == "settings"


def _neutral():
    from generator.fields.exchange import NEUTRAL

    return NEUTRAL


def test_heavy_libraries_are_not_loaded_at_start():
    code = (
        "import sys, generator\n"
        "heavy = ('babel', 'phonenumbers', 'pycountry', 'nh3', 'markdown_it', 'idna', 'cronsim',"
        " 'PIL', 'starlette_admin', 'sqlalchemy.orm', 'cryptography')\n"
        "print([name for name in heavy if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert re.sub(r"\s", "", done.stdout) == "[]"


def test_a_unique_covers_the_text_of_a_field_and_not_its_companions(load):
    entity = """entity: plan
title: [name]
fields:
  name: {type: text, translatable: true, unique: true}
  number: {type: sequence, unique: true}
  price: {type: money, unique: true}
"""
    plan = generate(load(entity, ROLE))

    uniques = {
        str(each.name): [column.name for column in each.columns]
        for each in plan.metadata.tables["plan"].constraints
        if str(each.name).startswith("uq_")
    }

    assert uniques == {
        "uq_plan_name": ["name"], "uq_plan_number": ["number"],
        "uq_plan_price": ["price_micros", "price_currency"],
    }
