"""The smaller kinds of file: dashboard, job, message, layout, tax preset, settings, rows …"""

from __future__ import annotations

from typing import Any, Literal

from config.specs.base import (
    Boolean,
    Duration,
    Expression,
    Extendable,
    FunctionName,
    Icon,
    Integer,
    Label,
    Name,
    Names,
    Path,
    Size,
    Spec,
    Text,
    Texts,
)
from config.specs.entity import AnyField


class WidgetSpec(Spec):
    """One of `widget` (registered by name), `count`, `list` (entity.view) or `chart` (a function).

    `size` is columns × rows of a 12-column grid, `3x2`; a `list` shows that many times two rows
    of its view.
    """

    label: Label | None = None
    help: Label | None = None
    widget: Text | None = None
    count: Path | None = None
    list: Path | None = None
    chart: FunctionName | None = None
    size: Size = "3x1"
    icon: Icon | None = None
    hidden: Boolean = False


class DashboardSpec(Extendable):
    dashboard: Name
    label: Label | None = None
    widgets: dict[Name, WidgetSpec] = {}


class AtSpec(Spec):
    cron: Text
    zone: Text = "UTC"
    jitter: Duration | None = None


class RetrySpec(Spec):
    attempts: Integer = 3
    wait: Duration | None = None
    grow: Integer = 2


class JobSpec(Extendable):
    """A schedule. `overlap`: a run still going on; `missed`: moments that passed while down."""

    job: Name
    label: Label | None = None
    help: Label | None = None
    tab: Text = "System"
    at: AtSpec
    enabled: Boolean = True
    run: FunctionName
    queue: Name = "default"
    overlap: Literal["skip", "queue"] = "skip"
    missed: Literal["once", "all", "none"] = "once"
    retry: RetrySpec = RetrySpec()
    limit: Duration | None = None


Localised = dict[str, str]


class MessageSpec(Extendable):
    """A notification. Subject, body and short text are templates checked against `about`."""

    message: Name
    label: Label | None = None
    help: Label | None = None
    on: Text | None = None
    category: Name
    about: Name | None = None
    to: Texts = ()
    layout: Name | None = None
    subject: Label
    body: Label
    short: Label | None = None
    attach: Texts = ()
    once_per: Texts = ()
    try_with: Names = ()
    variables: dict[Name, Text] = {}


class LayoutSpec(Extendable):
    layout: Name
    label: Label | None = None
    help: Label | None = None
    body: Label


class TaxRuleSpec(Spec):
    when: Expression | None = None
    rate: Text | None = None
    rate_of: Literal["buyer", "seller"] | None = None
    note: Name | None = None


class TaxExampleSpec(Spec):
    seller: Text
    buyer: dict[Name, Text]
    on: Text
    net: Text
    gives: dict[Name, Text]


class TaxPresetSpec(Extendable):
    """`rates`: ISO 3166-1 or -2 → tax name → rate by first day (`always` or a date)."""

    tax_preset: Name
    label: Label | None = None
    help: Label | None = None
    rates: dict[Text, dict[Text, dict[Text, Text]]]
    rules: dict[Name, TaxRuleSpec]
    examples: dict[Text, TaxExampleSpec] = {}


class SettingsSpec(Extendable):
    """A tab of General settings: each field is a row whose default stands here."""

    settings: Name
    label: Label | None = None
    help: Label | None = None
    group: Label | None = None
    icon: Icon | None = None
    fields: dict[Name, AnyField]


class RowsSpec(Extendable):
    """First rows: created when absent (by `key`), never overwritten or deleted.

    `file` names a CSV file beside this one with more rows; its header names the fields.
    """

    rows: Name
    key: Name
    values: dict[Text, dict[Name, Any]] = {}
    file: Text | None = None


class AckSpec(Extendable):
    """What one change of the tables may lose: said once, used up by the `apply` that needs it.

    `drop` names what goes (`entity/client`, `entity/client/fields/fax`), `change` a field whose
    values may be lost or emptied (another type, fewer choices). `rows_max` bounds the rows.
    """

    ack: Name
    drop: Text | None = None
    change: Text | None = None
    rows_max: Integer

    @property
    def about(self) -> str:
        """The address that is acknowledged."""
        return self.drop or self.change or ""

    def names(self, address: str, *, drops: bool) -> bool:
        """Say whether this is about the change of `address`."""
        return (self.drop if drops else self.change) == address


class PatchSpec(Spec):
    """Changes to an object of an earlier layer: `patch: entity/invoice`.

    The other keys follow the tree of that object down to an instruction: `add` (must be absent;
    `after` or `before` say where), `set` (must be present), `drop: yes`, `hide: yes`. With
    `if_was` the patch fails when the value is no longer what it was.
    """

    patch: Text
