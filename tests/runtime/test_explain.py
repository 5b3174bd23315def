"""`explain` answers for the row as it is, and names file and line of every rule."""

from datetime import timedelta

import pytest

from runtime.explain import explain_access
from runtime.settings import StartProblem
from tests.runtime.records.house import Houses


@pytest.fixture(scope="module")
def houses(tmp_path_factory):
    return Houses(tmp_path_factory.mktemp("house"))


@pytest.fixture(params=["sqlite", "postgres"])
def house(request, houses, tmp_path):
    if request.param == "sqlite":
        with houses.sqlite(tmp_path) as house:
            yield house
        return
    with houses.postgres(request.getfixturevalue("postgres"), tmp_path) as house:
        yield house


SAM, MIA, ANNA = "staff:sam@shop.example", "user:mia@example.com", "user:anna@example.com"


def said(house, actor, action, target):
    name, _, row = target.partition(":")
    row, _, field = row.partition(".")
    asked = f"{name}:{house.ids[row]}" + (f".{field}" if field else "")
    answer = explain_access(house.panel, actor, action, asked)
    lines = answer.text.splitlines()
    assert lines[0].startswith("yes: " if answer.allowed else "no: ")
    return answer.allowed, [line.strip() for line in lines[1:-1]]


def line_of(house, file, text):
    """Return `file:line` of the first line of a configuration file that has the text."""
    path = next(each for each in house.panel.project.files if each.endswith(f"/{file}"))
    with open(path) as lines:
        return next(f"{path}:{at}" for at, line in enumerate(lines, 1) if text in line)


def test_a_move_that_the_state_does_not_allow_is_answered_with_no(house):
    allowed, lines = said(house, SAM, "unsuspend", "service:web")

    assert not allowed
    assert lines[0] == "because: the move starts from suspended, not from active"
    place = line_of(house, "service.status.yaml", "unsuspend:")
    assert lines[1] == f"nearest rule: machine/service.status/moves/unsuspend/from ({place})"


def test_a_move_that_the_state_allows_names_the_line_of_the_role(house):
    allowed, lines = said(house, SAM, "suspend", "service:web")

    assert allowed
    place = line_of(house, "roles/support.yaml", "service:")
    assert lines == [f"allowed by: role support, service, moves suspend ({place})"]


def test_a_move_whose_condition_does_not_hold_is_answered_with_the_condition(house):
    with house.records() as records:
        records.update("service", house.ids["web"], {"label": "keep"})
    allowed, lines = said(house, MIA, "end", "service:web")

    assert not allowed
    assert lines[0] == "because: the condition `label != 'keep'` does not hold"
    place = line_of(house, "service.status.yaml", "  end:")
    assert lines[1] == f"nearest rule: machine/service.status/moves/end/when ({place})"


def test_a_move_that_a_guard_refuses_is_answered_with_its_words(house):
    with house.records() as records:
        records.move("service", house.ids["web"], "suspend", {"why": "x"})
    house.clock.advance(timedelta(days=60))
    allowed, lines = said(house, SAM, "unsuspend", "service:web")

    assert not allowed
    assert lines[0] == "because: shop_rules.may_resume refuses it: The paid time is over."
    assert "guard_by (" in lines[1]


def test_a_move_of_others_is_answered_with_who_makes_it(house):
    allowed, lines = said(house, "staff:boss@shop.example", "deploy", "service:web")

    assert not allowed
    assert lines[0] == "because: the move is made by system only"


def test_a_row_out_of_scope_is_answered_with_the_scope_and_its_line(house):
    allowed, lines = said(house, ANNA, "see", "client:bolt")

    assert not allowed
    scope = line_of(house, "client_member.yaml", "client:       \"id")
    rule = line_of(house, "client_member.yaml", "  client:       {see")
    assert lines == [
        f"because: the row is not in the scope `id in me.clients` ({scope})",
        f"nearest rule: role client_member, client, see scope ({rule})",
    ]


def test_a_right_that_is_not_held_there_is_named_beside_the_scope(house):
    allowed, lines = said(house, "user:ben@example.com", "see", "service:web")

    assert not allowed
    assert "`client in me.clients` (" in lines[0]
    assert " and where the right manage_services is held (" in lines[0]


def test_a_row_that_is_not_there_is_told(house):
    with pytest.raises(StartProblem, match="there is no client with the id 99999"):
        explain_access(house.panel, SAM, "see", "client:99999")
