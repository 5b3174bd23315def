"""How the cost of `check` grows with the configuration: 100 entities, then 1,000."""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import measure, projects

COUNTS = (100, 1000)
RATIO_MAX = 12
ROUNDS = 3


def run(counts: tuple[int, ...] = COUNTS) -> str:
    """Measure each size and return one table."""
    rows: list[tuple[object, ...]] = []
    smallest = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Compiles the program, which the first size would else have to pay for.
        check_seconds(projects.write_many(folder / "one", 1), folder / "var")
        for count in counts:
            many = projects.write_many(folder / str(count), count)
            seconds = statistics.median(
                check_seconds(many, folder / "var") for _ in range(ROUNDS)
            )
            smallest = smallest or seconds
            rows.append((f"{count:,} entities", seconds, seconds / smallest))
    title = (
        f"check, CPU seconds (median of {ROUNDS}); "
        f"the largest may cost {RATIO_MAX} times the smallest"
    )
    return measure.table(title, ("", "CPU s", "growth"), rows)


def check_seconds(folder: Path, var: Path) -> float:
    """Return the CPU seconds of `panelwright check FOLDER`; its bytecode lies beside `var`."""
    command = [sys.executable, "-m", "runtime", "check", str(folder)]
    environment = {**measure.kept_bytecode(var.parent / "bytecode"), "PANEL_VAR": str(var)}
    child = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    with child:
        said = child.stdout.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"check ended with {child.returncode}:\n{said[-2000:]}")
    return used.ru_utime + used.ru_stime
