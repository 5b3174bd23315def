"""The fields of an entity: one spec per field type, all options closed.

Short forms (rule 6 of the language): `notes: text`, `email: text!` (required), `owner: ->user`,
`product: ->product!`, `lines: [invoice_line]`. `expand` turns each into its long form.

The key that names the type may be left out where another key says it:
`to:` is a relation, `many:` a collection, `pick:` one row out of a collection, `driver:` a
driver, `driver_settings:` its form, `total_of:` a sum over a collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from config.errors import suggest
from config.specs.base import (
    Boolean,
    Exact,
    Expression,
    Extendable,
    FunctionName,
    Integer,
    Label,
    Name,
    Names,
    Path,
    Paths,
    SortKey,
    Text,
    Texts,
    quoted,
    refuse,
)

# Who may see a field at all, before any role: `staff_only` never leaves the staff area,
# `financial` and `personal` are handles for roles (`class:financial`) and for erasure.
FieldClass = Literal["plain", "staff_only", "financial", "personal", "secret"]


class FieldSpec(Extendable):
    """What every field may say. `type` chooses the subclass that adds its own options.

    A `hidden` field keeps its column and its values and is shown nowhere.
    """

    type: str
    label: Label | None = None
    help: Label | None = None
    required: Boolean = False
    unique: Boolean = False
    read_only: Boolean = False
    class_: FieldClass = Field("plain", alias="class")
    default: Text | None = None
    default_from: Expression | None = None
    backfill: Expression | None = None
    show_when: Expression | None = None
    require_when: Expression | None = None
    compute: Expression | None = None
    compute_by: FunctionName | None = None
    hidden: Boolean = False
    renamed_from: Names = ()

    @property
    def stored(self) -> bool:
        """Whether the field has columns of its own in the entity's table."""
        return self.compute is None and self.compute_by is None


INDEXED_CHARS_MAX = 600
"""So long may a text be that an index holds whole: PostgreSQL has 2,704 bytes for an entry."""


class TextField(FieldSpec):
    """One line of text; `max` counts characters."""

    type: Literal["text"]
    min: Integer = 0
    max: Integer = 255
    pattern: Text | None = None
    translatable: Boolean = False


class LongTextField(FieldSpec):
    type: Literal["long_text", "markdown"]
    max: Integer = 65_535
    translatable: Boolean = False


class CodeField(FieldSpec):
    """Source text with an editor for `language`."""

    type: Literal["code"]
    language: Literal["html", "css", "jinja", "json", "yaml", "sql", "shell", "text"] = "text"
    max: Integer = 200_000
    translatable: Boolean = False


class PlainField(FieldSpec):
    """Types that need no option of their own."""

    type: Literal[
        "email", "url", "phone", "tax_id", "uuid", "date", "moment", "duration", "cron",
        "time_zone", "locale", "country", "domain", "ip", "ip_network", "json",
        "colour", "icon", "user_agent",
    ]


class SlugField(FieldSpec):
    """Small letters, digits and hyphens; made from the field `of` when left empty."""

    type: Literal["slug"]
    of: Name | None = None
    max: Integer = 80


class BooleanField(FieldSpec):
    """yes or no. `only_one`: at most one row is yes, in `all` or for each value of the fields
    named; saying yes to a row takes it from the row that had it."""

    type: Literal["boolean"]
    of: dict[Literal["yes", "no"], Label] = {}
    badges: dict[Literal["yes", "no"], Literal["ok", "info", "warn", "bad", "quiet"]] = {}
    only_one: Names = ()

    @field_validator("of")
    @classmethod
    def _both_answers(cls, words: dict[str, Any]) -> dict[str, Any]:
        if len(words) == 1:
            raise refuse("only one of the two answers has a word", "write both: {yes: …, no: …}")
        return words


class IntegerField(FieldSpec):
    """A whole number, at most 10^18 on either side of 0."""

    type: Literal["integer"]
    min: Integer | None = None
    max: Integer | None = None


class DecimalField(FieldSpec):
    """An exact number with `scale` digits after the point, stored as a scaled integer: at most
    10^18 of its smallest steps. A sum that is larger than any column is shown as empty."""

    type: Literal["decimal"]
    scale: Integer = 2
    min: Exact | None = None
    max: Exact | None = None


class RateField(FieldSpec):
    """An exact share, written `23 %`, stored in millionths."""

    type: Literal["rate"]


class MoneyField(FieldSpec):
    """An exact amount. `currency` is the path of its one home (`client.currency`) or an
    ISO 4217 code; without it the field keeps a currency column of its own. An amount is at most
    10^12; a sum that is larger than any column is shown as empty."""

    type: Literal["money"]
    currency: Text | None = None
    min: Text | None = None


class ChoiceField(FieldSpec):
    """One of declared keys. A machine may own the field; then only moves write it."""

    type: Literal["choice"]
    of: Annotated[dict[Name, Label], Field(min_length=1)]
    renamed_values: dict[Name, Name] = {}
    badges: dict[Name, Literal["ok", "info", "warn", "bad", "quiet"]] = {}


class ChoicesField(FieldSpec):
    """Several of declared keys, or of a named list of the panel (`roles`, `locales`)."""

    type: Literal["choices"]
    of: dict[Name, Label] = {}
    renamed_values: dict[Name, Name] = {}
    of_list: Literal["roles", "staff_roles", "client_roles", "locales"] | None = None
    default: Texts | None = None  # type: ignore[assignment]


class CurrencyField(FieldSpec):
    """An ISO 4217 code. `of` names the field of another entity whose rows are the choices."""

    type: Literal["currency"]
    of: Path | None = None


class RegionField(FieldSpec):
    """An ISO 3166-2 subdivision of the country in the field `of`."""

    type: Literal["region"]
    of: Name


class SecretField(FieldSpec):
    """Text encrypted at rest, masked everywhere, shown only on demand."""

    type: Literal["secret"]
    max: Integer = 10_000


class FileField(FieldSpec):
    """A file kept outside the database; `size_max` in bytes, `accept` are media types."""

    type: Literal["file"]
    accept: Texts = ()
    size_max: Integer = 10_000_000
    public: Boolean = False


class ImageField(FieldSpec):
    """A picture, checked by content; `size_max` in bytes."""

    type: Literal["image"]
    size_max: Integer = 5_000_000
    public: Boolean = False


class RelationField(FieldSpec):
    """A link to one row: of entity `to`, of one of several entities, or of `any`."""

    type: Literal["relation"]
    to: Names
    on_delete: Literal["restrict", "cascade", "clear"] = "restrict"
    lookup: Paths = ()
    limit_where: Expression | None = None

    @property
    def to_any(self) -> bool:
        """Whether the link is kept as (entity name, id) without a foreign key."""
        return self.to == ("any",) or len(self.to) > 1


class ManyField(FieldSpec):
    """Rows of another entity that point here (`by`, found when there is one relation only),
    or rows joined `through` a pivot entity."""

    type: Literal["many"]
    many: Name
    by: Name | None = None
    through: Name | None = None
    order_by: Name | None = None
    inline: Literal["table", "none"] = "none"
    columns: Names = ()

    @property
    def stored(self) -> bool:
        return False


class PickField(FieldSpec):
    """One row out of the collection `pick` of the same entity: `{pick: members, where: owner}`.

    The first row for which `where` holds, by `order_by` (nulls last) and then by id; none when
    it holds for none. Nothing is stored and nobody writes it; paths go through it as through a
    relation: `owner.user.email`.
    """

    type: Literal["pick"]
    pick: Name
    where: Expression | None = None
    order_by: SortKey | None = None

    @property
    def stored(self) -> bool:
        return False

    @property
    def to_any(self) -> bool:
        """A picked row is of one entity, as the target of most links."""
        return False


class DriverField(FieldSpec):
    """A choice among the installed drivers of a kind."""

    type: Literal["driver"]
    driver: Name


class DriverSettingsField(FieldSpec):
    """The settings of the driver chosen in field `driver_settings`; secret members encrypted."""

    type: Literal["driver_settings"]
    driver_settings: Name


class PositionField(FieldSpec):
    """The place of a row among its siblings, 1 to n; `within` names the fields of a group."""

    type: Literal["position"]
    within: Names = ()


class TotalField(FieldSpec):
    """The sum of a field over a collection: `total_of: lines.amount`."""

    type: Literal["total"]
    total_of: Path

    @property
    def stored(self) -> bool:
        return False


class ComputedField(FieldSpec):
    """A value that `compute` (an expression) or `compute_by` (a function) gives; never stored."""

    type: Literal["computed"]
    as_: Literal[
        "text", "integer", "decimal", "boolean", "date", "moment", "duration", "countdown", "flag"
    ] = Field("text", alias="as")


class SequenceField(FieldSpec):
    """A number taken at creation: gapless within `within`, written by `format`: `C-{number:05}`."""

    type: Literal["sequence"]
    format: Text = "{number}"
    start: Integer = 1
    within: Names = ()


def _field_specs() -> Mapping[str, type[FieldSpec]]:
    specs: dict[str, type[FieldSpec]] = {}
    for spec in (
        TextField, LongTextField, CodeField, PlainField, SlugField, BooleanField, IntegerField,
        DecimalField, RateField, MoneyField, ChoiceField, ChoicesField, CurrencyField, RegionField,
        SecretField, FileField, ImageField, RelationField, ManyField, PickField, DriverField,
        DriverSettingsField, PositionField, TotalField, ComputedField, SequenceField,
    ):
        for name in spec.model_fields["type"].annotation.__args__:
            specs[name] = spec
    return specs


FIELD_SPECS: Mapping[str, type[FieldSpec]] = _field_specs()

# A key that says the type by its presence.
TYPE_BY_KEY: Mapping[str, str] = {
    "to": "relation",
    "many": "many",
    "pick": "pick",
    "driver": "driver",
    "driver_settings": "driver_settings",
    "total_of": "total",
}


def expand(value: Any) -> Any:
    """Return the long form of a field as a map, or the value itself when it is no short form.

    `text` → {type: text}; `text!` → required; `->user` → {type: relation, to: user};
    `[invoice_line]` → {type: many, many: invoice_line}.
    """
    if isinstance(value, str):
        required = value.endswith("!")
        word = value[:-1] if required else value
        long = {"type": "relation", "to": word[2:]} if word.startswith("->") else {"type": word}
        return {**long, "required": "yes"} if required else long
    if isinstance(value, (list, tuple)):
        if len(value) == 1 and isinstance(value[0], str):
            return {"type": "many", "many": value[0]}
        raise refuse("a list here is the short form of a collection", "write one entity: [name]")
    if isinstance(value, dict) and "type" not in value:
        for key, type_name in TYPE_BY_KEY.items():
            if key in value:
                return {"type": type_name, **value}
        if "compute" in value or "compute_by" in value:
            return {"type": "computed", **value}
    return value


class _Untyped(FieldSpec):
    """A field whose type is absent: that is the mistake, not the keys that its type would know."""

    model_config = ConfigDict(extra="ignore")


def _field(value: Any, info: ValidationInfo) -> Any:
    """Build the spec that the field's type asks for; `context` may know more field types."""
    if isinstance(value, FieldSpec):
        return value
    context = info.context or {}
    known = {**FIELD_SPECS, **context["field_types"]} if "field_types" in context else FIELD_SPECS
    value = expand(value)
    if not isinstance(value, dict):
        raise refuse(f"expected a field, got {quoted(value)}", "write a type: text", "bad-field")
    given = value.get("type")
    if "type" in value and (not isinstance(given, str) or given not in known):
        raise refuse(f"unknown field type {quoted(given)}", suggest(str(given), known),
                     "unknown-type")
    spec = known[given] if given else _Untyped
    return spec.model_validate(value, context=context, by_alias=True,
                               by_name=context.get("by_name", True))


AnyField = Annotated[FieldSpec, BeforeValidator(_field)]
