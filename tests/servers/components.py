"""Which real programs the tests need, where they are, and what happens when one is missing.

On a developer's machine a test that lacks its component is skipped by the component's name; with CI
set it fails, so that nothing passes silently.
"""

import functools
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

# Component -> the Debian packages that bring it.
PACKAGES = {
    "postgres": ("postgresql",),
    # playwright brings a Node.js of its own, and that needs libatomic.
    "browser": ("chromium", "fonts-dejavu-core", "libatomic1"),
    "node": ("libatomic1",),
}


def require(component: str) -> Path:
    """Return the component's program; skip the test by name without it, or fail it under CI."""
    program = located(component)
    if program is None:
        absent(component, f"install {' '.join(PACKAGES[component])}")
    return program


def absent(component: str, remedy: str) -> NoReturn:
    message = f"{component} is not installed: {remedy}"
    if os.environ.get("CI", "").lower() not in ("", "0", "false"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@functools.cache
def located(component: str) -> Path | None:
    return _SEARCHES[component]()


def _postgres() -> Path | None:
    """Return the folder's `postgres` program. Debian keeps each release outside of PATH."""
    releases = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = sorted(releases, key=lambda program: int(program.parts[-3]), reverse=True)
    on_path = shutil.which("postgres")
    found = [*newest, *([Path(on_path)] if on_path else [])]
    return next((program for program in found if (program.parent / "initdb").exists()), None)


def _browser() -> Path | None:
    if _driver() is None:
        return None
    for name in ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome"):
        if found := shutil.which(name):
            return Path(found)
    return None


def _node() -> Path | None:
    on_path = shutil.which("node")
    return Path(on_path) if on_path else _driver()


@functools.cache
def _driver() -> Path | None:
    """Return playwright's own Node.js, if it runs here."""
    if importlib.util.find_spec("playwright") is None:
        return None
    from playwright._impl._driver import compute_driver_executable

    node = Path(compute_driver_executable()[0])
    runs = subprocess.run([node, "--version"], capture_output=True).returncode == 0
    return node if runs else None


_SEARCHES: dict[str, Callable[[], Path | None]] = {
    "postgres": _postgres,
    "browser": _browser,
    "node": _node,
}


def main(arguments: list[str]) -> int:
    """Say which components are missing; with --install get them first, where root on Debian."""
    from runtime import system_packages

    wanted = _packages(_missing())
    if wanted and "--install" in arguments and system_packages.can_install():
        print(f"Installing what the tests need: {', '.join(wanted)}", flush=True)
        system_packages.install(wanted)
        located.cache_clear()
        _driver.cache_clear()
    if missing := _missing():
        print(
            f"Tests that need {' and '.join(missing)} will be skipped. To run them too, run\n"
            f"    {system_packages.install_command(_packages(missing))}"
        )
    return 0


def _missing() -> list[str]:
    return [component for component in PACKAGES if located(component) is None]


def _packages(components: list[str]) -> list[str]:
    return list(dict.fromkeys(name for one in components for name in PACKAGES[one]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
