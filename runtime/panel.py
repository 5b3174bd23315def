"""A panel: a checked configuration, its tables, an engine, and the door to its rows.

    extensions ─> vocabulary ─> project ─> generated ─> database fits ─> first rows ─> Panel

    with panel.records(actor) as records: …     one transaction that writes
    with panel.reading(actor) as records: …     one that only reads
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Engine, inspect

from config.expressions import Expression, compile_python
from config.project import Project, load_project
from generator import BoundField, Generated, TableResolver, built_in, generate
from runtime.access import Access
from runtime.actors import Actor
from runtime.clock import Clock
from runtime.crypto import Signer
from runtime.database import open_engine, transaction
from runtime.panel_state import STATE
from runtime.plugins import Extensions, enabled_extensions, load_extensions, vocabulary
from runtime.settings import Settings
from runtime.texts.languages import Languages

if TYPE_CHECKING:
    from runtime.exchange.runner import Runner
    from runtime.records import Records
    from runtime.records.values import Event
    from runtime.records.work import Plans

CAPPED_SECONDS = 60
CAPPED_MAX = 1000
REMEMBERED_MAX = 10_000


@dataclass(eq=False)
class Panel:
    """Everything that a running panel is made of."""

    project: Project
    generated: Generated
    engine: Engine
    settings: Settings
    clock: Clock
    extensions: Extensions
    access: Access
    _compiled: dict[Expression, Callable[..., Any]] = field(default_factory=dict, repr=False)
    _remembered: dict[Any, Any] = field(default_factory=dict, repr=False)
    _capped: dict[Any, float] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    @property
    def resolver(self) -> TableResolver:
        return self.generated.resolver

    @contextmanager
    def records(self, actor: Actor) -> Iterator[Records]:
        """Open the gate for one transaction; what happened is told after the commit."""
        from runtime.records.gate import Records
        from runtime.records.work import Work

        with transaction(self.engine, actor, write=True) as connection:
            work = Work(self, connection, actor, write=True)
            yield Records(work)
        self.tell(work.events)

    @contextmanager
    def reading(self, actor: Actor) -> Iterator[Records]:
        """Open the gate for reading."""
        from runtime.records.gate import Records
        from runtime.records.work import Work

        with transaction(self.engine, actor, write=False) as connection:
            yield Records(Work(self, connection, actor, write=False))

    def tell(self, events: Sequence[Event]) -> None:
        """Tell the extensions what has been committed, and do the work that moves asked for."""
        from runtime.move_jobs import run_job

        for event in events:
            if event.name == "job":
                run_job(self, event)
            else:
                self.extensions.tell(event.name, entity=event.entity, id=event.id, **event.data)

    def has_tables(self) -> bool:
        """Say whether a panel was ever started on this database."""
        with self.engine.connect() as connection:
            return inspect(connection).has_table(STATE.name)

    def close(self) -> None:
        if "background" in self.__dict__:
            self.background.stop()
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------------------ made once

    @cached_property
    def plans(self) -> Plans:
        from runtime.records.work import Plans

        return Plans()

    @cached_property
    def background(self) -> Runner:
        """What does imports and exports while people go on working."""
        from runtime.exchange.runner import Runner

        return Runner(self)

    @cached_property
    def languages(self) -> Languages:
        """What the panel says in each language; one is read when somebody asks for it."""
        return Languages(self.project.texts, self.settings.var / "cache" / "texts")

    @cached_property
    def cursors(self) -> Signer:
        return Signer(self.settings.secret_keys[0], "cursor")

    @cached_property
    def settings_fields(self) -> Mapping[str, Mapping[str, BoundField]]:
        """Tab of General settings → key → its field."""
        return {
            tab: {key: self.generated.bind(key, each) for key, each in spec.fields.items()}
            for tab, spec in self.project.settings.items()
        }

    def compiled(self, expression: Expression) -> Callable[..., Any]:
        """Return the Python function of an expression."""
        found = self._compiled.get(expression)
        if found is None:
            found = self._compiled[expression] = compile_python(expression)
        return found

    def remember(self, key: Any, make: Callable[[], Any]) -> Any:
        """Return what `make` gave for `key` the first time."""
        if key not in self._remembered:
            if len(self._remembered) > REMEMBERED_MAX:
                self._remembered.clear()
            self._remembered[key] = make()
        return self._remembered[key]

    # ------------------------------------------------------------------ counts of long lists

    def recently_capped(self, key: Any) -> bool:
        """Say whether a list was longer than the cap a moment ago, so that nobody counts again."""
        until = self._capped.get(key)
        return until is not None and until > time.monotonic()

    def note_capped(self, key: Any) -> None:
        with self._lock:
            if len(self._capped) >= CAPPED_MAX:
                self._capped.clear()
            self._capped[key] = time.monotonic() + CAPPED_SECONDS


def open_panel(
    folders: Sequence[Path | str], settings: Settings | None = None, *, create: bool = False,
    clock: Clock | None = None, cache: Path | None = None,
) -> Panel:
    """Return the panel of the folders on the database of `settings`, those of the environment.

    Raises ConfigError for the configuration and StartProblem for everything around it. `create`
    makes an absent SQLite file, and does there what a changed configuration asks for when it
    loses nothing; the tables of an empty database are always made.
    """
    from runtime.first_rows import write_first_rows
    from runtime.fitting import fit_database
    from runtime.modules import note_modules
    from runtime.rule_changes import note_rules

    panel = unfitted_panel(folders, settings, create=create, clock=clock, cache=cache)
    try:
        fit_database(panel, adapt=create)
        write_first_rows(panel)
        note_modules(panel)
        note_rules(panel)
    except BaseException:
        panel.engine.dispose()
        raise
    return panel


def unfitted_panel(
    folders: Sequence[Path | str], settings: Settings | None = None, *, create: bool = False,
    clock: Clock | None = None, cache: Path | None = None,
) -> Panel:
    """Return a panel whose database may be of another configuration: nothing was compared."""
    from runtime.backup.restoring import check_finished

    settings = settings or Settings.from_environment()
    check_finished(settings.var)
    paths = [Path(folder) for folder in folders]
    extensions = load_extensions(enabled_extensions(paths), paths)
    words = vocabulary(extensions, icons=_icons())
    project = load_project(paths, words, cache)
    types = built_in(cipher=settings.cipher(), drivers=words.drivers, icons=words.icons)
    generated = generate(project, types)
    engine = open_engine(settings, create=create)
    return Panel(
        project, generated, engine, settings, clock or Clock(), extensions,
        Access(generated.access, hidden_fields(generated)),
    )


def hidden_fields(generated: Generated) -> Mapping[str, frozenset[str]]:
    """Return entity → fields of class secret that no cipher seals: no person ever sees them."""
    return {
        name: frozenset(
            key for key, bound in model.fields.items()
            if bound.spec.class_ == "secret" and bound.spec.type != "secret"
        )
        for name, model in generated.entities.items()
    }


def _icons() -> Sequence[str]:
    from runtime.web import icons

    return tuple(icons.icon_names())
