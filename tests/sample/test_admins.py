"""Admins are made with their groups, by whoever may put people into groups."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from runtime.accounts.staff import create_staff
from runtime.actors import SYSTEM
from runtime.pages.controls import is_input
from runtime.panel import Panel
from runtime.records import ListQuery
from tests.runtime.admin.staff_browser import StaffBrowser
from tests.sample.conftest import opened

NEW = "/admin/staff/new"


@pytest.fixture(scope="module")
def panel(
    module_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Panel]:
    """One panel for all tests here; they make admins of their own."""
    with opened(module_database_url, tmp_path_factory.mktemp("admins")) as panel:
        for name, role in (("boss", "super_admin"), ("maker", "create_staff")):
            create_staff(panel, email=f"{name}@shop.example", roles=[role])
        yield panel


def staff(panel: Panel, name: str) -> StaffBrowser:
    ids = {email.partition("@")[0]: row for email, row in column(panel, "staff", "email")}
    return StaffBrowser(SimpleNamespace(panel=panel, ids=ids), name)


def column(panel: Panel, entity: str, name: str) -> list[tuple[str, int]]:
    with panel.reading(SYSTEM) as records:
        rows = records.list(entity, ListQuery(columns=(name,), size=200)).rows
        return [(row[name], row.id) for row in rows]


def test_an_admin_is_made_with_their_groups(panel: Panel):
    support = dict(column(panel, "staff_group", "name"))["Support"]

    answer = staff(panel, "boss").fill(
        NEW, email="new@shop.example", firstname="New",
        **{"memberships.0.staff_group": str(support)},
    )

    assert answer.status_code == 303
    made = dict(column(panel, "staff", "email"))["new@shop.example"]
    with panel.reading(SYSTEM) as records:
        rows = records.list("staff_membership", ListQuery(size=200)).rows
        assert [(row["staff"], row["staff_group"]) for row in rows] == [(made, support)]


def test_links_through_a_pivot_are_no_input_since_nobody_writes_them(panel: Panel):
    fields = panel.generated.entities["staff"].fields

    assert is_input(fields["memberships"])
    assert not is_input(fields["groups"])


def test_who_only_makes_accounts_gives_no_groups_with_them(panel: Panel):
    before = len(column(panel, "staff_membership", "staff"))
    support = dict(column(panel, "staff_group", "name"))["Support"]
    maker = staff(panel, "maker")

    assert "memberships.__new__.staff_group" not in maker.page(NEW)
    maker.fill(
        NEW, email="plain@shop.example", firstname="Plain",
        **{"memberships.0.staff_group": str(support)},
    )

    assert len(column(panel, "staff_membership", "staff")) == before
    assert "plain@shop.example" in dict(column(panel, "staff", "email"))
