import sys

import pytest
import sqlalchemy as sa

from tests.benchmarks import bare_server, invoice_rows, measure
from tests.servers.processes import free_port


def test_bare_server_maps_the_tables_and_answers(tmp_path):
    script = bare_server.write(
        tmp_path / "bare.py", invoice_rows.metadata, ["decimal"], f"sqlite:///{tmp_path}/bare.db"
    )
    port = free_port()

    used = measure.cpu_until_answer(
        [sys.executable, script, str(port)], f"http://127.0.0.1:{port}/x", log=tmp_path / "log"
    )

    text = script.read_text()
    assert used > 0.1
    assert "class Invoice(Base):" in text
    assert (
        "client_id = mapped_column('client_id', sa.Integer(), sa.ForeignKey('client.id'),"
        " nullable=False)"
    ) in text.replace("sa.BigInteger()", "sa.Integer()")


def test_plain_tables_are_declared_without_a_class(tmp_path):
    text = bare_server.write(
        tmp_path / "bare.py", invoice_rows.metadata, [], "sqlite://", mapped=False
    ).read_text()

    namespace = {"__name__": "bare"}
    exec(text.split("async def answer")[0], namespace)
    declared = namespace["Base"].metadata.tables
    assert set(declared) == set(invoice_rows.metadata.tables)
    invoice = invoice_rows.metadata.tables["invoice"]
    assert set(declared["invoice"].c.keys()) == set(invoice.c.keys())
    assert "class Invoice" not in text


def test_awkward_tables_are_mapped_too(tmp_path):
    tables = sa.MetaData()
    sa.Table("no_key", tables, sa.Column("metadata", sa.String(3)), sa.Column("x", sa.JSON))
    sa.Table(
        "tree",
        tables,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent_id", sa.ForeignKey("tree.id")),
    )

    text = bare_server.write(tmp_path / "bare.py", tables, [], "sqlite://").read_text()

    namespace = {}
    exec(text.split("async def answer")[0], namespace)
    assert namespace["Tree"].related_parent_id.property.mapper.class_ is namespace["Tree"]
    assert namespace["NoKey"].metadata_.type.length == 3


@pytest.mark.parametrize(
    ("type_", "written"),
    [
        (sa.BigInteger(), "sa.BigInteger()"),
        (sa.DateTime(), "sa.DateTime(timezone=True)"),
        (sa.String(40), "sa.String(40)"),
        (sa.Text(), "sa.Text()"),
        (sa.Boolean(), "sa.Boolean()"),
        (sa.PickleType(), "sa.LargeBinary()"),
    ],
)
def test_types_are_written_as_plain_ones(type_, written):
    assert bare_server._type(type_) == written
