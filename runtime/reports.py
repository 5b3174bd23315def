"""Problems of a configuration as text, JSON or SARIF 2.1.0, for people and for tools."""

from __future__ import annotations

import json
from collections.abc import Sequence

from config.errors import Problem, counted

FORMATS = ("text", "json", "sarif")
_DOCUMENTATION = "docs/problem-codes.md"


def report(problems: Sequence[Problem], output: str) -> str:
    """Return all problems in the form `output`, one of `FORMATS`."""
    if output == "json":
        return json.dumps([_plain(problem) for problem in problems], indent=2, ensure_ascii=False)
    if output == "sarif":
        return json.dumps(_sarif(problems), indent=2, ensure_ascii=False)
    if not problems:
        return ""
    files = {problem.position.file for problem in problems}
    return "\n".join([*map(str, problems), counted(len(problems), len(files))])


def _plain(problem: Problem) -> dict[str, object]:
    return {
        "file": problem.position.file,
        "line": problem.position.line,
        "column": problem.position.column,
        "path": problem.path,
        "message": problem.what,
        "code": problem.code,
        "hint": problem.hint or None,
        "also": str(problem.also) if problem.also else None,
    }


def _sarif(problems: Sequence[Problem]) -> dict[str, object]:
    codes = sorted({problem.code for problem in problems})
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "panelwright",
                        "rules": [
                            {"id": code, "helpUri": f"{_DOCUMENTATION}#{code}"} for code in codes
                        ],
                    }
                },
                "results": [_result(problem) for problem in problems],
            }
        ],
    }


def _result(problem: Problem) -> dict[str, object]:
    text = f"{problem.path}: {problem.what}" if problem.path else problem.what
    return {
        "ruleId": problem.code,
        "level": "error",
        "message": {"text": f"{text}\n{problem.hint}" if problem.hint else text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": problem.position.file},
                    "region": {
                        "startLine": problem.position.line,
                        "startColumn": problem.position.column,
                    },
                }
            }
        ],
    }
