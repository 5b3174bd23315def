"""What passes between a field type and its callers: formats, controls, problems.

    FormatContext   how the reader wants things written
    ControlState    what one form control has to show
    FieldProblem    why a value was refused, in words that can be translated
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from markupsafe import Markup

from config.texts.sentence import ENGLISH, Sentence, Translator


class FieldProblem(ValueError):
    """A value cannot be taken. `message` is English and a key of the catalogues.

    Values stand in braces, so that one translation serves all of them:
    `FieldProblem("Enter at most {max} characters.", max=80)`.
    """

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message, values)
        self.message, self.values = message, values

    @property
    def sentence(self) -> Sentence:
        """The problem as a text that says itself in the reader's language later."""
        return Sentence(self.message, **self.values)

    def text(self, translate: Translator) -> str:
        return self.sentence.said(translate)

    def __str__(self) -> str:
        return str(self.sentence)


class Choice(NamedTuple):
    """One entry of a list to choose from. `value` is what a form sends back.

    `words` are further ones by which it is found while someone types.
    """

    value: str
    label: str
    group: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Title:
    """What is shown for a linked row: its entity, id and the text of its title."""

    entity: str
    id: int
    text: str


class _Unchanged:
    """What `parse` returns when a form leaves the stored value as it is (an empty secret)."""

    def __repr__(self) -> str:
        return "UNCHANGED"

    def __bool__(self) -> bool:
        return False


UNCHANGED = _Unchanged()


@dataclass(frozen=True, slots=True)
class FormatContext:
    """How the reader wants values written.

    `translate` takes an English text of ours (gettext style). `link(entity, id)` gives the address
    of a row's page, or None where the reader may not open it. `icon(name)` draws an icon.
    `country` (ISO 3166-1) is where telephone numbers without a prefix are dialled.
    """

    locale: str = "en"
    time_zone: str = "UTC"
    translate: Translator = ENGLISH
    area: str = "staff"
    now: datetime | None = None
    link: Callable[[str, int], str | None] | None = None
    icon: Callable[[str], Markup] | None = None
    country: str = ""


# Reads and writes values the same way everywhere: defaults in YAML, CSV files.
NEUTRAL = FormatContext()


class Form(Protocol):
    """A submitted form; Starlette's FormData is one."""

    def getlist(self, key: Any) -> list[Any]: ...

    def keys(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class InlineRow:
    """One row of an inline table: its cells are controls made with their own ControlState."""

    prefix: str
    id: int | None
    cells: tuple[Markup, ...]
    removed: bool = False


@dataclass(frozen=True, slots=True)
class ControlState:
    """What one control has to show.

    `name` is its name in the form (`lines-0-amount` in an inline row). `raw` is what was typed
    and refused; it is shown again in place of `value`. `choices` are offered by relations and
    other types that cannot know them; with `lookup_url` more are found by typing, and `titles`
    name the rows chosen now (keys are what the form sends). `values` are the values of the
    form's other fields (the country of a region, the driver of its settings). `typed` is what
    was written into a lookup and stands for no row; None where a lookup sends no text.
    `placeholder` says what becomes of the field when nothing is entered.
    """

    name: str
    value: Any = None
    raw: Sequence[str] | None = None
    problems: tuple[str, ...] = ()
    required: bool = False
    read_only: bool = False
    has_help: bool = False
    choices: tuple[Choice, ...] | None = None
    lookup_url: str | None = None
    create_url: str | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    headings: tuple[str, ...] = ()
    rows: tuple[InlineRow, ...] = ()
    new_row: InlineRow | None = None
    autofocus: bool = False
    suffix: str = ""
    typed: str | None = None
    placeholder: str = ""

    @property
    def id(self) -> str:
        return f"field-{self.name.replace('.', '-')}{self.suffix}"

    @property
    def label_id(self) -> str:
        """The id of the label, for controls that are groups (`aria-labelledby`)."""
        return f"{self.id}-label"

    @property
    def help_id(self) -> str:
        return f"{self.id}-help"

    @property
    def problems_id(self) -> str:
        return f"{self.id}-problems"

    @property
    def described_by(self) -> str:
        """The ids of the texts that explain the control, made by the page around it."""
        ids = [self.help_id] if self.has_help else []
        if self.problems:
            ids.append(self.problems_id)
        return " ".join(ids)
