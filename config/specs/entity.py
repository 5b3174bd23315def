"""An entity: what is stored, how it is shown, what must hold.

`views` name lists of rows: the columns, filters, sorting and search of a page, or a condition
that other parts refer to (`{view: service.suspended}`). A view without columns of its own
shows those of `staff`. `form` and `detail` lay the fields out; left out, every field is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from config.specs.base import (
    Boolean,
    Duration,
    Expression,
    Extendable,
    Icon,
    Label,
    Name,
    Names,
    Path,
    Paths,
    RowOfNames,
    SortKeys,
    Spec,
    Text,
    Title,
    refuse,
)
from config.specs.fields import AnyField
from config.specs.machine import InlineMachineSpec
from config.specs.role import AnyGrant
from config.titles import TitlePattern

# `recorded` rows are made by the panel as things happen: nobody makes or changes one by hand.
# `append_only` rows never change or go; a trigger holds that.
Trait = Literal["audited", "versioned", "trash", "recorded", "append_only"]

_REFRESH_MIN, _REFRESH_MAX = timedelta(seconds=2), timedelta(hours=1)


def _search(value: Any) -> Any:
    value = [value] if isinstance(value, str) else value
    if isinstance(value, (list, tuple)) and all(isinstance(path, str) for path in value):
        return dict.fromkeys(value, "prefix")
    return value


class ViewSpec(Spec):
    """One list of rows. `where` narrows it; `area` says for whom a page of it exists.

    `search`: path → `prefix` (an index on the start of the text) or `words` (full text). Case
    and marks of Latin, Greek, Cyrillic and Armenian letters make no difference (`lodz` finds
    `Łódź`, `ЇЖАК` finds `їжак`), and every language of a translatable text is searched, alike on
    both databases. The words of other alphabets have an index on PostgreSQL only when the
    locale of its database knows their letters, as C.UTF-8 does; they are found without it too.

    A view without columns of its own has those of `staff`, with what stands beneath them and
    their labels.
    """

    label: Label | None = None
    help: Label | None = None
    area: Literal["staff", "client"] = "staff"
    where: Expression | None = None
    columns: Paths = ()
    beneath: dict[Path, Paths] = {}
    labels: dict[Path, Label] = {}
    sort: SortKeys = ()
    sortable: Paths = ()
    filters: Paths = ()
    search: Annotated[dict[Path, Literal["prefix", "words"]], BeforeValidator(_search)] = {}
    badge: Literal["ok", "info", "warn", "bad", "quiet"] | None = None
    count: Boolean = False
    page_size: Literal["10", "25", "50", "100"] = "25"
    refresh: Duration | None = None
    look: Literal["table", "cards"] = "table"
    own_currency: Boolean = False
    breaks_rules: Boolean = False
    empty: Label | None = None
    hidden: Boolean = False

    @field_validator("refresh")
    @classmethod
    def _within_reason(cls, value: timedelta | None) -> timedelta | None:
        if value is not None and not _REFRESH_MIN <= value <= _REFRESH_MAX:
            raise refuse("a list is brought up to date every 2 seconds at most, or more rarely",
                         "write a duration between '2 seconds' and '1 hour'")
        return value

    def with_beneath(self, columns: Iterable[str]) -> tuple[str, ...]:
        """Return the columns, each followed by what stands beneath it."""
        return tuple(dict.fromkeys(
            path for column in columns for path in (column, *self.beneath.get(column, ()))
        ))


class RuleSpec(Spec):
    """What must hold for every row written; `on` is the field that carries the message.

    A row that broke the rule before may be changed in the fields that the rule does not read:
    `enforce: touched`. A rule that looks beyond its row (through a link, at `old`, at who acts
    or what time it is) says when a change may be made, and is asked at every one: `always`.
    Left out, it follows from what the rule reads.
    """

    check: Expression
    on: Name | None = None
    say: Label
    enforce: Literal["touched", "always"] | None = None


class UniqueSpec(Spec):
    fields: Names
    where: Expression | None = None
    say: Label | None = None


def _unique(value: Any) -> Any:
    return {"fields": value} if isinstance(value, (list, tuple, str)) else value


class FrozenSpec(Spec):
    """From `when` on, only the fields in `except` may change; a database trigger holds it."""

    when: Expression
    except_: Names = Field((), alias="except")


class SetSpec(Spec):
    """A named set of related rows: `owners: {many: user, through: client_user, where: owner}`.

    `by` is the relation that leads back here, needed when there are several. `where` is about
    the rows themselves, of the pivot when the set goes `through` one.
    """

    many: Name
    by: Name | None = None
    through: Name | None = None
    where: Expression | None = None


class SectionSpec(Spec):
    """A part of a form or detail page; `fields` is a list of names, or of rows of names."""

    label: Label | None = None
    help: Label | None = None
    tab: Name | None = None
    fields: tuple[RowOfNames, ...]
    show_when: Expression | None = None
    collapsed: Boolean = False
    hidden: Boolean = False


def _section(value: Any) -> Any:
    return {"fields": value} if isinstance(value, (list, tuple)) else value


Sections = dict[Text, Annotated[SectionSpec, BeforeValidator(_section)]]


class TabSpec(Spec):
    """A tab of the detail page: exactly one of these.

    `related` is `entity.field`: rows of that entity whose relation points to this row. A tab
    stands in the pages of both areas, or with `area` in one of them alone.
    """

    label: Label | None = None
    help: Label | None = None
    icon: Icon | None = None
    area: Literal["staff", "client"] | None = None
    sections: Sections = {}
    related: Path | None = None
    view: Name | None = None
    many: Name | None = None
    widgets: Names = ()
    page: Text | None = None
    history: Boolean = False
    hidden: Boolean = False


class DetailSpec(Spec):
    """The page of one row. `aside` are fields shown beside the tabs (status, dates, owner).

    `create: {service.product: Order}` are buttons: each leads to the form of a new row of that
    entity, with its relation set to this row, for whoever may make one. They stand on the row's
    card too where a list shows cards.
    """

    tabs: dict[Name, TabSpec] = {}
    aside: Names = ()
    header: Names = ()
    create: dict[Path, Label] = {}


class KeepSpec(Spec):
    """Rows for which `when` holds cannot be deleted; `say` is what a person reads then.

    `alone`: they only cannot go by themselves, and go along with the row that they belong to
    (`on_delete: cascade`).
    """

    when: Expression
    say: Label
    alone: Boolean = False


class CreateWithSpec(Spec):
    """A row of another entity made by the same form and in the same transaction.

    `links`: relation field of the part → `self` (the main row) or an earlier part's name.
    `set` gives fixed values, `copy` takes them from a path (`self.company_name`, `owner.email`).
    `fields` are shown in the form under `label`. With `find_by`, a row with the same value of
    that field is used instead of making a second one.
    """

    entity: Name
    label: Label | None = None
    help: Label | None = None
    fields: tuple[RowOfNames, ...] = ()
    links: dict[Name, Name] = {}
    set: dict[Name, Text] = {}
    copy_: dict[Name, Path] = Field({}, alias="copy")
    find_by: Name | None = None


class EntitySpec(Extendable):
    """One entity. Its address is `entity/<name>`, its table has its name.

    `internal`: only the program reads and writes it; no role can be allowed to, not by `"*"`.
    `size: small` promises at most 5,000 rows, which sort and search by anything.
    """

    entity: Name
    label: Label | None = None
    plural: Label | None = None
    help: Label | None = None
    icon: Icon = "database"
    title: Title = TitlePattern()
    size: Literal["small", "normal"] = "normal"
    internal: Boolean = False
    traits: tuple[Trait, ...] = ()
    fields: dict[Name, AnyField]
    sets: dict[Name, SetSpec] = {}
    unique: dict[Name, Annotated[UniqueSpec, BeforeValidator(_unique)]] = {}
    index: dict[Name, Names] = {}
    rules: dict[Name, RuleSpec] = {}
    frozen: FrozenSpec | None = None
    keep: dict[Name, KeepSpec] = {}
    views: dict[Name, ViewSpec] = {}
    form: Sections = {}
    create_form: Sections = {}
    create_with: dict[Name, CreateWithSpec] = {}
    detail: DetailSpec = DetailSpec()
    after_create: Literal["detail", "list", "form"] = "detail"
    # One file may hold a whole small entity: its machines (by field), what roles may do with it
    # (by role, as in `role.allow`, with `scope` inside the grant), and its place in menus
    # (menu name → dotted path of the item it goes under, or `top`).
    machines: dict[Name, InlineMachineSpec] = {}
    allow: dict[Name, AnyGrant] = {}
    menu: dict[Name, Path] = {}
    renamed_from: Names = ()

    @property
    def table(self) -> str:
        return self.entity
