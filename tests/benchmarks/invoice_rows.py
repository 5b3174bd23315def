"""A table of invoices with as many rows as asked for, made inside the database in seconds.

The same ten columns for every contender; whoever needs more columns makes the tables itself and
only calls `fill`.
"""

import sqlalchemy as sa

CLIENTS = 1000

metadata = sa.MetaData()

client = sa.Table(
    "client",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
)

invoice = sa.Table(
    "invoice",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("number", sa.String(40), nullable=False),
    sa.Column("client_id", sa.ForeignKey("client.id"), nullable=False),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("issue_date", sa.Date, nullable=False),
    sa.Column("due_date", sa.Date, nullable=False),
    sa.Column("total_micros", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("notes", sa.Text),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.UniqueConstraint("number", name="uq_invoice_number"),
    sa.Index("ix_invoice_client_id", "client_id"),
    sa.Index("ix_invoice_issue_date", "issue_date"),
)

# Columns of a panel's own tables that the peers do not have.
_MOMENTS = ("created_at", "updated_at")

_CLIENT_VALUES = {
    "id": "n",
    "name": "'Client ' || n",
}

# Fixed arithmetic instead of chance: every run measures the same rows.
_INVOICE_VALUES = {
    "id": "n",
    "number": "'FV/' || (2020 + n % 6) || '/' || n",
    "client_id": f"(n * 7919) % {CLIENTS} + 1",
    "status": "CASE n % 5 WHEN 0 THEN 'draft' WHEN 4 THEN 'voided' ELSE 'issued' END",
    "total_micros": "((n * 104729) % 900000 + 100) * 10000",
    "currency": "CASE n % 3 WHEN 0 THEN 'PLN' WHEN 1 THEN 'EUR' ELSE 'USD' END",
    "notes": "CASE WHEN n % 7 = 0 THEN 'Paid by bank transfer, reference ' || n END",
}

_SQLITE = {
    "numbers": (
        "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT {count})"
    ),
    "day": "date('2020-01-01', '+' || ((n * 31) % 2190 + {later}) || ' days')",
    "moment": "datetime('2020-01-01 08:00:00', '+' || ((n * 31) % 2190) || ' days') || '.000000'",
}
_POSTGRES = {
    "numbers": "WITH numbers AS (SELECT n FROM generate_series(1::bigint, {count}) AS n)",
    "day": "DATE '2020-01-01' + ((n * 31) % 2190 + {later})::integer",
    "moment": "TIMESTAMPTZ '2020-01-01 08:00:00+00' + ((n * 31) % 2190) * INTERVAL '1 day'",
}


def number(row: int) -> str:
    """Return the number of the invoice with the id `row`."""
    return f"FV/{2020 + row % 6}/{row}"


def make(engine: sa.Engine, count: int) -> None:
    """Create the two tables and fill them with `count` invoices of 1,000 clients."""
    metadata.create_all(engine)
    fill(engine, count)


def fill(engine: sa.Engine, count: int) -> None:
    """Fill the existing, empty tables `client` and `invoice`; extra moments are filled too."""
    words = _SQLITE if engine.dialect.name == "sqlite" else _POSTGRES
    days = {
        "issue_date": words["day"].format(later=0),
        "due_date": words["day"].format(later=14),
    }
    with engine.begin() as connection:
        moments = dict.fromkeys(_MOMENTS, words["moment"])
        _insert(connection, words, "client", CLIENTS, _CLIENT_VALUES | moments)
        _insert(connection, words, "invoice", count, _INVOICE_VALUES | days | moments)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Without VACUUM PostgreSQL would have to look up each row for a count.
        analyze = "ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE invoice"
        connection.exec_driver_sql(analyze)


def _insert(
    connection: sa.Connection,
    words: dict[str, str],
    table: str,
    count: int,
    values: dict[str, str],
) -> None:
    present = {column["name"] for column in sa.inspect(connection).get_columns(table)}
    used = {name: value for name, value in values.items() if name in present}
    numbers = words["numbers"].format(count=count)
    insert = f"INSERT INTO {table} ({', '.join(used)})"
    select = f"SELECT {', '.join(used.values())} FROM numbers"
    # SQLite wants the common table expression behind INSERT; PostgreSQL takes it there too.
    statement = f"{insert} {numbers} {select}"
    connection.exec_driver_sql(statement.replace("%", "%%") if _formats(connection) else statement)


def _formats(connection: sa.Connection) -> bool:
    return connection.dialect.paramstyle in ("format", "pyformat")
