"""A right may be needed in the client that a picked row, or one row of a collection, belongs to."""

from contextlib import contextmanager
from dataclasses import replace

import pytest

from runtime.panel import open_panel
from runtime.records import Forbidden, ListQuery, NotFound
from tests.runtime.records.house import FOLDER

USER = """patch: entity/user
fields:
  memberships: {add: {many: client_user, by: user}}
  home: {add: {pick: memberships}}
"""
PEOPLE = """role: people
area: client
scope: {user: "email != null"}
allow: {user: {see: scope, needs: manage_services, needs_in: memberships.client}}
examples:
  a colleague:
    given: {actor: {member_of: A, rights: [manage_services]},
            record: {user: {email: a@example.com, memberships: [{client: B}, {client: A}]}}}
    can: see
  a stranger:
    given: {actor: {member_of: A, rights: [manage_services]},
            record: {user: {email: a@example.com, memberships: [{client: B}]}}}
    cannot: see
"""
HOMES = """role: homes
area: client
scope: {user: "email != null"}
allow: {user: {see: scope, edit: scope, needs: manage_services, needs_in: home.client}}
examples:
  where they are at home:
    given: {actor: {member_of: A, rights: [manage_services]},
            record: {user: {email: a@example.com, memberships: [{client: A}, {client: B}]}}}
    can: edit
  a guest:
    given: {actor: {member_of: B, rights: [manage_services]},
            record: {user: {email: a@example.com, memberships: [{client: A}, {client: B}]}}}
    cannot: [see, edit]
"""


@pytest.fixture
def acting(house, tmp_path):
    """Return how somebody of the shop acts with one of the roles above."""
    layer = tmp_path / "layer"
    layer.mkdir()
    for name, text in (("user", USER), ("people", PEOPLE), ("homes", HOMES)):
        (layer / f"{name}.yaml").write_text(text)
    with open_panel([FOLDER, layer], house.panel.settings, clock=house.clock) as panel:

        @contextmanager
        def act(name, role):
            with panel.records(replace(house.actor(name), roles=frozenset({role}))) as records:
                yield records

        yield act


def seen(records):
    return {row["firstname"] for row in records.list("user", ListQuery(size=100)).rows}


# Anna owns Acme and Mia has the right there, Ben has none; Olga owns Bolt.
def test_a_right_in_one_row_of_a_collection_shows_a_row(acting):
    with acting("mia", "people") as records:
        assert seen(records) == {"Anna", "Mia", "Ben", "Carl"}
    with acting("olga", "people") as records:
        assert seen(records) == {"Olga"}
    with acting("ben", "people") as records:
        assert seen(records) == set()


def test_a_right_in_the_picked_row_opens_a_row(acting, house):
    with house.records() as records:
        records.create("client_user", {"client": house.ids["bolt"], "user": house.ids["ben"]})

    with acting("mia", "homes") as records:
        records.update("user", house.ids["ben"], {"firstname": "Benno"})
    with acting("olga", "homes") as records:
        # Ben is at home at Acme, and a guest of Bolt.
        assert seen(records) == {"Olga"}
        with pytest.raises(NotFound):
            records.update("user", house.ids["ben"], {"firstname": "Bernd"})
    with acting("ben", "homes") as records:
        with pytest.raises((Forbidden, NotFound)):
            records.get("user", house.ids["ben"])
    with acting("olga", "people") as records:
        assert seen(records) == {"Olga", "Benno"}
