"""Makes logins from the command line and for sample data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from runtime.accounts.credentials import store_hash
from runtime.accounts.passwords import Passwords, one_time_password
from runtime.actors import system
from runtime.records.values import Filter, ListQuery
from runtime.settings import StartProblem

if TYPE_CHECKING:
    from runtime.accounts.sessions import AccountKind
    from runtime.panel import Panel
    from runtime.records import Records


def create_staff(
    panel: Panel,
    *,
    email: str,
    name: str = "",
    password: str | None = None,
    roles: Sequence[str] = (),
    groups: Sequence[str] = (),
    passwords: Passwords | None = None,
) -> str:
    """Make a staff member with `roles` of their own and in the `groups` named.

    Returns the password: the one given, else a random one to be handed over and changed.
    Raises StartProblem for a role or group that does not exist, and what the gate refuses.
    """
    known = sorted(role for role, spec in panel.project.roles.items() if spec.area == "staff")
    for role in roles:
        if role not in known:
            raise StartProblem(f"there is no staff role '{role}': choose from {', '.join(known)}")
    first, _, last = name.strip().partition(" ")
    values = {
        "email": email,
        "firstname": first or email.partition("@")[0],
        "lastname": last or None,
        "roles": frozenset(roles),
        "enabled": True,
    }
    with panel.records(system("staff create")) as records:
        staff = records.create("staff", values)
        for group in groups:
            joined = {"staff": staff.id, "staff_group": _group(records, group)}
            records.create("staff_membership", joined)
    return set_password(panel, "staff", staff.id, password, passwords)


def managing_role(panel: Panel) -> str:
    """Return the one role of staff that manages everything, or else the only one there is.

    Raises StartProblem, naming the roles, where neither decides.
    """
    known = sorted(role for role, spec in panel.project.roles.items() if spec.area == "staff")
    if not known:
        raise StartProblem("no role has 'area: staff': write one, so that somebody may work there")
    managing = [role for role in known if _manages(panel, role)]
    for found in (managing, known):
        if len(found) == 1:
            return found[0]
    raise StartProblem(
        f"say which role the person has, such as --role {(managing or known)[0]}; "
        f"there are {', '.join(known)}"
    )


def _manages(panel: Panel, role: str) -> bool:
    """Say whether a role opens every row of every entity that it does not name itself."""
    everything = panel.project.roles[role].allow.get("*")
    return everything is not None and (
        everything.see == everything.edit == everything.delete == "all"
    )


def set_password(
    panel: Panel,
    kind: AccountKind,
    account_id: int,
    password: str | None = None,
    passwords: Passwords | None = None,
) -> str:
    """Give the account `password`, or a random one, and return it."""
    password = password or one_time_password()
    store_hash(panel, kind, account_id, (passwords or Passwords()).hash(password))
    return password


def _group(records: Records, name: str) -> int:
    named = ListQuery(filters=(Filter("name", "eq", (name,)),), count=False)
    rows = records.list("staff_group", named).rows
    if not rows:
        raise StartProblem(f"there is no staff group '{name}'")
    return rows[0].id
