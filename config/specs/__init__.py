"""One frozen pydantic family per kind of YAML file; `KINDS` maps the first key to its spec."""

from __future__ import annotations

from collections.abc import Mapping

from config.specs.base import Spec
from config.specs.entity import EntitySpec
from config.specs.machine import MachineSpec
from config.specs.menu import MenuSpec
from config.specs.parts import (
    AckSpec,
    DashboardSpec,
    JobSpec,
    LayoutSpec,
    MessageSpec,
    RowsSpec,
    SettingsSpec,
    TaxPresetSpec,
)
from config.specs.role import RoleSpec
from config.specs.site import SiteSpec

KINDS: Mapping[str, type[Spec]] = {
    "site": SiteSpec,
    "entity": EntitySpec,
    "machine": MachineSpec,
    "role": RoleSpec,
    "menu": MenuSpec,
    "dashboard": DashboardSpec,
    "job": JobSpec,
    "message": MessageSpec,
    "layout": LayoutSpec,
    "tax_preset": TaxPresetSpec,
    "settings": SettingsSpec,
    "rows": RowsSpec,
    "ack": AckSpec,
}
