"""Which extensions a panel has: found, loaded, and gathered into the Vocabulary of its YAML.

    site.yaml `extensions: [dns]` → <config folder>/extensions/dns.py, or extensions.dns.plugin,
    or the entry point `dns` of group `panelwright.extensions` → register_* → Vocabulary

An extension that is not found is left out here; the loader then says so at its line.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

import pluggy

from config.project import Project, load_project
from config.source import read_text
from config.vocabulary import (
    DriverInfo,
    ExtensionInfo,
    FunctionInfo,
    Layer,
    PageInfo,
    Vocabulary,
)
from generator.fields.driver_form import unsealable
from runtime import hooks
from runtime.api import Check, Driver, Function, PageEntry
from runtime.pages.own_pages import OWN_PAGES
from runtime.settings import StartProblem

logger = logging.getLogger(__name__)

ENTRY_POINTS = "panelwright.extensions"
SYSTEM_FOLDER = Path(__file__).parent / "system"
# A configuration may have fields for drivers of these kinds before any is installed.
DRIVER_KINDS = frozenset({
    "certificate_authority", "dns_server", "notification_sender", "payment_gateway",
    "provisioning",
})


@dataclass(frozen=True)
class Extensions:
    """The loaded extensions and what they registered."""

    manager: pluggy.PluginManager
    names: tuple[str, ...] = ()
    functions: Mapping[str, Function] = field(default_factory=dict)
    drivers: Mapping[str, Mapping[str, Driver]] = field(default_factory=dict)
    pages: Mapping[str, PageEntry] = field(default_factory=dict)
    widgets: frozenset[str] = frozenset()
    required: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    folders: Mapping[str, Path] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()

    def tell(self, hook: str, **values: Any) -> None:
        """Call a hook of what has been committed; one that fails keeps no other from running."""
        for implementation in getattr(self.manager.hook, hook).get_hookimpls():
            wanted = {name: values[name] for name in implementation.argnames}
            try:
                implementation.function(**wanted)
            except Exception:
                logger.exception(
                    "an extension failed", extra={"hook": hook, "by": implementation.plugin_name}
                )


def load_extensions(names: Sequence[str], folders: Iterable[Path] = ()) -> Extensions:
    """Load the extensions called `names`; raise StartProblem when one cannot be loaded.

    `folders` are configuration folders whose `extensions/` are looked into first.
    """
    manager = pluggy.PluginManager("panelwright")
    manager.add_hookspecs(hooks)
    places: dict[str, Path] = {}
    found: list[str] = []
    for name in names:
        module = _module(name, tuple(folders))
        if module is None:
            continue
        _register(manager, name, module)
        found.append(name)
        places[name] = Path(module.__file__ or ".").parent
    _check_hooks(manager)
    return _gathered(manager, tuple(found), places)


def load_folders(folders: Sequence[Path]) -> Project:
    """Return the checked project of the folders, with what their extensions add to the language.

    Raises ConfigError and StartProblem. No database is opened.
    """
    from runtime.web import icons

    extensions = load_extensions(enabled_extensions(folders), folders)
    return load_project(folders, vocabulary(extensions, icons=icons.icon_names()))


def enabled_extensions(folders: Iterable[Path]) -> tuple[str, ...]:
    """Return what the site file lists under `extensions`; the loader tells what is wrong there."""
    names: tuple[str, ...] = ()
    for file in sorted(file for folder in folders for file in folder.rglob("*.y*ml")):
        # A folder may end like a file, and a link may lead nowhere.
        if not file.is_file() or _first_word(file) != "site":
            continue
        source, _ = read_text(file.read_bytes(), str(file))
        listed = source.data.get("extensions") if source else None
        listed = [listed] if isinstance(listed, str) else listed
        if isinstance(listed, list):
            names = tuple(name for name in listed if isinstance(name, str) and name.isidentifier())
    return names


def vocabulary(extensions: Extensions, *, icons: Iterable[str] = ()) -> Vocabulary:
    """Return what the YAML may name: the built-in words and those of the extensions."""
    return Vocabulary(
        functions={
            name: FunctionInfo(name, function.purpose)
            for name, function in extensions.functions.items()
        },
        drivers={
            kind: {
                name: DriverInfo(name, driver.label, driver.settings)
                for name, driver in drivers.items()
            }
            for kind, drivers in extensions.drivers.items()
        },
        driver_kinds=DRIVER_KINDS.union(extensions.drivers),
        pages={
            name: PageInfo(name, page.area)
            for name, page in (*OWN_PAGES.items(), *extensions.pages.items())
        },
        widgets=extensions.widgets,
        extensions={
            name: ExtensionInfo(name, extensions.required.get(name, {}))
            for name in extensions.names
        },
        layers=(
            Layer(SYSTEM_FOLDER, "system", protected=True),
            *(
                Layer(folder / "entities", name, protected=True)
                for name, folder in extensions.folders.items()
                if folder.name == name and (folder / "entities").is_dir()
            ),
        ),
        icons=frozenset(icons),
    )


def _module(name: str, folders: tuple[Path, ...]) -> ModuleType | None:
    for folder in folders:
        file = folder / "extensions" / f"{name}.py"
        if file.is_file():
            return _from_file(name, file)
    for path in (f"extensions.{name}.plugin", f"extensions.{name}"):
        if _exists(path):
            return importlib.import_module(path)
    for entry in entry_points(group=ENTRY_POINTS, name=name):
        module = entry.load()
        if not isinstance(module, ModuleType):
            raise StartProblem(f"the extension {name} is not a module: check its entry point")
        return module
    return None


def _exists(path: str) -> bool:
    try:
        return importlib.util.find_spec(path) is not None
    except ModuleNotFoundError:
        return False


def _from_file(name: str, file: Path) -> ModuleType:
    module_name = f"panelwright_extension_{name}"
    spec = importlib.util.spec_from_file_location(module_name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise StartProblem(
            f"the extension {file} cannot be loaded: {type(error).__name__}: {error}"
        ) from error
    return module


def _register(manager: pluggy.PluginManager, name: str, module: ModuleType) -> None:
    try:
        manager.register(module, name=name)
    except pluggy.PluginValidationError as error:
        raise StartProblem(f"the extension {name} does not fit this panel: {error}") from error


def _check_hooks(manager: pluggy.PluginManager) -> None:
    # A misspelt argument is caught when it registers, a misspelt hook only here.
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise StartProblem(f"an extension has a hook that does not exist: {error}") from error


def _gathered(
    manager: pluggy.PluginManager, names: tuple[str, ...], folders: Mapping[str, Path]
) -> Extensions:
    functions: dict[str, Function] = {}
    drivers: dict[str, dict[str, Driver]] = {}
    for registered in manager.hook.register_functions():
        for function in registered:
            if function.name in functions:
                raise StartProblem(f"two extensions register the function {function.name}")
            functions[function.name] = function
    for registered in manager.hook.register_drivers():
        for driver in registered:
            if not isinstance(driver.label, Mapping):
                raise StartProblem(
                    f"the driver {driver.name} needs a label by language, like {{'en': 'Transfer'}}"
                )
            hiding = unsealable(driver.settings)
            if hiding is not None:
                raise StartProblem(
                    f"the driver {driver.name} has secrets inside its setting {hiding}: only a "
                    "setting that is a SecretStr itself is encrypted, so give each its own"
                )
            drivers.setdefault(driver.kind, {})[driver.name] = driver
    pages = {page.name: page for listed in manager.hook.register_pages() for page in listed}
    widgets = frozenset(
        entry.name for listed in manager.hook.register_widgets() for entry in listed
    )
    checks = tuple(check for listed in manager.hook.register_checks() for check in listed)
    required = {
        implementation.plugin_name: implementation.function()
        for implementation in manager.hook.required_fields.get_hookimpls()
    }
    return Extensions(
        manager, names, MappingProxyType(functions), drivers, pages, widgets, required, folders,
        checks,
    )


def _first_word(file: Path) -> str:
    with file.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line.strip() and not line.lstrip().startswith(("#", "---")):
                return line.partition(":")[0].strip()
    return ""
