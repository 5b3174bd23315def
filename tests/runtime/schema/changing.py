"""A panel whose configuration changes while its database stays."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import text

from runtime.actors import SYSTEM
from runtime.panel import Panel, open_panel, unfitted_panel
from runtime.records import ListQuery
from runtime.schema.operations import Plan
from runtime.schema.planning import apply_plan, planned
from runtime.settings import Settings

SITE = "site: changing\nlocales: [en, pl]\ntime_zone: UTC\ncurrency: EUR\n"
ROLE = "role: keeper\narea: staff\nallow: {'*': all}\n"


class Changing:
    """One database, and the configuration of the moment: file name → YAML."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.settings = Settings(url, folder, ("k" * 40,))

    def configured(self, **files: str) -> Changing:
        config = self.folder / "config"
        shutil.rmtree(config, ignore_errors=True)
        config.mkdir()
        for name, written in {"site": SITE, "keeper": ROLE, **files}.items():
            (config / f"{name}.yaml").write_text(written)
        return self

    def start(self) -> Panel:
        """Open the panel as a server does; only an embedded one may change its tables."""
        return open_panel([self.folder / "config"], self.settings, create=True)

    def unfitted(self) -> Panel:
        return unfitted_panel([self.folder / "config"], self.settings, create=True)

    def plan(self) -> Plan:
        with self.unfitted() as panel:
            return planned(panel)

    def said(self) -> list[str]:
        return [each.said for each in self.plan().operations]

    def apply(self) -> list[str]:
        """Apply, check that nothing is left to do, and return what was done."""
        with self.unfitted() as panel:
            done = apply_plan(panel, told=lambda _: None)
        assert self.said() == []
        return [each.said for each in done.plan.operations]

    def create(self, entity: str, *rows: Mapping[str, Any]) -> list[int]:
        with self.start() as panel, panel.records(SYSTEM) as records:
            return [records.create(entity, row).id for row in rows]

    def rows(self, entity: str, *columns: str) -> list[tuple[Any, ...]]:
        """Return the values of all rows, oldest first."""
        with self.start() as panel, panel.reading(SYSTEM) as records:
            found = [
                records.get(entity, row.id)
                for row in records.list(entity, ListQuery(size=100)).rows
            ]
        return [tuple(row[name] for name in columns)
                for row in sorted(found, key=lambda row: row.id)]

    def run(self, *statements: str) -> None:
        """Do by hand what no configuration asks for."""
        with self.unfitted() as panel, panel.engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
