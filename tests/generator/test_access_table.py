"""Roles become permits: one condition each, and never more than their parents allow."""

import itertools
from pathlib import Path

import pytest

from config.project import load_project
from generator.access_table import AccessTable
from runtime.access import Access, Rights
from runtime.actors import Actor
from runtime.plugins import enabled_extensions, load_extensions, vocabulary

FOLDER = Path(__file__).parents[1] / "fixtures" / "shop"
ACTIONS = ("see", "create", "edit", "delete", "purge", "export", "import", "history",
           "load_history")


@pytest.fixture(scope="module")
def project():
    extensions = load_extensions(enabled_extensions([FOLDER]), [FOLDER])
    return load_project([FOLDER], vocabulary(extensions))


@pytest.fixture(scope="module")
def table(project):
    return AccessTable(project)


@pytest.fixture(scope="module")
def access(table):
    return Access(table, {})


def permits(table, roles, entity, area="staff"):
    return table.permits(table.roles(roles, area), entity)


def test_a_grant_is_split_by_its_conditions(table):
    (own,) = permits(table, ["client_member"], "client", "client")
    (free,) = permits(table, ["client_member"], "product", "client")
    (needing,) = permits(table, ["client_member"], "service", "client")

    assert own.actions == {"see", "edit"}
    assert own.scope.text == "id in me.clients"
    assert free.free
    assert needing.member.text == "client in me.clients"
    assert needing.needs.right == "manage_services"


def test_included_roles_give_permits_of_their_own(table):
    assert {permit.grant.role for permit in permits(table, ["support"], "client")} == {
        "support", "reader"}


def test_roles_of_the_other_area_count_for_nothing(table, access):
    assert table.roles(["client_member", "boss"], "client") == {"client_member"}
    staff_with_client_role = Actor("staff", 1, roles=frozenset({"client_member"}))
    user_with_staff_role = Actor("user", 1, roles=frozenset({"boss"}))
    for actor in (staff_with_client_role, user_with_staff_role,
                  Actor("anonymous", roles=frozenset({"boss"}))):
        assert not access.rights(actor, "client").may_somewhere("see")


def test_what_the_program_keeps_for_itself_is_nobodys(table):
    for entity in ("credential", "sequence_counter", "login_attempt"):
        assert permits(table, ["boss"], entity) == ()


def test_an_unknown_role_gives_nothing(table):
    assert permits(table, ["nonsense"], "client") == ()


def allowed(table, project, roles, area):
    """Return everything that a set of roles allows, as comparable facts."""
    facts = set()
    for entity, fields in table.entities().items():
        rights = Rights(entity, permits(table, roles, entity, area), fields)
        for place, permit in enumerate(rights.permits):
            condition = (permit.scope and permit.scope.text, permit.needs)
            for action in ACTIONS:
                if place in rights.holding(action):
                    facts.add((entity, action, condition))
            for move in permit.grant.moves:
                if place in rights.holding("move", move):
                    facts.add((entity, f"move {move}", condition))
            facts |= {(entity, "show", name, condition) for name in permit.grant.visible}
            facts |= {(entity, "open", name, condition) for name in permit.grant.editable}
    return facts


def test_several_roles_allow_exactly_what_each_of_them_allows(table, project):
    for area in ("staff", "client"):
        names = [name for name, role in project.roles.items() if role.area == area]
        alone = {name: allowed(table, project, [name], area) for name in names}
        for pair in itertools.combinations(names, 2):
            assert allowed(table, project, pair, area) == alone[pair[0]] | alone[pair[1]]


def test_a_role_that_only_includes_others_allows_what_they_allow(table, project):
    both = project.roles["support"].model_copy(
        update={"role": "both", "includes": ("reader", "finance"), "allow": {}, "scope": {}})
    from dataclasses import replace

    wider = AccessTable(replace(project, roles={**project.roles, "both": both}))
    assert allowed(wider, project, ["both"], "staff") == (
        allowed(table, project, ["reader"], "staff")
        | allowed(table, project, ["finance"], "staff"))


def test_fields_open_to_all_rows_are_the_union_of_free_permits(access):
    both = Actor("staff", 1, roles=frozenset({"finance", "polish_desk"}))
    rights = access.rights(both, "client")

    assert "credit" in rights.always_visible
    assert "country" not in rights.always_visible
    assert "country" in rights.ever_visible
    assert "country" in rights.visible(frozenset(rights.limited))
    assert "country" not in rights.visible(frozenset())


def test_every_answer_names_the_rule(access):
    sam = Actor("staff", 1, roles=frozenset({"support"}))
    rights = access.rights(sam, "service")

    assert str(rights.decide("see", frozenset()).rule).startswith("role reader, service, see")
    refused = rights.decide("delete", frozenset())
    assert (refused.allowed, refused.reason) == (False, "no role of yours allows to delete Service")
    hidden = rights.decide("see", frozenset(), field="cost")
    assert not hidden
    assert "Cost" in hidden.reason
    assert rights.decide("move", frozenset(), move="suspend")
    assert not rights.decide("move", frozenset(), move="end")
