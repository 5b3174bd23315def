"""Why the gate says no.

    RecordError
      NotFound          no such row, or none that the actor may see: the two look alike
      Forbidden         the row may be seen, this action or field may not; carries the Decision
      ValidationFailed  the values cannot be written; messages per field
      Conflict          somebody else wrote the row since it was read
      MoveRefused       the move does not fit the row's state, or a guard refuses it
      StillReferenced   other rows point here and keep it from being deleted
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from config.texts.sentence import Sentence, joined

if TYPE_CHECKING:
    from runtime.records.values import Decision, Record, Title


class RecordError(Exception):
    """The gate refused; nothing was changed by the refused call."""


class NotFound(RecordError):
    """No row that this actor may see."""

    def __init__(self, entity: str, id: object) -> None:  # noqa: A002 - the word of the rows
        super().__init__(entity, id)
        self.entity, self.id = entity, id

    def __str__(self) -> str:
        return f"there is no {self.entity} {self.id}"


class Forbidden(RecordError):
    """A rule is missing that would allow this."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision)
        self.decision = decision

    def __str__(self) -> str:
        return self.decision.reason


class ValidationFailed(RecordError):
    """`problems`: field name ("" for the whole row) → messages.

    `children`: field of the collection → index of the submitted row → its problems.
    `parts`: name of the part made with the row → its problems.
    """

    def __init__(
        self,
        problems: Mapping[str, Sequence[str]],
        children: Mapping[str, Mapping[int, Mapping[str, Sequence[str]]]] | None = None,
        parts: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
    ) -> None:
        super().__init__(problems)
        self.problems = {field: tuple(messages) for field, messages in problems.items()}
        self.children = dict(children or {})
        self.parts = dict(parts or {})

    def __str__(self) -> str:
        """Return all messages as one sentence, which a page still says in its language."""
        said = [
            Sentence("{field}: {message}", field=field, message=message) if field else message
            for field, messages in self.problems.items()
            for message in messages
        ]
        said += [
            Sentence("{field}: {message}", field=f"{field}[{index}].{name}", message=message)
            for field, rows in self.children.items()
            for index, problems in rows.items()
            for name, messages in problems.items() for message in messages
        ]
        said += [
            Sentence("{field}: {message}", field=f"{part}.{name}", message=message)
            for part, problems in self.parts.items()
            for name, messages in problems.items() for message in messages
        ]
        return joined(said)


class Conflict(RecordError):
    """Two edits met. `current` is the row as it is now, `submitted` what was sent.

    `theirs` are the fields that changed since the version that was read, `mine` those that
    the refused edit wanted to change; those in both need a person's decision.
    """

    def __init__(
        self,
        current: Record,
        submitted: Mapping[str, Any],
        theirs: frozenset[str],
        mine: frozenset[str],
    ) -> None:
        super().__init__(current, submitted)
        self.current, self.submitted = current, submitted
        self.theirs, self.mine = theirs, mine

    def __str__(self) -> str:
        return "somebody else changed this meanwhile"


class MoveRefused(RecordError):
    """The state did not change. `reason` is a sentence for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True, slots=True)
class Reference:
    """Rows of `entity` that point by `field` to `target`: the row that goes away, or one that
    would go along with it. `rows` are some of them that the actor may see."""

    entity: str
    field: str
    count: int
    label: str
    rows: tuple[Title, ...] = ()
    target: tuple[str, int] = ("", 0)

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(row.text for row in self.rows)


class StillReferenced(RecordError):
    """Rows that must not lose what they point to."""

    def __init__(self, by: Sequence[Reference]) -> None:
        super().__init__(by)
        self.by = tuple(by)

    def __str__(self) -> str:
        return "still used by " + ", ".join(
            f"{reference.label} ({reference.count}"
            + (f": {', '.join(reference.titles)}" if reference.titles else "")
            + ")"
            for reference in self.by
        )
