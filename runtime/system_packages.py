"""Which system libraries the PDF writer needs, and how to get those that are missing.

    python -m runtime.system_packages            say what is missing
    python -m runtime.system_packages --install  and install it, where root on Debian

Standard library only, so that it can run before anything else does.
"""

import contextlib
import ctypes.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

# What WeasyPrint loads by name when it is imported -> the Debian package that brings it.
LIBRARIES = {
    "gobject-2.0": "libglib2.0-0",
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz": "libharfbuzz0b",
    "harfbuzz-subset": "libharfbuzz-subset0",
    "fontconfig": "libfontconfig1",
}
_POLICY = Path("/usr/sbin/policy-rc.d")
_POLICY_TEXT = "#!/bin/sh\n# Written for one installation: no service may start.\nexit 101\n"


def missing_libraries() -> list[str]:
    return [name for name in LIBRARIES if ctypes.util.find_library(name) is None]


def main(arguments: list[str]) -> int:
    """Return 0 when nothing is missing (any more), 1 otherwise."""
    missing = missing_libraries()
    if not missing:
        return 0
    packages = [LIBRARIES[name] for name in missing]
    if "--install" in arguments and can_install():
        print(f"Installing what writes PDF files: {', '.join(packages)}", flush=True)
        if install(packages) and not missing_libraries():
            return 0
    print(
        f"PDF files cannot be written yet: this system lacks {', '.join(missing)}."
        " Everything else works. To mend it, run\n"
        f"    {install_command(packages)}"
    )
    return 1


def can_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install_command(packages: Iterable[str]) -> str:
    names = " ".join(packages)
    if shutil.which("apt-get") is None:
        return f"(your system's package manager) install {names}   # Debian's names"
    prefix = "" if os.geteuid() == 0 else "sudo "
    return f"{prefix}apt-get install -y --no-install-recommends {names}"


def install(packages: Iterable[str]) -> bool:
    """Install Debian packages without starting the services they bring; say whether it worked.

    Needs root and apt-get. The list of packages is fetched only if they are not found without.
    """
    command = [
        *("apt-get", "-qq", "-y", "-o", "DPkg::Lock::Timeout=300"),
        *("install", "--no-install-recommends", *packages),
    ]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with services_kept_stopped(_POLICY):
        if _runs(command, environment, quiet=True):
            return True
        update = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300", "update"]
        _runs(update, environment, quiet=True)
        return _runs(command, environment, quiet=False)


@contextlib.contextmanager
def services_kept_stopped(policy: Path) -> Iterator[None]:
    """Keep Debian's installation scripts from starting services; an existing policy stays."""
    if policy.exists() or not policy.parent.is_dir():
        yield
        return
    policy.write_text(_POLICY_TEXT)
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink(missing_ok=True)


def _runs(command: list[str], environment: dict[str, str], *, quiet: bool) -> bool:
    # Quiet apart from errors; those of a first try are expected on a machine without package lists.
    error = subprocess.DEVNULL if quiet else None
    done = subprocess.run(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=error, check=False
    )
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
