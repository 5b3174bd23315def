"""What the program and its extensions bring, as plain values that `load_project` checks against.

The runtime collects it (which extensions are installed, what they register) and hands it down,
so that this package knows no plugin system and imports nobody.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from config.specs.fields import FieldSpec

Purpose = Literal["guard", "compute", "job", "chart"]


@dataclass(frozen=True, slots=True)
class FunctionInfo:
    """A function that YAML may name as `extension.function`."""

    name: str
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class DriverInfo:
    """An installed driver. `settings` is the model of its form, None when it needs none.

    `label` is a text of the catalogues, or locale → text.
    """

    name: str
    label: str | Mapping[str, str]
    settings: type[BaseModel] | None = None


@dataclass(frozen=True, slots=True)
class PageInfo:
    """A page that a menu, a tab or a role may name."""

    name: str
    area: Literal["staff", "client"]


@dataclass(frozen=True, slots=True)
class ExtensionInfo:
    """An installed extension.

    `required_fields`: entity → field → field type (several are joined by `|`).
    `spec` checks what stands under `x-<name>:` in a file, `field_spec` in a field.
    """

    name: str
    required_fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    spec: type[BaseModel] | None = None
    field_spec: type[BaseModel] | None = None
    version: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """A folder of YAML. What stands in a protected one can be extended, not dropped or retyped."""

    folder: Path
    name: str
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything that a configuration may refer to and that stands in no YAML file.

    `field_types`: name → spec, beside the built-in ones. `drivers`: kind → name → driver; a kind
    in `driver_kinds` may have none installed. `layers` are loaded before the project's folders.
    `icons` is empty when the set is unknown; then any name is accepted.
    """

    field_types: Mapping[str, type[FieldSpec]] = field(default_factory=dict)
    functions: Mapping[str, FunctionInfo] = field(default_factory=dict)
    drivers: Mapping[str, Mapping[str, DriverInfo]] = field(default_factory=dict)
    driver_kinds: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    widgets: frozenset[str] = frozenset()
    pages: Mapping[str, PageInfo] = field(default_factory=dict)
    extensions: Mapping[str, ExtensionInfo] = field(default_factory=dict)
    layers: tuple[Layer, ...] = ()
    icons: frozenset[str] = frozenset()

    def digest(self) -> str:
        """Return a text that differs when anything that a configuration may use differs."""
        return hashlib.sha256(_plain(self).encode()).hexdigest()


def _plain(value: Any) -> str:
    """Return a text of a value that is the same in every process."""
    if isinstance(value, type):
        parts = getattr(value, "model_fields", {})
        # Without the addresses of functions, which differ from process to process.
        members = ",".join(
            f"{name}:{re.sub(' at 0x[0-9a-f]+', '', repr(part))}" for name, part in parts.items()
        )
        return f"{value.__module__}.{value.__qualname__}({members})"
    if is_dataclass(value):
        inner = ",".join(_plain(getattr(value, part.name)) for part in fields(value))
        return f"{type(value).__name__}({inner})"
    if isinstance(value, Mapping):
        pairs = sorted((str(key), _plain(inner)) for key, inner in value.items())
        return "{" + ",".join(f"{key}={inner}" for key, inner in pairs) + "}"
    if isinstance(value, AbstractSet):
        # Not only frozensets: one joined with the keys of a mapping has become a plain set.
        return "{" + ",".join(sorted(map(str, value))) + "}"
    if isinstance(value, tuple):
        return "(" + ",".join(map(_plain, value)) + ")"
    return repr(value)
