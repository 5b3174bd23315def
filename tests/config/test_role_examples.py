"""Examples of roles and tax presets are proved with the rules that the panel enforces."""

from collections.abc import Callable
from datetime import date

import pytest

from config import Problem, Project
from config.tax_examples import NoRate, outcome, rates_of

PART = """\
entity: part
fields:
  name:   text!
  client: ->client
  locked: {type: boolean, default: no}
  lines:  [line]
  state:  {type: choice, of: {a: A, b: B}}
keep: {used: {when: "lines.any()", say: No}}
frozen: {when: "locked", except: [name]}
machines:
  state: {start: a, final: b, moves: {go: {from: a, to: b, by: staff, when: "not locked", say: No}}}
"""
LINE = "entity: line\nfields:\n  part: ->part!\n  amount: integer\n"


@pytest.fixture
def fails(problems: Callable[..., list[Problem]]) -> Callable[[str], list[str]]:
    """Return a function: one example of a role with every right on part → what fails."""

    def run(example: str) -> list[str]:
        role = f"role: one\narea: staff\nallow: {{part: all}}\nexamples:\n  it: {example}\n"
        found = problems({"part.yaml": PART, "line.yaml": LINE, "one.yaml": role})
        assert all(problem.code in ("example-fails", "bad-example") for problem in found)
        return [f"{problem.what}; {problem.hint}" for problem in found]

    return run


@pytest.mark.parametrize(
    "example",
    [
        "{given: {record: {part: {state: a}}}, can: [go, see, edit, delete, export, import]}",
        "{given: {record: {part: {state: b}}}, cannot: go}",
        "{given: {record: {part: {locked: yes}}}, cannot: [go, delete]}",
        "{given: {record: {part: {locked: yes}}}, can: edit, field: part.name}",
        "{given: {record: {part: {locked: yes}}}, cannot: edit, field: part.client}",
        "{given: {record: {part: {lines: [{amount: 3}]}}}, cannot: delete, can: edit}",
        "{cannot: line.see, can: part.go}",
    ],
)
def test_what_is_true_passes(fails: Callable[[str], list[str]], example: str) -> None:
    assert fails(example) == []


@pytest.mark.parametrize(
    ("example", "reason"),
    [
        ("{given: {record: {part: {state: b}}}, can: go}",
         "one cannot part.go; one: the move starts from a, not from b"),
        ("{given: {record: {part: {locked: yes}}}, can: go}",
         "one cannot part.go; one: the condition not locked does not hold"),
        ("{given: {record: {part: {lines: [{}]}}}, can: delete}",
         "one cannot part.delete; one: keep used holds"),
        ("{given: {record: {part: {locked: yes}}}, can: edit, field: part.client}",
         "one cannot part.edit on part.client; one: the record is frozen"),
        ("{given: {record: {part: {}}}, cannot: see}", "one can part.see; allowed by role one"),
        ("{can: line.see}", "one cannot line.see; no role says anything about line"),
    ],
)
def test_what_is_false_says_why(
    fails: Callable[[str], list[str]], example: str, reason: str
) -> None:
    assert fails(example) == [reason]


def test_rate_of_a_day_is_the_last_that_began(load: Callable[..., Project]) -> None:
    project = load({"eu.yaml": (
        "tax_preset: eu\nrates:\n"
        "  EE: {km: {2009-07-01: 20 %, 2024-01-01: 22 %, 2025-07-01: 24 %}}\n"
        "  CA-QC: {GST: {always: 5 %}, QST: {always: 9.975 %}}\nrules:\n"
        "  home: {when: \"buyer.country == seller.country\", rate_of: buyer}\n"
        "  otherwise: {rate: 0 %, note: outside}\n"
    )})
    preset = project.tax_presets["eu"]

    def rate(day: date) -> str:
        return str(rates_of(preset, {"country": "EE"}, day)["km"])

    assert rate(date(2023, 12, 31)) == "20 %"
    assert rate(date(2024, 1, 1)) == "22 %"
    assert rate(date(2025, 6, 30)) == "22 %"
    assert rate(date(2025, 7, 1)) == "24 %"
    with pytest.raises(NoRate):
        rate(date(2009, 6, 30))


def test_first_rule_that_holds_decides(load: Callable[..., Project]) -> None:
    project = load({"eu.yaml": (
        "tax_preset: eu\nrates:\n  PL: {VAT: {always: 23 %}}\nrules:\n"
        "  home: {when: \"buyer.country == seller.country\", rate_of: seller}\n"
        "  business: {when: \"buyer.country in eu and buyer.tax_id_valid\", rate: 0 %}\n"
        "  otherwise: {rate: 0 %, note: outside}\n"
    )})
    preset = project.tax_presets["eu"]
    conditions = {
        name: project.expressions.get(f"tax_preset/eu/rules/{name}/when") for name in preset.rules
    }

    def rule(**buyer: object) -> str:
        return outcome(preset, conditions, {"country": "PL"}, buyer, date(2026, 1, 1)).rule

    assert rule(country="PL", tax_id_valid=True) == "home"
    assert rule(country="DE", tax_id_valid=True) == "business"
    assert rule(country="DE") == "otherwise"
    assert rule(country="US", tax_id_valid=True) == "otherwise"
