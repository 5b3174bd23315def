"""What one transaction of one actor shares: the connection, the moment, and what was read so far.

Everything in this package runs its statements through `Work.run`, which carries the gate's mark;
the wall on the engine refuses the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Executable, FromClause, Table
from sqlalchemy.engine import CursorResult

from config.expressions import Env, Expression, tree
from config.expressions.functions import FUNCTIONS
from generator.fields.base import BoundField
from generator.fields.exchange import FormatContext
from generator.sql import compile_sql
from runtime.access import Rights
from runtime.actors import SYSTEM, Actor
from runtime.clock import Clock
from runtime.database import MARKED
from runtime.records import keepers
from runtime.records.errors import NotFound
from runtime.records.values import Event, Title

if TYPE_CHECKING:
    from generator import EntityModel
    from runtime.panel import Panel

Row = dict[str, Any]


class Work:
    """The state behind one `Records`. `events` are told after the commit."""

    def __init__(
        self, panel: Panel, connection: Connection, actor: Actor, *, write: bool,
        events: list[Event] | None = None,
    ) -> None:
        self.panel, self.connection, self.actor, self.write = panel, connection, actor, write
        self.events: list[Event] = [] if events is None else events
        self.givens: set[str] = set()
        self.titles: dict[tuple[str, int], Title | None] = {}
        self.rows: dict[tuple[str, int], Row | None] = {}
        self.offers: dict[str, frozenset[str]] = {}
        self.in_sight: dict[tuple[str, int], bool] = {}
        self.views: dict[str, Any] = {}
        # Digests of forms that nobody had sent before this transaction; see sent_forms.
        self.unsent: set[bytes] = set()
        self._rights: dict[str, Rights] = {}
        self._steps = 0
        # Whether somebody managed staff before this transaction; None until it may matter.
        self._kept: bool | None = None

    def trusted(self) -> Work:
        """Return the same transaction with the panel's own rights, for what rules must know."""
        if self.actor.kind == "system":
            return self
        other = Work(self.panel, self.connection, SYSTEM, write=self.write, events=self.events)
        other.__dict__["now"] = self.now
        other.rows = self.rows
        return other

    def run(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        if self._kept is None and self.actor.is_person and keepers.may_take_one_away(statement):
            keepers.wait_for_turn(self)
            self._kept = keepers.is_there(self)
        return self.connection.execute(statement, parameters, execution_options=MARKED)

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """Undo everything the block did when it raises, and leave the transaction usable."""
        assert self.write, "the transaction was opened for reading"
        before = len(self.events)
        savepoint = self.connection.begin_nested()
        self._steps += 1
        try:
            yield
            if self._kept and self._steps == 1:
                keepers.require(self)
        except BaseException:
            savepoint.rollback()
            del self.events[before:]
            self.forget()
            raise
        finally:
            self._steps -= 1
        savepoint.commit()

    def forget(self, entity: str | None = None, id: int | None = None) -> None:  # noqa: A002
        """Drop what was remembered of rows, because they may have changed."""
        if entity is None or id is None:
            self.rows.clear()
            self.titles.clear()
            self.offers.clear()
            self.views.clear()
        else:
            self.rows.pop((entity, id), None)
            self.titles.pop((entity, id), None)

    # ------------------------------------------------------------------ what is known

    @property
    def clock(self) -> Clock:
        return self.panel.clock

    @cached_property
    def now(self) -> datetime:
        """The moment of the transaction: one for all rows it writes."""
        return self.panel.clock.now()

    @cached_property
    def today(self) -> date:
        """The day of the business."""
        return self.now.astimezone(ZoneInfo(self.panel.project.site.time_zone)).date()

    @cached_property
    def formats(self) -> FormatContext:
        """How titles are written for this actor."""
        area = "client" if self.actor.kind in ("user", "anonymous") else "staff"
        return FormatContext(
            locale=self.actor.locale, time_zone=self.actor.time_zone, area=area, now=self.now,
            translate=self.panel.languages.of(self.actor.locale),
        )

    def model(self, entity: str) -> EntityModel:
        """Return the entity; NotFound when there is none, whoever asks."""
        model = self.panel.generated.entities.get(entity)
        if model is None:
            raise NotFound(entity, "")
        return model

    def rights(self, entity: str) -> Rights:
        rights = self._rights.get(entity)
        if rights is None:
            rights = self._rights[entity] = self.panel.access.rights(self.actor, entity)
        return rights

    def field(self, entity: str, name: str) -> BoundField | None:
        return self.model(entity).fields.get(name)

    def expression(self, address: str) -> Expression | None:
        return self.panel.project.expressions.get(address)

    # ------------------------------------------------------------------ conditions

    def env(
        self, *, old: Row | None = None, variables: Mapping[str, Any] | None = None,
        needs: str | None = None,
    ) -> Env:
        """Return what an expression may know. `needs` narrows the memberships to that right."""
        from runtime.records import rows

        return Env(
            now=self.now, today=self.today, me=self.me(needs), old=old,
            settings=self.settings, variables=variables or {},
            # A link into the trash still stands: SQL reads that row too.
            related=lambda entity, id: rows.fetch(self, entity, id),  # noqa: A006
            children=lambda entity, field, id: rows.children(self, entity, field, id),  # noqa: A006
        )

    def me(self, needs: str | None = None) -> Mapping[str, Any]:
        actor = self.actor
        memberships = self.panel.project.site.memberships
        return {
            "id": actor.id, "name": actor.name, "kind": actor.kind,
            "staff": actor.id if actor.kind == "staff" else None,
            "user": actor.id if actor.kind == "user" else None,
            **{
                name: actor.within(name, needs if membership.rights else None)
                for name, membership in memberships.items()
            },
        }

    @cached_property
    def settings(self) -> Mapping[str, Mapping[str, Any]]:
        from runtime.records.options import SettingValues

        return SettingValues(self)

    def holds(
        self, expression: Expression, row: Mapping[str, Any], *, old: Row | None = None,
        variables: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the value of an expression for one row, in Python."""
        compiled: Callable[..., Any] = self.panel.compiled(expression)
        return compiled(row, self.env(old=old, variables=variables))

    def clause(self, expression: Expression, source: FromClause, needs: str | None = None) -> Any:
        """Return the SQL condition of an expression for rows of `source`."""
        self.note_givens(expression)
        return compile_sql(expression, self.panel.resolver, self.env(needs=needs), source)

    def note_givens(self, expression: Expression) -> None:
        """Remember what of the moment or the actor a statement under construction depends on."""
        self.givens |= self.panel.remember(
            ("givens", expression), lambda: _givens(expression.tree)
        )

    def plan(self, key: tuple[Any, ...], build: Callable[[], Any]) -> Any:
        """Return what `build` makes, from memory when it was made before for the same key.

        What depends on the actor is remembered for that actor alone, what depends on the time
        or a setting not at all.
        """
        plans = self.panel.plans
        found = plans.get(key)
        if found is _PER_ACTOR:
            key = (*key, self._me_key)
            found = plans.get(key)
        if found is not None and found is not _NEVER:
            return found
        outer, self.givens = self.givens, set()
        made = build()
        used, self.givens = self.givens, outer | self.givens
        if not used:
            plans.put(key, made)
        elif used == {"me"}:
            if key[-1] != self._me_key:
                plans.put(key, _PER_ACTOR)
                key = (*key, self._me_key)
            plans.put(key, made)
        else:
            plans.put(key, _NEVER)
        return made

    @cached_property
    def _me_key(self) -> tuple[Any, ...]:
        actor = self.actor
        return (
            actor.kind, actor.id, actor.name, frozenset(actor.sets.items()),
            frozenset((name, frozenset(held.items())) for name, held in actor.rights.items()),
        )

    def table(self, entity: str) -> Table:
        return self.model(entity).table


def _givens(node: tree.Node) -> frozenset[str]:
    """Return the sources of values that are known only when an expression runs."""
    found = {node.source} if isinstance(node, tree.Given) else set()
    if isinstance(node, tree.Apply) and not FUNCTIONS[node.function].stable:
        found.add("now")
    return frozenset(found.union(*(_givens(child) for child in tree.children(node))))


_PER_ACTOR, _NEVER = object(), object()


class Plans:
    """Statements made before, the most recently used ones."""

    def __init__(self, size_max: int = 4000) -> None:
        self._size_max = size_max
        self._plans: dict[Any, Any] = {}

    def get(self, key: Any) -> Any:
        return self._plans.get(key)

    def put(self, key: Any, plan: Any) -> None:
        if len(self._plans) >= self._size_max:
            # Dropping the older half at once is cheaper than keeping an order on every use.
            for old in list(self._plans)[: self._size_max // 2]:
                self._plans.pop(old, None)
        self._plans[key] = plan


__all__ = ["Plans", "Row", "Work"]
