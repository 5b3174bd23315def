"""A state machine: the moves that alone may change a choice field."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from config.specs.base import (
    Boolean,
    Expression,
    Extendable,
    FunctionName,
    Icon,
    Label,
    Name,
    Names,
    Path,
    Paths,
    Spec,
    Texts,
    one_or_many,
)
from config.specs.fields import AnyField

ActorKind = Literal["system", "staff", "user"]


class MoveSpec(Spec):
    """One way from states to a state: one button, one endpoint, one event, one history row.

    `by` names kinds of actor; which of them is decided by roles. `when` and `guard_by` may refuse.
    `ask` are the fields of the form shown before the move. `set` writes other fields of the row
    (field → expression, evaluated in the transaction). `job` is queued in the same transaction.
    With `via`, that is the state while the job runs; success leads to `to`, failure to
    `on_failure`.
    """

    from_: Names = Field(alias="from")
    to: Name
    by: Annotated[tuple[ActorKind, ...], BeforeValidator(one_or_many), Field(min_length=1)]
    label: Label | None = None
    help: Label | None = None
    icon: Icon | None = None
    when: Expression | None = None
    say: Label | None = None
    guard_by: FunctionName | None = None
    ask: dict[Name, AnyField] = {}
    set: dict[Name, Expression] = {}
    confirm: Boolean = False
    danger: Boolean = False
    via: Name | None = None
    on_failure: Name | None = None
    job: FunctionName | None = None
    then: Texts = ()


class InlineMachineSpec(Spec):
    """The body of a machine, also inside an entity file under `machines: {status: …}`.

    `by_force` states are reached only by a move from or to `any`.
    """

    help: Label | None = None
    start: Name
    final: Names = ()
    by_force: Names = ()
    moves: dict[Name, MoveSpec]


class MachineSpec(InlineMachineSpec, Extendable):
    """A machine in a file of its own: `machine: service.status`."""

    machine: Path
    renamed_from: Paths = ()

    @property
    def entity(self) -> str:
        return self.machine.partition(".")[0]

    @property
    def field(self) -> str:
        return self.machine.partition(".")[2]
