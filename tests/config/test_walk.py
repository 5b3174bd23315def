"""The walk through a spec finds every label, expression, function and icon, and where it is."""

from collections.abc import Callable

from config import Project
from config.walk import marked

PART = """\
entity: part
icon: user
label: {en: Part, pl: Część}
fields:
  name:   {type: text, label: Name, show_when: "kind != null"}
  total:  {type: integer, compute_by: billing.cost}
  kind:   {type: choice, of: {big: Big, small: {en: Small}}}
rules:
  r: {check: "name != null", say: No}
form:
  General: {label: G, fields: [name], show_when: "name != null"}
detail:
  tabs: {one: {icon: user, history: yes}}
"""


def test_walk_yields_path_kind_and_value(load: Callable[..., Project]) -> None:
    project = load({"part.yaml": PART})

    found = {
        "/".join(map(str, path)): (kind, value)
        for path, kind, value, _ in marked(project.entities["part"])
    }

    assert found == {
        "icon": ("icon", "user"),
        "label": ("label", {"en": "Part", "pl": "Część"}),
        "fields/name/label": ("label", {"": "Name"}),
        "fields/name/show_when": ("expression", "kind != null"),
        "fields/total/compute_by": ("function", "billing.cost"),
        "fields/kind/of/big": ("label", {"": "Big"}),
        "fields/kind/of/small": ("label", {"en": "Small"}),
        "rules/r/check": ("expression", "name != null"),
        "rules/r/say": ("label", {"": "No"}),
        "form/General/label": ("label", {"": "G"}),
        "form/General/show_when": ("expression", "name != null"),
        "detail/tabs/one/icon": ("icon", "user"),
    }
