"""Time comes from one place."""

import ast
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from runtime.clock import Clock, MovableClock

ROOT = Path(__file__).parents[2]


def test_the_real_clock_is_aware_and_in_utc():
    assert Clock().now().tzinfo is UTC


def test_a_movable_clock_stands_still_and_goes_forward_only():
    clock = MovableClock(datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))))

    assert clock.now() == clock.now() == datetime(2026, 1, 1, tzinfo=UTC)
    assert clock.advance(timedelta(days=40)) == datetime(2026, 2, 10, tzinfo=UTC)
    with pytest.raises(ValueError, match="forward"):
        clock.advance(timedelta(seconds=-1))
    with pytest.raises(ValueError, match="aware"):
        MovableClock(datetime(2026, 1, 1))  # noqa: DTZ001


def test_nobody_else_asks_the_computer_for_the_date():
    callers = set()
    for package in ("config", "generator", "runtime", "extensions"):
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    owner = ast.unparse(node.func.value)
                    if node.func.attr in ("now", "utcnow", "today") and owner in (
                        "datetime", "date", "datetime.datetime", "datetime.date", "func",
                    ):
                        callers.add(file.relative_to(ROOT).as_posix())
    assert callers == {"runtime/clock.py"}
