"""What roles allow: a union of whole grants, denied by default, never more in the client area."""

from collections.abc import Callable, Mapping

import pytest

from config import Project
from config.grants import Grant, Needs, grants_for, included_roles, resolve_grants

PART = """\
entity: part
fields:
  name:   text!
  price:  {type: money, currency: EUR, class: financial}
  notes:  {type: text, class: staff_only}
  token:  secret
  state:  {type: choice, of: {a: A, b: B}}
  fixed:  {type: text, read_only: yes}
  number: sequence
  client: ->client
machines:
  state: {start: a, final: b, moves: {go: {from: a, to: b, by: [staff, user]}}}
"""
Load = Callable[..., Project]


@pytest.fixture
def grants(load: Load) -> Callable[..., tuple[Grant, ...]]:
    """Return a function: role files → the grants that holders of role `one` have on part."""

    def run(roles: Mapping[str, str], entity: str = "part") -> tuple[Grant, ...]:
        files = {f"{name}.yaml": text for name, text in roles.items()}
        project = load({"part.yaml": PART, **files})
        return grants_for(resolve_grants(project), project, {"one"}, entity)

    return run


def test_nothing_is_allowed_that_no_role_says(grants: Callable[..., tuple[Grant, ...]]) -> None:
    assert grants({"one": "role: one\narea: staff\nallow: {client: all}\n"}) == ()


def test_star_covers_what_the_role_does_not_name(grants: Callable[..., tuple[Grant, ...]]) -> None:
    roles = {"one": "role: one\narea: staff\nallow: {\"*\": all, client: see}\n"}

    (part,) = grants(roles)
    (client,) = grants(roles, "client")

    assert part.reach == dict.fromkeys(("see", "create", "edit", "delete", "purge"), "all")
    assert part.moves == {"go"}
    assert (client.reaches("see"), client.reaches("edit")) == ("all", "none")


def test_named_entity_without_a_right_is_not_covered_by_the_star(
    grants: Callable[..., tuple[Grant, ...]],
) -> None:
    (part,) = grants({"one": "role: one\narea: staff\nallow: {\"*\": all, part: {see: none}}\n"})

    assert set(part.reach.values()) == {"none"}


def test_included_roles_give_grants_of_their_own(grants: Callable[..., tuple[Grant, ...]]) -> None:
    found = grants({
        "one": "role: one\narea: staff\nincludes: [two]\n"
               "allow: {part: {see: all, fields: {only: [name]}}}\n",
        "two": "role: two\narea: staff\nincludes: [three]\n",
        "three": "role: three\narea: staff\nscope: {part: \"name == 'x'\"}\n"
                 "allow: {part: {see: scope, edit: scope}}\n",
    })

    one, three = found
    assert (one.role, three.role) == ("one", "three")
    assert "price" not in one.visible
    assert "price" in three.visible
    assert one.scope is None
    assert three.scope is not None
    assert three.scope.text == "name == 'x'"


def test_fields_limit_sight_and_edit_fields_limit_writing(
    grants: Callable[..., tuple[Grant, ...]],
) -> None:
    (part,) = grants({"one": (
        "role: one\narea: staff\nallow:\n  part: {see: all, edit: all, "
        "fields: {except: [class:financial, notes]}, edit_fields: {except: [client]}}\n"
    )})

    assert part.visible == {
        "name", "token", "state", "fixed", "number", "client", "id", "created_at", "updated_at",
    }
    assert part.editable == {"name", "token"}


def test_client_area_never_sees_notes_of_staff_or_secrets(
    grants: Callable[..., tuple[Grant, ...]],
) -> None:
    (part,) = grants({"one": (
        "role: one\narea: client\nscope: {part: \"client in me.clients\"}\n"
        "allow: {part: {see: scope, edit: scope}}\n"
    )})

    assert not {"notes", "token"} & part.visible
    assert not {"notes", "token", "state", "fixed", "number", "id"} & part.editable
    assert part.editable == {"name", "price", "client"}


def test_scope_of_the_grant_goes_before_that_of_the_role(
    grants: Callable[..., tuple[Grant, ...]],
) -> None:
    (part,) = grants({"one": (
        "role: one\narea: staff\nscope: {part: \"name == 'a'\"}\n"
        "allow: {part: {see: scope, scope: \"name == 'b'\"}}\n"
    )})

    assert part.scope is not None
    assert part.scope.text == "name == 'b'"


def test_right_is_needed_in_the_record_own_membership(
    grants: Callable[..., tuple[Grant, ...]],
) -> None:
    role = (
        "role: one\narea: client\n"
        "scope: {part: \"client in me.clients\", client: \"id in me.clients\"}\n"
        "allow:\n  part: {see: scope, needs: manage_invoices}\n"
        "  client: {see: scope, needs: manage_invoices}\n"
    )

    assert grants({"one": role})[0].needs == Needs("manage_invoices", "clients", "client")
    assert grants({"one": role}, "client")[0].needs == Needs("manage_invoices", "clients", "id")


def test_internal_entities_are_in_nobody_reach(load: Load) -> None:
    project = load({"part.yaml": PART.replace("fields:", "internal: yes\nfields:", 1)})

    assert all("part" not in each for each in resolve_grants(project).values())


def test_append_only_rows_are_never_changed(load: Load) -> None:
    project = load({"part.yaml": PART.replace("fields:", "traits: [append_only]\nfields:", 1)})

    grant = resolve_grants(project)["clerk"]["part"]

    assert grant.reach == {
        "see": "all", "create": "all", "edit": "none", "delete": "none", "purge": "none",
    }


def test_recorded_rows_are_made_and_changed_by_nobody(load: Load) -> None:
    project = load({"part.yaml": PART.replace("fields:", "traits: [recorded]\nfields:", 1)})

    grant = resolve_grants(project)["clerk"]["part"]

    assert grant.reach == {
        "see": "all", "create": "none", "edit": "none", "delete": "all", "purge": "all",
    }


def test_recorded_rows_are_nobodys_to_make_or_change(load: Load) -> None:
    project = load({"part.yaml": PART.replace("fields:", "traits: [recorded]\nfields:", 1)})

    grant = resolve_grants(project)["clerk"]["part"]

    assert grant.reach == {
        "see": "all", "create": "none", "edit": "none", "delete": "all", "purge": "all",
    }


def test_moves_reach_as_far_as_sight(grants: Callable[..., tuple[Grant, ...]]) -> None:
    (part,) = grants({"one": "role: one\narea: staff\nallow: {part: {see: all, moves: [go]}}\n"})

    assert part.reaches("go") == "all"
    assert part.reaches("stop") == "none"


def test_unknown_roles_include_nothing(load: Load) -> None:
    project = load({"part.yaml": PART})

    assert included_roles(project.roles, {"clerk", "gone"}) == {"clerk"}
