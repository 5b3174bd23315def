"""Imports and exports made as the pages make them, without the pages."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from runtime.exchange import store
from runtime.exchange.exporter import ExportOptions
from runtime.exchange.importer import ImportOptions
from runtime.exchange.kept_texts import of_column, recalled
from runtime.exchange.transfers import Transfer, Transfers
from tests.runtime.records.house import House


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue()


def begin_import(
    house: House, who: str, entity: str, text: str | bytes, mapping: dict[str, str], **options: Any
) -> int:
    """Keep a file with its mapping, ready to run; return the id of the import."""
    transfers = Transfers(house.panel)
    data = text if isinstance(text, bytes) else text.encode()
    place = store.new_place(transfers.folder, "csv")
    store.path_of(transfers.folder, place).write_bytes(data)
    chosen = ImportOptions(mapping=mapping, **options)
    return transfers.begin(
        house.actor(who), "import", entity, "rows.csv", state="waiting", place=place,
        options=chosen.as_json(), total=data.count(b"\n") - 1,
    )


def begin_export(house: House, who: str, entity: str, options: ExportOptions) -> int:
    transfers = Transfers(house.panel)
    place = store.new_place(transfers.folder, options.kind)
    return transfers.begin(
        house.actor(who), "export", entity, f"{entity}.{options.kind}", state="waiting",
        place=place, options=options.as_json(),
    )


def run(house: House, who: str, id_: int) -> Transfer:
    """Do what waits and return the transfer as it is then."""
    house.panel.background.run_waiting()
    return found(house, who, id_)


def found(house: House, who: str, id_: int) -> Transfer:
    return Transfers(house.panel).own(house.actor(who), id_)


def lines_of(house: House, id_: int) -> dict[int, dict[str, Any]]:
    """Return line → what is noted of it, its texts in English."""
    return {
        row["line"]: row | {
            "kept_why": of_column(row["kept_why"]),
            "problems": row["problems"] and {
                name: [recalled(each) for each in texts] for name, texts in row["problems"].items()
            },
        }
        for row in map(dict, house.stored("import_line")) if row["transfer_id"] == id_
    }
