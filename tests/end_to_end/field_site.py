"""A panel with one field of every type (tests/fixtures/every_field), served for a browser."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from runtime.accounts.staff import set_password
from runtime.actors import SYSTEM
from runtime.clock import MovableClock
from runtime.panel import open_panel
from runtime.settings import Settings
from tests.end_to_end.staff_site import Site, serving
from tests.runtime.admin.staff_browser import CHEAP, PASSWORD
from tests.runtime.records.house import NOON, SECRET_KEYS, House

FOLDER = Path(__file__).parents[1] / "fixtures" / "every_field"


@contextlib.contextmanager
def field_site(folder: Path, locale: str = "en") -> Iterator[Site]:
    """Serve it with two chiefs among its staff, boss and rea, and Tess, who lives at the Mill.

    All of them read in `locale`.
    """
    settings = Settings(f"sqlite:///{folder}/panel.sqlite3", folder, SECRET_KEYS)
    panel = open_panel([FOLDER], settings, create=True, clock=MovableClock(NOON))
    try:
        ids: dict[str, int] = {}
        with panel.records(SYSTEM) as records:
            values = {"name": "Chief", "roles": frozenset(["chief"])}
            group = records.create("staff_group", values).id
            for name in ("boss", "rea"):
                values = {"email": f"{name}@shop.example", "firstname": name, "language": locale}
                ids[name] = records.create("staff", values).id
                values = {"staff": ids[name], "staff_group": group}
                records.create("staff_membership", values)
            ids["house"] = records.create("house", {"name": "Mill"}).id
            for number in range(15):
                records.create("house", {"name": f"House {number}"})
            ids["tess"] = records.create("user", {
                "email": "tess@shop.example", "firstname": "Tess", "language": locale,
            }).id
            records.create("resident", {
                "house": ids["house"], "user": ids["tess"], "owner": True,
            })
        set_password(panel, "user", ids["tess"], PASSWORD, CHEAP)
        with serving(House(panel, panel.clock, ids)) as site:
            yield site
    finally:
        panel.close()
