"""The benchmark of checking runs, and its configurations are right at every size."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parent / "check_scaling.py"


def test_benchmark_prints_each_size_and_the_ratio() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--entities", "2", "6"],
        capture_output=True, text=True, timeout=60,
    )

    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in lines] == ["entities", "2", "6", "ratio"]
    assert lines[-1].startswith("ratio of check, 6 to 2: ")
