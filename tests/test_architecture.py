"""Imports point one way: config <- generator <- runtime <- extensions."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("config", "generator", "runtime", "extensions")

# Package -> what it may import of ours, each with everything below it.
MAY_IMPORT = {
    "config": set(),
    "generator": {"config"},
    "runtime": {"config", "generator"},
    "extensions": {"runtime.api", "runtime.hooks", "config.values"},
}

# Package -> what it may import of others. None: whatever is installed.
THIRD_PARTY: dict[str, set[str] | None] = {
    "config": {
        *("yaml", "pydantic", "pydantic_core", "annotated_types"),
        *("jinja2", "cronsim", "babel", "pycountry", "idna"),
    },
    "generator": {
        *("sqlalchemy", "alembic", "starlette_admin", "jinja2", "markupsafe", "pydantic"),
        *("phonenumbers", "stdnum", "babel", "pycountry", "cronsim", "idna"),
        *("markdown_it", "nh3", "PIL"),
    },
    "runtime": None,
    "extensions": None,
}

# The adapter to starlette-admin's fields has their signatures, which name these two types.
SIGNATURES = {
    "generator/staff_fields.py": {"starlette.requests.Request", "starlette.datastructures.FormData"}
}

# The configuration is a function of the files: it reaches neither the network nor another program.
REFUSED_BELOW = {
    "config": {"socket", "ssl", "http", "urllib.request", "asyncio", "subprocess", "smtplib"},
    "generator": {"socket", "ssl", "http", "urllib.request", "asyncio", "subprocess", "smtplib"},
    "runtime": set(),
    "extensions": set(),
}

# `runtime.clock` is the one place that asks what time it is, so that tests can move it.
CLOCK = ROOT / "runtime/clock.py"
TIME_QUESTIONS = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
    *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.date.today"),
}


def python_files(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(source: str) -> Iterator[str]:
    """Yield the full name of everything imported, also inside functions; "." for a relative one."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield "."
            else:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and _dotted(node.func) in (
            "import_module",
            "importlib.import_module",
            "__import__",
        ):
            yield from (
                argument.value
                for argument in node.args[:1]
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            )


def refusal(name: str, file: Path) -> str | None:
    """Say why `file` (relative to the root) may not import `name`, or None when it may."""
    package = file.parts[0]
    top = name.split(".")[0]
    if name == ".":
        return "relative imports are refused: write the whole name"
    if top in PACKAGES:
        allowed = MAY_IMPORT[package] | {own_package(file)}
        return None if below(name, allowed) else f"{package} may import of ours only {allowed}"
    if top in sys.stdlib_module_names:
        return f"{package} may not use it" if below(name, REFUSED_BELOW[package]) else None
    if name in SIGNATURES.get(file.as_posix(), ()):
        return None
    others = THIRD_PARTY[package]
    return None if others is None or top in others else f"{package} may not depend on it"


def own_package(file: Path) -> str:
    """Return the package a file belongs to: extensions/dns/… is extensions.dns, not extensions."""
    if file.parts[0] == "extensions" and len(file.parts) > 1:
        return f"extensions.{file.with_suffix('').parts[1]}"
    return file.parts[0]


def below(name: str, allowed: set[str]) -> bool:
    return any(name == one or name.startswith(one + ".") for one in allowed)


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_point_one_way(package):
    problems = [
        f"{file.relative_to(ROOT)} imports {name}: {reason}"
        for file in python_files(package)
        for name in imported(file.read_text())
        if (reason := refusal(name, file.relative_to(ROOT)))
    ]

    assert problems == []


@pytest.mark.parametrize(
    ("file", "line", "allowed"),
    [
        ("config/project.py", "import generator.models", False),
        ("config/project.py", "from config.values.money import Money", True),
        ("config/project.py", "import sqlalchemy", False),
        ("config/project.py", "from starlette.requests import Request", False),
        ("config/project.py", "import urllib.request", False),
        ("config/project.py", "from urllib.parse import urlsplit", True),
        ("config/source.py", "import yaml", True),
        ("generator/models.py", "from config import Project", True),
        ("generator/models.py", "def f():\n    from runtime.clock import Clock", False),
        ("generator/models.py", "import pluggy", False),
        ("generator/models.py", "from starlette.requests import Request", False),
        ("generator/staff_fields.py", "from starlette.requests import Request", True),
        ("generator/staff_fields.py", "from starlette.responses import Response", False),
        ("generator/models.py", "from . import fields", False),
        ("runtime/app.py", "from generator import generate", True),
        ("runtime/app.py", "from extensions.billing import plugin", False),
        ("runtime/app.py", "importlib.import_module('extensions.billing')", False),
        ("runtime/app.py", "importlib.import_module(name)", True),
        ("extensions/dns/plugin.py", "from runtime.hooks import hookimpl", True),
        ("extensions/dns/plugin.py", "from runtime import hooks", True),
        ("extensions/dns/plugin.py", "from runtime.api import Services", True),
        ("extensions/dns/plugin.py", "from config.values.domain import DomainName", True),
        ("extensions/dns/plugin.py", "from extensions.dns import zones", True),
        ("extensions/dns/plugin.py", "from extensions.billing import ledger", False),
        ("extensions/dns/plugin.py", "from extensions import billing", False),
        ("extensions/dns/plugin.py", "from runtime.records import Records", False),
        ("extensions/dns/plugin.py", "from config.project import Project", False),
        ("extensions/dns/plugin.py", "import dns.resolver", True),
    ],
)
def test_rule_knows_right_from_wrong(file, line, allowed):
    refused = [reason for name in imported(line) if (reason := refusal(name, Path(file)))]

    assert (refused == []) is allowed


def test_every_package_is_walked():
    assert all(python_files(package) for package in PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_only_the_clock_asks_for_the_time(package):
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno} {_dotted(node.func)}"
        for file in python_files(package)
        if file != CLOCK
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and _dotted(node.func) in TIME_QUESTIONS
    ]

    assert found == []
