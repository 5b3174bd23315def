"""Later layers add objects and patch earlier ones; everything can say where it came from."""

from collections.abc import Callable

from config import Problem, Project

Load = Callable[..., Project]
Problems = Callable[..., list[Problem]]


def patch(text: str, target: str = "entity/invoice") -> dict[str, str]:
    return {"patch.yaml": f"patch: {target}\n{text}"}


def test_added_field_stands_where_the_patch_says(load: Load) -> None:
    project = load(patch(
        "fields:\n  po: {add: text, after: number}\n  ref: {add: text, before: number}\n"
        "  end: {add: text}\n"
    ))

    assert list(project.entities["invoice"].fields) == [
        "ref", "number", "po", "client", "total", "status", "end",
    ]


def test_set_changes_single_keys_and_writes_short_forms_out(load: Load) -> None:
    project = load(patch("fields:\n  number: {set: {max: 40}}\n"))

    field = project.entities["invoice"].fields["number"]
    assert (field.type, field.required, field.max) == ("text", True, 40)


def test_key_of_an_object_can_be_added_set_and_dropped(load: Load) -> None:
    project = load(
        patch("label: {add: Bill}\ntitle: {set: [client]}\nviews:\n  unpaid: {drop: yes}\n")
    )

    invoice = project.entities["invoice"]
    assert invoice.label == {"": "Bill"}
    assert invoice.title.paths == ("client",)
    assert list(invoice.views) == ["my_invoices"]


def test_lists_take_and_lose_entries(load: Load) -> None:
    project = load(patch(
        "fields:\n  po: {add: text}\nviews:\n"
        "  unpaid: {columns: {add: [po, status], after: number}}\n"
        "  my_invoices: {columns: {drop: [total]}}\n"
    ))

    views = project.entities["invoice"].views
    assert views["unpaid"].columns == ("number", "po", "status", "client", "total")
    assert views["my_invoices"].columns == ("number",)


def test_hidden_field_is_kept_and_marked(load: Load) -> None:
    project = load(patch(
        "fields:\n  total: {hide: yes}\nform: {add: {A: [number, [client, total]]}}\n"
        "create_form: {add: {B: [total], C: [number]}}\n"
        "detail: {add: {aside: [total, number], tabs: {a: {sections: {A: [total, number]}}}}}\n"
    ))

    invoice = project.entities["invoice"]
    assert invoice.fields["total"].hidden
    assert invoice.views["unpaid"].columns == ("number", "client")
    assert {key: section.fields for key, section in invoice.form.items()} == {
        "A": ("number", ("client",)),
    }
    assert list(invoice.create_form) == ["C"]
    assert invoice.detail.aside == ("number",)
    assert invoice.detail.tabs["a"].sections["A"].fields == ("number",)


def test_hidden_sections_and_tabs_are_not_shown(load: Load) -> None:
    project = load({"part.yaml": (
        "entity: part\nfields:\n  name: text\n  code: text\n"
        "form:\n  A: [name]\n  B: {fields: [code], hidden: yes}\n"
        "detail: {tabs: {a: {history: yes, hidden: yes}, b: {sections: {C: [name]}}}}\n"
    )})

    part = project.entities["part"]
    assert list(part.form) == ["A"]
    assert list(part.detail.tabs) == ["b"]


def test_menu_roles_and_machines_can_be_patched(load: Load) -> None:
    project = load({
        **patch("items:\n  finance:\n    items:\n      people: {add: user}\n"
                "  clients: {set: {icon: user}}\n", "menu/staff"),
        "role.yaml": "patch: role/clerk\nallow:\n  invoice: {add: see}\n",
        "machine.yaml": "patch: entity/invoice\nmachines:\n  status:\n    moves:\n"
        "      issue: {set: {confirm: yes}}\n",
    })

    items = project.menus["staff"].items
    assert items["finance"].items["people"].entity == "user"
    assert (items["clients"].entity, items["clients"].icon) == ("client", "user")
    assert project.roles["clerk"].allow["invoice"].edit == "none"
    assert project.machines["invoice.status"].moves["issue"].confirm


def test_two_patches_follow_each_other(load: Load) -> None:
    project = load({
        "1.yaml": "patch: entity/invoice\nfields:\n  number: {set: {max: 40}}\n",
        "2.yaml": "patch: entity/invoice\nfields:\n  number: {set: {max: 50}, if_was: {max: 40}}\n",
    })

    assert project.entities["invoice"].fields["number"].max == 50


def test_patch_fails_when_what_it_changes_has_changed(problems: Problems) -> None:
    found = problems(patch("fields:\n  number: {set: {max: 40}, if_was: {type: long_text}}\n"))

    assert [str(one) for one in found] == [
        "own/patch.yaml:3:28: fields.number.if_was: this was changed meanwhile, "
        "it is now 'text' [patch-outdated]\n"
        "    look whether the patch is still right, then change if_was"
    ]


def test_mistake_of_a_patch_is_told_at_the_patch(problems: Problems) -> None:
    found = problems(patch("views:\n  unpaid: {where: {set: \"status == 'opn'\"}}\n"))

    assert [(str(one.position), one.code) for one in found] == [
        ("own/patch.yaml:3:36", "unknown-choice"),
    ]


def test_origin_tells_layer_place_and_earlier_values(load: Load) -> None:
    project = load(
        patch("fields:\n  number: {set: {max: 40}}\n  po: {add: {type: text, max: 9}}\n")
    )

    number = project.origins["entity/invoice/fields/number"]
    assert (number.layer, str(number.position)) == ("base", "base/invoice.yaml:4:3")
    assert [(one.value, one.layer, str(one.position)) for one in number.changes] == [
        ("text!", "own", "own/patch.yaml:3:3"),
    ]
    added = project.origins["entity/invoice/fields/po/max"]
    assert (added.layer, str(added.position)) == ("own", "own/patch.yaml:4:26")
    set_key = project.origins["entity/invoice/fields/number/max"]
    assert (set_key.layer, str(set_key.position)) == ("own", "own/patch.yaml:3:18")


def test_patch_leaves_the_file_kept_between_loads_alone(load: Load) -> None:
    from config.project import Parsed

    parsed = Parsed()
    load(patch("fields:\n  po: {add: text}\nmenu: {add: {staff: finance}}\n"), parsed=parsed)

    project = load({"patch.yaml": "patch: entity/invoice\nlabel: {add: Bill}\n"}, parsed=parsed)

    assert "po" not in project.entities["invoice"].fields
    assert set(project.menus["staff"].items["finance"].items) == {"invoices"}
