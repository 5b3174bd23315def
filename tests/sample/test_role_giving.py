"""Nobody of the staff gives a role that allows more than their own, whichever way they try."""

import shutil
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from runtime.accounts.staff import create_staff
from runtime.actors import SYSTEM, load_actor
from runtime.panel import Panel, open_panel
from runtime.records import ListQuery, ValidationFailed
from runtime.records.role_giving import may_give
from runtime.settings import Settings
from tests.runtime.admin.staff_browser import StaffBrowser, words
from tests.sample.conftest import BASE, short_sample

PEOPLE = {
    "boss": ["super_admin"], "maker": ["create_staff"], "editor": ["edit_staff"],
    "grouper": ["edit_groups"], "chief": ["personnel", "support"],
    "plain": [],
}
PERSONNEL = """
role: personnel
area: staff
includes: [see_staff, see_groups]
allow: {staff: all, staff_membership: all, staff_group: all, staff_group_part: all}
"""
SAID = "You can give only roles that allow no more than your own, not: Super admin."


@pytest.fixture(scope="module")
def panel(
    module_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Panel]:
    folder = tmp_path_factory.mktemp("giving")
    shutil.copytree(short_sample(), folder / "sample")
    (folder / "sample/roles/staff/personnel.yaml").write_text(PERSONNEL)
    settings = Settings(module_database_url, folder / "var", ("k" * 40,), base_url=BASE)
    panel = open_panel([folder / "sample"], settings, create=True)
    try:
        for name, roles in PEOPLE.items():
            create_staff(panel, email=f"{name}@shop.example", roles=roles)
        yield panel
    finally:
        panel.close()


def ids(panel: Panel, entity: str, column: str) -> dict[str, int]:
    with panel.reading(SYSTEM) as records:
        rows = records.list(entity, ListQuery(columns=(column,), size=200)).rows
        return {row[column].partition("@")[0]: row.id for row in rows}


def actor(panel: Panel, name: str):
    return load_actor(panel, "staff", ids(panel, "staff", "email")[name])


def browser(panel: Panel, name: str) -> StaffBrowser:
    return StaffBrowser(SimpleNamespace(panel=panel, ids=ids(panel, "staff", "email")), name)


def roles(panel: Panel, name: str) -> frozenset[str]:
    return actor(panel, name).roles


def refused(panel: Panel, who: str, field: str, change) -> None:
    with pytest.raises(ValidationFailed) as problem, panel.records(actor(panel, who)) as records:
        change(records)
    problems = problem.value.problems
    assert {name: [str(each) for each in problems[name]] for name in problems} == {field: [SAID]}


def test_a_membership_gives_no_roles_beyond_ones_own(panel: Panel):
    me = ids(panel, "staff", "email")["editor"]
    groups = ids(panel, "staff_group", "name")

    refused(panel, "editor", "staff_group", lambda records: records.create(
        "staff_membership", {"staff": me, "staff_group": groups["Super admin"]}))

    assert roles(panel, "editor") == {"edit_staff"}


def test_a_membership_that_is_there_moves_to_no_stronger_group(panel: Panel):
    groups, plain = ids(panel, "staff_group", "name"), ids(panel, "staff", "email")["plain"]
    with panel.records(actor(panel, "chief")) as records:
        row = records.create("staff_membership", {"staff": plain, "staff_group": groups["Support"]})

    refused(panel, "chief", "staff_group", lambda records: records.update(
        "staff_membership", row.id, {"staff_group": groups["Super admin"]}))
    with panel.records(actor(panel, "editor")) as records:
        records.delete("staff_membership", row.id)


def test_roles_of_a_person_go_no_further_than_ones_own(panel: Panel):
    me = ids(panel, "staff", "email")["editor"]
    strong = frozenset({"edit_staff", "super_admin"})

    refused(panel, "editor", "roles", lambda records: records.update(
        "staff", me, {"roles": strong}))
    refused(panel, "chief", "roles", lambda records: records.create("staff", {
        "email": "evil@shop.example", "firstname": "Evil", "roles": strong}))

    assert "evil" not in ids(panel, "staff", "email")


def test_roles_of_a_group_go_no_further_than_ones_own(panel: Panel):
    group = ids(panel, "staff_group", "name")["Testers"]
    with panel.reading(SYSTEM) as records:
        held = records.get("staff_group", group)["roles"]

    refused(panel, "grouper", "roles", lambda records: records.update(
        "staff_group", group, {"roles": held | {"super_admin"}}))
    with panel.records(actor(panel, "grouper")) as records:
        records.update("staff_group", group, {"roles": held | {"see_groups"}})
        records.update("staff_group", group, {"roles": held})


def test_a_group_takes_in_no_stronger_group(panel: Panel):
    groups = ids(panel, "staff_group", "name")

    refused(panel, "grouper", "part", lambda records: records.create(
        "staff_group_part", {"whole": groups["Testers"], "part": groups["Super admin"]}))


def test_roles_of_groups_within_a_group_count(panel: Panel):
    groups, me = ids(panel, "staff_group", "name"), ids(panel, "staff", "email")["editor"]
    with panel.records(SYSTEM) as records:
        outer = records.create("staff_group", {"name": "Outer", "kind": "groups"}).id
        records.create("staff_group_part", {"whole": outer, "part": groups["Super admin"]})

    refused(panel, "editor", "staff_group", lambda records: records.create(
        "staff_membership", {"staff": me, "staff_group": outer}))


def test_many_at_once_get_no_stronger_role(panel: Panel):
    people = ids(panel, "staff", "email")
    with panel.records(actor(panel, "editor")) as records:
        result = records.bulk(
            "staff", [people["plain"], people["maker"]], "edit",
            values={"roles": frozenset({"super_admin"})},
        )

    assert result.done == ()
    assert "super_admin" not in roles(panel, "plain") | roles(panel, "maker")


def test_an_import_gives_no_stronger_role(panel: Panel):
    mapping = {"E-mail": "email", "First": "firstname", "Roles": "roles"}
    lines = [
        {"E-mail": f"{name}@shop.example", "First": "F", "Roles": role}
        for name, role in (("plain", "super_admin"), ("late", "super_admin"), ("soon", "support"))
    ]
    with panel.records(actor(panel, "chief")) as records:
        result = records.import_rows("staff", lines, mapping, key="email")

    assert {number: list(said) for number, said in result.problems.items()} == {
        1: ["roles"], 2: ["roles"]
    }
    assert result.created == 1
    assert "late" not in ids(panel, "staff", "email")
    assert roles(panel, "soon") == {"support"}


def test_an_import_joins_no_stronger_group(panel: Panel):
    lines = [{"Who": "plain@shop.example", "Group": name} for name in ("Super admin", "Support")]
    mapping = {"Who": "staff.email", "Group": "staff_group.name"}
    with panel.records(actor(panel, "chief")) as records:
        result = records.import_rows("staff_membership", lines, mapping)
        [row] = records.list("staff_membership", ListQuery(size=200)).rows
        records.delete("staff_membership", row.id)

    assert list(result.problems[1]) == ["staff_group"]
    assert result.created == 1


def test_a_role_is_given_by_who_holds_it_and_all_by_who_may_everything(panel: Panel):
    plain = ids(panel, "staff", "email")["plain"]
    with panel.records(actor(panel, "chief")) as records:
        records.update("staff", plain, {"roles": frozenset({"support", "see_clients"})})
        records.update("staff", plain, {"roles": None})
    with panel.records(actor(panel, "boss")) as records:
        every = [name for name, role in panel.project.roles.items() if role.area == "staff"]
        assert [name for name in every if not may_give(records.work, name)] == []


def test_a_stronger_role_stays_where_it_is_and_may_be_taken_away(panel: Panel):
    plain = ids(panel, "staff", "email")["plain"]
    with panel.records(SYSTEM) as records:
        records.update("staff", plain, {"roles": frozenset({"super_admin", "finance"})})

    with panel.records(actor(panel, "editor")) as records:
        records.update("staff", plain, {"roles": frozenset({"super_admin"}), "lastname": "Kept"})
        records.update("staff", plain, {"roles": None})

    refused(panel, "editor", "roles", lambda records: records.update(
        "staff", plain, {"roles": frozenset({"super_admin"})}))


def test_putting_back_gives_no_stronger_role(panel: Panel):
    plain = ids(panel, "staff", "email")["plain"]
    with panel.records(SYSTEM) as records:
        records.update("staff", plain, {"roles": frozenset({"super_admin"})})
        records.update("staff", plain, {"roles": None})
        change = next(
            entry.id for entry in records.history("staff", plain) if "roles" in entry.fields
        )

    refused(panel, "editor", "roles", lambda records: records.put_back(
        "staff", plain, change, "roles"))


def test_pages_give_no_stronger_role(panel: Panel):
    me = ids(panel, "staff", "email")["editor"]
    group = str(ids(panel, "staff_group", "name")["Super admin"])
    editor = browser(panel, "editor")

    joined = editor.post("/admin/staff_membership/new", page="/admin/staff_membership/new",
                         staff=str(me), staff_group=group)
    raised = editor.fill(f"/admin/staff/{me}/edit", roles=["edit_staff", "super_admin"])
    inline = editor.fill(f"/admin/staff/{me}/edit", **{"memberships.0.staff_group": group})

    for answer in (joined, raised, inline):
        assert answer.status_code == 422
        assert SAID in words(answer.text)
    assert roles(panel, "editor") == {"edit_staff"}


def test_who_only_makes_accounts_is_asked_for_no_roles(panel: Panel):
    maker = browser(panel, "maker")

    assert 'name="roles"' not in maker.page("/admin/staff/new")
    maker.fill("/admin/staff/new", email="evil@shop.example", firstname="Evil", roles="super_admin")

    assert "evil" not in ids(panel, "staff", "email") or not roles(panel, "evil")
