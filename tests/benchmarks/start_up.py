"""What starting costs: CPU time from spawn to the first 200, against a bare script.

The bare script imports every library module that the panel has imported when it is ready, and maps
the same tables to classes; a second one declares them as plain tables only. All start on an
existing database and with bytecode, as when a running panel is started again.
"""

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.benchmarks import measure
from tests.servers.processes import free_port

ROUNDS = 5
RATIO_MAX = 1.5
MAPPED, PLAIN = "bare_mapped", "bare_plain"
_ROOT = Path(__file__).resolve().parents[2]

# In a process of its own, or it would find what the benchmarks have imported.
_WRITE_BARE_SCRIPTS = """
import sys
from pathlib import Path
from runtime.app import create_app
from runtime.panel import open_panel
from runtime.server import make_server
from runtime.settings import Settings

settings = Settings.from_environment()
with open_panel([Path(sys.argv[1])], settings) as panel:
    make_server(create_app(panel)).config.load()
    libraries = [
        name
        for name, module in sys.modules.items()
        if "site-packages" in (getattr(module, "__file__", None) or "") and name != "__main__"
    ]
    from tests.benchmarks import bare_server

    for name, mapped in (("bare_mapped", True), ("bare_plain", False)):
        bare_server.write(
            Path(sys.argv[2], name + ".py"), panel.generated.metadata, libraries,
            settings.database_url, mapped=mapped,
        )
"""


def run(config: Path = _ROOT / "sample-config") -> str:
    """Return one table: the panel's first start, its later ones, and the bare scripts."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {
            **measure.kept_bytecode(folder / "bytecode"),
            "PANEL_VAR": str(folder / "var"),
            "PYTHONPATH": str(folder),
        }
        first = panel_seconds(config, folder, environment)
        write_bare_scripts(config, folder, environment)
        contenders = {
            "panel": lambda: panel_seconds(config, folder, environment),
            MAPPED: lambda: bare_seconds(MAPPED, folder, environment),
            PLAIN: lambda: bare_seconds(PLAIN, folder, environment),
        }
        found = in_turns(contenders)
    mapped, plain = found[MAPPED], found[PLAIN]
    rows = [
        (label, seconds * 1000, f"{seconds / mapped:.2f}", f"{seconds / plain:.2f}")
        for label, seconds in (
            ("bare script, same libraries, the tables as mapped classes", mapped),
            ("bare script, same libraries, plain tables", plain),
            ("panel", found["panel"]),
            ("panel, first start: bytecode, tables and cache are made", first),
        )
    ]
    title = (
        f"Start to first 200 ({ROUNDS} rounds in turns, medians); "
        f"the panel may cost {RATIO_MAX} times the mapped classes"
    )
    return measure.table(title, ("", "CPU ms", "of mapped", "of plain"), rows)


def in_turns(contenders: dict[str, Callable[[], float]]) -> dict[str, float]:
    """Return name -> median seconds; every contender first runs once without being counted."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(ROUNDS + 1):
        for name, start in contenders.items():
            used = start()
            if number:
                seconds[name].append(used)
    return {name: statistics.median(each) for name, each in seconds.items()}


def panel_seconds(config: Path, folder: Path, environment: dict[str, str]) -> float:
    port = free_port()
    command = [sys.executable, "-m", "runtime", "serve", str(config), "--port", str(port)]
    return _seconds(command, port, folder, environment)


def bare_seconds(module: str, folder: Path, environment: dict[str, str]) -> float:
    """Start a bare script as an imported module, so that its bytecode is kept like the panel's."""
    port = free_port()
    command = [sys.executable, "-c", f"import {module}; {module}.serve({port})"]
    return _seconds(command, port, folder, environment)


def write_bare_scripts(config: Path, folder: Path, environment: dict[str, str]) -> None:
    """Write the bare scripts for the libraries and the tables of a panel that has run once."""
    command = [sys.executable, "-c", _WRITE_BARE_SCRIPTS, str(config), str(folder)]
    subprocess.run(command, env=environment, check=True, cwd=_ROOT)


def _seconds(command: Sequence[str], port: int, folder: Path, environment: dict[str, str]) -> float:
    url = f"http://127.0.0.1:{port}/healthz"
    return measure.cpu_until_answer(command, url, log=folder / "log", environment=environment)
