"""An entity's own file may hold its machine, grants and menu places; nobody sees a difference."""

from collections.abc import Callable

from config import Problem, Project

WHOLE = """\
entity: part
fields:
  name:  text!
  state: {type: choice, of: {fresh: Fresh, used: Used}}
machines:
  state:
    start: fresh
    final: [used]
    moves: {use: {from: fresh, to: used, by: staff, when: "name != null"}}
allow:
  other: {see: all, moves: [use]}
  seller: {see: scope, scope: "name == 'x'"}
menu: {staff: finance, client: top}
"""
BESIDE = {
    "other.yaml": "role: other\narea: staff\n", "seller.yaml": "role: seller\narea: client\n",
    "client.yaml": "menu: client\nitems: {}\n",
}


def test_inline_parts_stand_where_they_belong(load: Callable[..., Project]) -> None:
    project = load({**BESIDE, "part.yaml": WHOLE})

    assert project.machines["part.state"].machine == "part.state"
    assert project.machines["part.state"].entity == "part"
    assert project.roles["other"].allow["part"].moves == ("use",)
    assert project.menus["staff"].items["finance"].items["part"].entity == "part"
    assert project.menus["client"].items["part"].entity == "part"
    assert "machine/part.state/moves/use/when" in project.expressions
    assert "role/seller/allow/part/scope" in project.expressions


def test_inline_parts_say_where_they_were_written(load: Callable[..., Project]) -> None:
    origins = load({**BESIDE, "part.yaml": WHOLE}).origins

    assert str(origins["machine/part.state/moves/use"].position) == "own/part.yaml:9:13"
    assert str(origins["role/other/allow/part/see"].position) == "own/part.yaml:11:11"
    assert str(origins["menu/staff/items/finance/items/part"].position) == "own/part.yaml:13:8"


def test_mistakes_of_inline_parts_are_told_in_the_file_of_the_entity(
    problems: Callable[..., list[Problem]],
) -> None:
    text = WHOLE.replace("name != null", "nme != null").replace("moves: [use]", "moves: [uze]")

    found = problems({**BESIDE, "part.yaml": text.replace("name == 'x'", "nam == 'x'")})

    assert [(str(one.position), one.path, one.code) for one in found] == [
        ("own/part.yaml:9:60", "machines.state.moves.use.when", "unknown-name"),
        ("own/part.yaml:11:29", "allow.other.moves.1", "unknown-move"),
        ("own/part.yaml:12:32", "allow.seller.scope", "unknown-name"),
    ]
