import json

from config.errors import Position, Problem
from runtime.reports import report

PROBLEM = Problem(
    Position("a/b.yaml", 3, 5), "fields.x", "unknown key", "unknown-key", "did you mean 'y'?"
)


def test_text_ends_with_the_count():
    assert report([PROBLEM], "text").splitlines() == [
        "a/b.yaml:3:5: fields.x: unknown key [unknown-key]",
        "    did you mean 'y'?",
        "1 problem in 1 file",
    ]


def test_nothing_wrong_prints_nothing_as_text_and_an_empty_list_as_json():
    assert report([], "text") == ""
    assert json.loads(report([], "json")) == []


def test_json_carries_place_code_and_hint():
    assert json.loads(report([PROBLEM], "json")) == [
        {
            "file": "a/b.yaml",
            "line": 3,
            "column": 5,
            "path": "fields.x",
            "message": "unknown key",
            "code": "unknown-key",
            "hint": "did you mean 'y'?",
            "also": None,
        }
    ]


def test_sarif_names_rule_and_region():
    (run,) = json.loads(report([PROBLEM], "sarif"))["runs"]

    assert run["tool"]["driver"]["rules"] == [
        {"id": "unknown-key", "helpUri": "docs/problem-codes.md#unknown-key"}
    ]
    (result,) = run["results"]
    assert result["ruleId"] == "unknown-key"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a/b.yaml"},
        "region": {"startLine": 3, "startColumn": 5},
    }
