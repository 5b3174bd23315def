"""Staff see which extensions are installed, and which no longer are."""

from dataclasses import replace

from runtime.actors import SYSTEM
from runtime.modules import note_modules
from runtime.panel import Panel
from runtime.records import ListQuery
from tests.runtime.records.house import House

NAMES = ("name", "status", "kind", "release", "description")


class Bookkeeping:
    """Keeps the books.

    Nobody reads this part in a list.
    """

    __version__ = "2.1"


def listed(panel: Panel) -> dict[str, tuple[object, ...]]:
    with panel.reading(SYSTEM) as records:
        rows = records.list("module", ListQuery(columns=NAMES)).rows
    return {row["name"]: tuple(row[name] for name in NAMES[1:]) for row in rows}


def with_plugins(panel: Panel, **plugins: object) -> Panel:
    """Return the panel with further extensions."""
    for name, plugin in plugins.items():
        if not panel.extensions.manager.has_plugin(name):
            panel.extensions.manager.register(plugin, name)
    return replace(panel, extensions=replace(panel.extensions, names=tuple(plugins)))


def test_an_installed_extension_is_listed_with_its_version_and_first_sentence(house: House):
    note_modules(with_plugins(house.panel, books=Bookkeeping()))

    assert listed(house.panel)["books"] == ("active", "Extension", "2.1", "Keeps the books.")


def test_an_extension_that_is_no_longer_named_stays_as_inactive(house: House):
    note_modules(with_plugins(house.panel, books=Bookkeeping()))
    note_modules(with_plugins(house.panel))

    assert listed(house.panel)["books"][0] == "inactive"


def test_a_start_that_finds_everything_as_it_was_writes_nothing(house: House):
    panel = with_plugins(house.panel, books=Bookkeeping())
    note_modules(panel)
    before = house.stored("module")
    note_modules(panel)

    assert house.stored("module") == before
