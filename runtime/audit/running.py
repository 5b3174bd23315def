"""Runs the checks over one snapshot of the database and tells what they found."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from runtime.actors import SYSTEM
from runtime.audit.checks import CHECKS
from runtime.audit.findings import Check, Finding
from runtime.database import act_as

if TYPE_CHECKING:
    from runtime.panel import Panel

FINDINGS_MAX = 100
"""Of one check: a thousand rows with the same fault are one fault to mend."""

Told = Callable[[Check], None]


@dataclass(frozen=True, slots=True)
class Result:
    """What one check found; `more` are those beyond the first hundred."""

    check: Check
    findings: tuple[Finding, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Audit:
    results: tuple[Result, ...]
    counts: dict[str, int]
    """Table → its rows."""

    @property
    def found(self) -> int:
        return sum(len(each.findings) + each.more for each in self.results)


def audit(panel: Panel, told: Told = lambda _: None) -> Audit:
    """Run every check, ours first; `told` hears of each before it runs."""
    checks: Sequence[Check] = (*CHECKS, *panel.extensions.checks)
    results = []
    with _snapshot(panel) as connection:
        for check in checks:
            told(check)
            results.append(_result(panel, connection, check))
        counts = count_rows(panel, connection)
    return Audit(tuple(results), counts)


def count_rows(panel: Panel, connection: Connection) -> dict[str, int]:
    return {
        table.name: int(connection.scalar(select(func.count()).select_from(table)) or 0)
        for table in panel.generated.metadata.sorted_tables
    }


def _result(panel: Panel, connection: Connection, check: Check) -> Result:
    kept: list[Finding] = []
    more = 0
    for finding in check.run(panel, connection):
        if len(kept) < FINDINGS_MAX:
            kept.append(finding)
        else:
            more += 1
    return Result(check, tuple(kept), more)


@contextmanager
def _snapshot(panel: Panel) -> Iterator[Connection]:
    """Open a transaction that reads one state of the database, whoever writes meanwhile."""
    options = {"panel_write": False}
    if panel.engine.dialect.name == "postgresql":
        options |= {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
    with act_as(SYSTEM), panel.engine.connect().execution_options(**options) as connection:
        with connection.begin():
            yield connection


def as_text(done: Audit) -> str:
    lines = []
    for result in done.results:
        number = len(result.findings) + result.more
        lines.append(f"{'ok  ' if not number else 'BAD '} {result.check.title}"
                     + (f": {number}" if number else ""))
        for finding in result.findings:
            place = f"{finding.place}: " if finding.place else ""
            lines.append(f"       {place}{finding.what}")
            if finding.mend:
                lines.append(f"           {finding.mend}")
        if result.more:
            lines.append(f"       … and {result.more} more")
    rows = sum(done.counts.values())
    what = "nothing is wrong" if not done.found else f"{done.found} found"
    lines.append(f"{what}: {len(done.results)} checks, {rows:,} rows in {len(done.counts)} tables")
    return "\n".join(lines)


def as_json(done: Audit) -> str:
    return json.dumps({
        "found": done.found,
        "checks": [
            {
                "name": each.check.name, "title": each.check.title, "more": each.more,
                "findings": [asdict(finding) for finding in each.findings],
            }
            for each in done.results
        ],
        "counts": done.counts,
    }, indent=2, ensure_ascii=False)
