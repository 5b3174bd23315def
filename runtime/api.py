"""What extensions may use: the values that hooks carry, and Services.

    from runtime.api import Function, Services, hookimpl

    def can_pay(services: Services, entity: str, id: int, move: str) -> str | None:
        record = services.records.get(entity, id)
        return None if record["credit"] else "There is no credit left."

    @hookimpl
    def register_functions():
        return [Function("billing.can_pay", "guard", can_pay)]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import pluggy

from runtime.audit.findings import Check, Finding

if TYPE_CHECKING:
    from pydantic import BaseModel

    from runtime.clock import Clock
    from runtime.records import Records

hookimpl = pluggy.HookimplMarker("panelwright")

Purpose = Literal["guard", "compute", "job", "chart"]


@dataclass(frozen=True, slots=True)
class Function:
    """A function that YAML names.

    `guard(services, entity, id, move)` returns None, or the sentence that refuses the move;
    it must not write or reach outside. `compute(services, entity, ids)` returns id → value for
    a whole page at once. `job(services, entity, id)` does the work that a move asked for.
    `chart(services)` returns the data of a chart.
    """

    name: str
    purpose: Purpose
    call: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Driver:
    """One driver of a kind (`payment_gateway`). `settings` is the model of its settings form."""

    kind: str
    name: str
    label: Mapping[str, str]
    settings: type[BaseModel]
    build: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page of its own that menus may name; `area` is staff or client."""

    name: str
    area: Literal["staff", "client"]
    label: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WidgetEntry:
    """A widget that dashboards may name."""

    name: str
    label: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Services:
    """What a function of an extension works with; it joins the caller's transaction.

    `records` acts as the panel itself: a function is trusted, its arguments are ids.
    """

    records: Records
    clock: Clock

    def now(self) -> datetime:
        return self.clock.now()

    def setting(self, tab: str, key: str) -> Any:
        """Return a value of General settings, the changed one or the default."""
        return self.records.setting(tab, key)


__all__ = [
    "Check", "Driver", "Finding", "Function", "PageEntry", "Purpose", "Sequence", "Services",
    "WidgetEntry", "hookimpl",
]
