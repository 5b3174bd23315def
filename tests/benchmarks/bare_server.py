"""A server without a panel: the least that a program with these tables and libraries costs.

What is written is a plain script, as a person would write it by hand: it imports the libraries,
declares one mapped class per table and answers every request with 200. A second kind declares
plain tables and maps nothing, as the panel itself does: the hardest rival that there is.
"""

from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa

_HEAD = """\
import importlib
import sys

for name in {libraries!r}:
    importlib.import_module(name)

import sqlalchemy as sa
import uvicorn
from sqlalchemy.orm import DeclarativeBase, configure_mappers, mapped_column, relationship
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route


class Base(DeclarativeBase):
    pass

"""

_TAIL = """

configure_mappers()
engine = sa.create_engine({database_url!r})
with engine.connect() as connection:
    connection.execute(sa.select(1))


async def answer(request):
    return PlainTextResponse("ok")


app = Starlette(routes=[Route("/{{path:path}}", answer)])


def serve(port):
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    serve(int(sys.argv[1]))
"""


def write(
    file: Path,
    tables: sa.MetaData,
    libraries: Iterable[str],
    database_url: str,
    *,
    mapped: bool = True,
) -> Path:
    """Write the script; it takes its port as the only argument. Not `mapped`: plain tables."""
    declared = _mapped_class if mapped else _plain_table
    head = _HEAD.format(libraries=sorted(libraries))
    body = "".join(declared(table) for table in tables.tables.values())
    file.write_text(head + body + _TAIL.format(database_url=database_url))
    return file


def _plain_table(table: sa.Table) -> str:
    columns = "".join(
        f"    sa.Column({_arguments(column, column.primary_key)}),\n" for column in table.columns
    )
    return f"\nsa.Table(\n    {table.name!r}, Base.metadata,\n{columns})\n"


def _mapped_class(table: sa.Table) -> str:
    lines = [f"\nclass {_class_name(table)}(Base):", f"    __tablename__ = {table.name!r}", ""]
    keyed = bool(table.primary_key.columns)
    for number, column in enumerate(table.columns):
        primary = column.primary_key or (not keyed and number == 0)
        lines.append(f"    {_attribute(column.name)} = {_mapped_column(column, primary)}")
        lines += [
            f"    related_{_attribute(column.name)} = relationship("
            f"{_class_name(key.column.table)!r}, foreign_keys=[{_attribute(column.name)}],"
            f" remote_side={_class_name(key.column.table) + '.' + _attribute(key.column.name)!r})"
            for key in list(column.foreign_keys)[:1]
        ]
    return "\n".join(lines) + "\n"


def _mapped_column(column: sa.Column, primary: bool) -> str:
    return f"mapped_column({_arguments(column, primary)})"


def _arguments(column: sa.Column, primary: bool) -> str:
    parts = [repr(column.name), _type(column.type)]
    parts += [f"sa.ForeignKey({key.target_fullname!r})" for key in list(column.foreign_keys)[:1]]
    parts.append("primary_key=True" if primary else f"nullable={column.nullable}")
    return ", ".join(parts)


def _type(type_: sa.types.TypeEngine) -> str:
    while isinstance(type_, sa.types.TypeDecorator):
        type_ = type_.impl_instance
    for plain in (sa.BigInteger, sa.Integer, sa.Boolean, sa.Date, sa.Numeric, sa.LargeBinary):
        if isinstance(type_, plain):
            return f"sa.{plain.__name__}()"
    if isinstance(type_, sa.DateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(type_, sa.String) and type_.length:
        return f"sa.String({type_.length})"
    return "sa.Text()"


def _class_name(table: sa.Table) -> str:
    return "".join(part.capitalize() for part in table.name.split("_"))


def _attribute(name: str) -> str:
    # Two names are taken by the declarative base.
    return f"{name}_" if name in ("metadata", "registry") else name
