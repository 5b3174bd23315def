"""What the sample promises about itself: whole, reachable, and readable."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config import Project
from config.specs import KINDS
from config.specs.menu import MenuItemSpec, MenuSpec
from tests.sample.conftest import SAMPLE

FILES = sorted(SAMPLE.rglob("*.yaml"))

# A job names a function, and no extension of the sample has one yet; a loss that is acknowledged is
# of one change of the configuration, and the sample has none behind it.
KINDS_LEFT_OUT = {"job", "ack"}

# Kept by the program: settings have pages of their own, saved views a button in every list.
PAGELESS = {"setting", "saved_view", "sequence_counter", "credential"}

# Words of the sample's own that a person who reads it must be able to count on.
COMPOSITE_ROLES = (
    "super_admin", "read_only", "support", "finance", "ops", "developer", "tester",
    "catalogue_manager",
)
GROUPS = {
    "Testers": "tester", "Developers": "developer", "Support": "support", "Finance": "finance",
    "Ops": "ops",
}


def first_word(file: Path) -> str:
    lines = file.read_text().splitlines()
    return next(line for line in lines if line and not line.startswith("#")).partition(":")[0]


def test_sample_has_no_problem_and_its_examples_hold(project: Project):
    # Loading runs the examples of roles and tax presets and renders nothing unknown.
    assert project.site.site == "hosting"
    assert sum(len(role.examples) for role in project.roles.values()) > 100
    assert sum(len(preset.examples) for preset in project.tax_presets.values()) > 20


def test_every_kind_of_file_occurs():
    kinds = {first_word(file) for file in FILES}

    assert kinds == (set(KINDS) | {"patch"}) - KINDS_LEFT_OUT


def test_every_file_is_short_enough_to_read():
    lengths = {str(file.relative_to(SAMPLE)): len(file.read_text().splitlines()) for file in FILES}

    assert {name: length for name, length in lengths.items() if length > 150} == {}


def test_every_entity_has_a_list_for_staff(project: Project):
    without = {
        name for name in _with_pages(project)
        if "staff" not in project.entities[name].views
        or not project.entities[name].views["staff"].columns
    }

    assert without == set()


def test_every_entity_is_reached_from_the_menu_or_a_tab(project: Project):
    reached = set(_targets(project.menus["staff"]))
    found = set(reached)
    while found:
        found = {child for name in found for child in _children(project, name)} - reached
        reached |= found

    assert _with_pages(project) - reached == set()


@pytest.mark.parametrize("entity", ["client", "service", "invoice", "dns_zone", "certificate"])
def test_page_of_a_business_entity_has_tabs_and_a_history(project: Project, entity: str):
    tabs = project.entities[entity].detail.tabs

    assert len(tabs) > 2
    assert any(tab.history for tab in tabs.values())


def test_every_entity_is_seen_by_a_role_that_names_it(project: Project):
    named = {
        entity for role in project.roles.values() for entity, grant in role.allow.items()
        if grant.see != "none"
    }

    # Saved views belong to whoever saved them.
    assert _with_pages(project) - named == set()


def test_every_role_proves_something(project: Project):
    silent = [name for name, role in project.roles.items() if not role.examples]

    assert silent == []


def test_every_right_is_asked_for_and_every_asked_one_exists(project: Project):
    asked = {
        grant.needs for role in project.roles.values() for grant in role.allow.values()
    } - {None}
    offered = set(project.entities["client_user"].fields["permissions"].of)

    assert asked == set(project.site.rights) == offered


@pytest.mark.parametrize("role", COMPOSITE_ROLES)
def test_composite_role_is_for_staff_and_has_a_label(project: Project, role: str):
    assert project.roles[role].area == "staff"
    assert project.roles[role].label


@pytest.mark.parametrize(("group", "role"), GROUPS.items())
def test_sample_group_holds_its_role(project: Project, group: str, role: str):
    assert project.rows["staff_group"].values[group]["roles"] == [role]


def test_money_is_never_deleted_with_what_it_belongs_to(project: Project):
    financial = ("transaction", "invoice", "allocation", "client_balance", "service", "price")
    followed = [
        f"{name}.{key}" for name in financial
        for key, field in project.entities[name].fields.items()
        if field.type == "relation" and field.on_delete != "restrict"
    ]

    assert followed == []


def test_nobody_edits_the_ledger(project: Project):
    for name in ("transaction", "allocation", "vies_validation"):
        assert "append_only" in project.entities[name].traits


def test_one_billing_address_and_it_stays(project: Project):
    address = project.entities["client_address"]

    assert address.unique["one_billing"].where == "kind == 'billing'"
    assert address.keep["billing"].when == "kind == 'billing'"


def test_a_client_is_made_with_owner_and_address(project: Project):
    parts = project.entities["client"].create_with

    assert {name: part.entity for name, part in parts.items()} == {
        "owner": "user", "ownership": "client_user", "billing_address": "client_address",
    }
    assert parts["ownership"].set == {"owner": "yes"}


def test_first_rows_hold_the_world(project: Project):
    lines = (SAMPLE / "rows/countries.csv").read_text(encoding="utf-8").splitlines()
    codes = [line.partition(",")[0] for line in lines[1:]]

    assert len(codes) == len(set(codes)) == 249
    assert len(project.rows["currency"].values) == 10


def _with_pages(project: Project) -> set[str]:
    """Return the entities that people look at."""
    return {
        name for name, entity in project.entities.items()
        if name not in PAGELESS and not entity.internal
    }


def _targets(menu: MenuSpec | MenuItemSpec) -> Iterator[str]:
    for item in menu.items.values():
        named = (item.entity, item.create, (item.view or "").partition(".")[0], item.each)
        yield from (name for name in named if name)
        yield from _targets(item)


def _children(project: Project, name: str) -> Iterator[str]:
    """Yield the entities whose rows are shown on the page or in the form of another one."""
    entity = project.entities[name]
    for tab in entity.detail.tabs.values():
        if tab.related:
            yield tab.related.partition(".")[0]
    for field in entity.fields.values():
        if field.type == "many" and field.inline == "table":
            yield field.many
