"""The one gate to the data: what a person or a part of the panel may do with rows.

    with panel.records(actor) as records:
        page = records.list("client", ListQuery(search="acme"))
        records.update("client", page.rows[0].id, {"country": "PL"}, version=3)

Each method is one question or one change; the modules beside this one hold the rules. Methods
raise what runtime.records.errors describes, and undo what they began when they do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from generator.fields.driver import DriverSettingsType
from generator.fields.secret import SecretType
from runtime.records import (
    bulk,
    children,
    deleting,
    explaining,
    exporting,
    files,
    history,
    importing,
    links,
    load,
    load_many,
    moves,
    options,
    problems,
    put_back,
    reach,
    reading,
    rows,
    rules,
    saved,
    searching,
    sent_forms,
    setting_files,
    writing,
)
from runtime.records.errors import Forbidden, NotFound, ValidationFailed
from runtime.records.values import (
    Action,
    AvailableMove,
    BulkResult,
    Change,
    ChildEdit,
    Choice,
    Count,
    Decision,
    Filter,
    ImportResult,
    ListQuery,
    Page,
    Record,
)
from runtime.records.work import Work

if TYPE_CHECKING:
    from generator.fields.base import BoundField
    from runtime.actors import Actor
    from runtime.records.files import StoredFile
    from runtime.records.removal import Removal
    from runtime.records.saved import SavedView
    from runtime.records.sent_forms import Earlier, SentForm

_ = children  # read by writing; named here so that both are loaded in one order


class Records:
    """The gate, open for one actor in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    @property
    def actor(self) -> Actor:
        return self._work.actor

    @property
    def work(self) -> Work:
        """What the parts of the runtime that continue this transaction share."""
        return self._work

    # ------------------------------------------------------------------ reading

    def list(self, entity: str, query: ListQuery = ListQuery()) -> Page:  # noqa: B008 - frozen
        return reading.list_page(self._work, entity, query)

    def get(self, entity: str, id: int, *, trash: bool = False) -> Record:  # noqa: A002
        # Who may not delete does not look into the trash.
        trash = trash and self._work.rights(entity).may_somewhere("delete")
        return reading.get(self._work, entity, id, trash=trash)

    def count(
        self, entity: str, view: str | None = None, filters: Sequence[Filter] = (),
        parent: tuple[str, Any] | None = None,
    ) -> Count:
        return reading.count(self._work, entity, view, filters, parent)

    def finds(self, views: Mapping[str, str], text: str) -> frozenset[str]:
        """Return the entities in whose lists (entity → view) the text may find rows."""
        seen = {name: view for name, view in views.items()
                if self._work.rights(name).may_somewhere("see")}
        return searching.finds(self._work, seen, text)

    def lookup(
        self, entity: str, text: str = "", limit: int = 20,
        via: tuple[str, str, Mapping[str, Any]] | None = None,
    ) -> Sequence[Choice]:
        asked = None if via is None else (via[0], via[1], dict(via[2]))
        return links.lookup(self._work, entity, text, limit, asked)

    def history(self, entity: str, id: int) -> Sequence[Change]:  # noqa: A002
        return history.entries(self._work, entity, id)

    def earlier(self, entity: str, id: int, change: int, field: str) -> Any:  # noqa: A002
        """Return what a field held before one entry of the row's history."""
        return put_back.earlier(self._work, entity, id, change, field)

    def put_back(self, entity: str, id: int, change: int, field: str) -> Record:  # noqa: A002
        """Write into a field what it held before one entry of the row's history."""
        return put_back.put_back(self._work, entity, id, change, field)

    def setting(self, tab: str, key: str) -> Any:
        """Return a value of General settings."""
        return options.setting(self._work, tab, key)

    def export(self, entity: str, query: ListQuery = ListQuery()) -> Iterator[Sequence[str]]:  # noqa: B008
        return exporting.export(self._work, entity, query)

    # ------------------------------------------------------------------ writing

    def broken_rules(self, record: Record) -> Sequence[tuple[str, str]]:
        """Return (field, or "" for the row; what is wrong) of a row that is older than a rule."""
        return rules.broken(self._work, record)

    def create(
        self, entity: str, values: Mapping[str, Any],
        children: Mapping[str, Sequence[ChildEdit]] | None = None,
        parts: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Record:
        return writing.create(self._work, entity, values, children, parts)

    def update(
        self, entity: str, id: int, values: Mapping[str, Any], *, version: int | None = None,  # noqa: A002
        children: Mapping[str, Sequence[ChildEdit]] | None = None,
    ) -> Record:
        return writing.change(
            self._work, entity, id, values, version=version, children_of=children
        )

    def problems(
        self, entity: str, id: int | None, values: Mapping[str, Any],  # noqa: A002
        children: Mapping[str, Sequence[ChildEdit]] | None = None,
        parts: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> ValidationFailed:
        """Return what is wrong with a form; nothing is written. Without an id: of a new row."""
        if id is None:
            return problems.of_new(self._work, entity, values, children, parts)
        return problems.of_changed(self._work, entity, id, values, children)

    def delete(self, entity: str, id: int) -> None:  # noqa: A002
        deleting.delete(self._work, entity, id)

    def restore(self, entity: str, id: int) -> Record:  # noqa: A002
        return deleting.restore(self._work, entity, id)

    def purge(self, entity: str, id: int) -> None:  # noqa: A002
        deleting.purge(self._work, entity, id)

    def move(
        self, entity: str, id: int, move: str, answers: Mapping[str, Any] | None = None,  # noqa: A002
        expected: str | None = None,
    ) -> Record:
        return moves.move(self._work, entity, id, move, answers, expected)

    def finish_move(self, entity: str, id: int, move: str, *, succeeded: bool) -> Record:  # noqa: A002
        """End a move that waits in its `via` state; for the job that did its work."""
        return moves.finish(self._work, entity, id, move, succeeded=succeeded)

    def reorder(self, entity: str, id: int, field: str, way: Literal["up", "down"]) -> Record:  # noqa: A002
        """Move a row one place up or down among its siblings."""
        here = reading.get(self._work, entity, id).get(field)
        bound = self._work.field(entity, field)
        if bound is None or bound.spec.type != "position" or here is None:
            raise NotFound(entity, field)
        return self.update(entity, id, {field: max(1, here + (1 if way == "down" else -1))})

    def bulk(
        self, entity: str, ids: Sequence[int], action: str, *,
        values: Mapping[str, Any] | None = None, answers: Mapping[str, Any] | None = None,
    ) -> BulkResult:
        return bulk.run(self._work, entity, ids, action, values=values, answers=answers)

    def import_rows(
        self, entity: str, lines: Sequence[Mapping[str, str]], mapping: Mapping[str, str],
        dry_run: bool = False, key: str | None = None,
    ) -> ImportResult:
        return importing.import_rows(
            self._work, entity, lines, mapping, dry_run=dry_run, key=key
        )

    def load(self, entity: str, values: Mapping[str, Any], source: str = "import") -> Record:
        return load.load(self._work, entity, values, source)

    def load_many(
        self, entity: str, rows: Sequence[Mapping[str, Any]], source: str = "import"
    ) -> list[int]:
        """Load many rows, in few statements where the panel itself asks; return their ids."""
        return load_many.load_many(self._work, entity, rows, source)

    def sent_before(self, form: SentForm | None) -> Earlier | None:
        """Return the sending that did the work of a form already; others of it wait till then."""
        return None if form is None else sent_forms.before(self._work, form)

    def note_sent(self, form: SentForm | None, id: int | None) -> None:  # noqa: A002
        """Note in this transaction that the work of a form is done; `id` is the row it is about."""
        if form is not None:
            sent_forms.note(self._work, form, id)

    def reveal(self, entity: str, id: int, field: str) -> str | None:  # noqa: A002
        """Return the text of a secret field; that it was shown stands in the history.

        A member of a driver's settings is named `driver_settings.api_key`.
        """
        name, _, member = field.partition(".")
        record = reading.get(self._work, entity, id)
        rights = self._work.rights(entity)
        if name not in rights.visible(record.permits):
            raise Forbidden(rights.decide("reveal", record.permits, field=name))
        bound = self._work.model(entity).fields[name]
        value = rows.need(self._work, entity, id)[name]
        with self._work.atomic():
            history.note(self._work, entity, id, "reveal", reason=field, title=record.title)
        if isinstance(bound.type, SecretType):
            return bound.type.reveal(bound, value)
        if isinstance(bound.type, DriverSettingsType) and member:
            return bound.type.reveal_member(bound, value, member)
        raise NotFound(entity, field)

    # ------------------------------------------------------------------ saved views

    def saved_views(self, entity: str) -> Sequence[SavedView]:
        """Return the person's own views of a list, then those that others share."""
        return saved.of_list(self._work, entity)

    def keep_view(self, entity: str, values: Mapping[str, Any], pairs: saved.Pairs) -> int:
        return saved.keep(self._work, entity, values, pairs)

    def change_view(
        self, entity: str, id: int, values: Mapping[str, Any], pairs: saved.Pairs | None = None,  # noqa: A002
    ) -> None:
        saved.change(self._work, entity, id, values, pairs)

    def drop_view(self, entity: str, id: int) -> None:  # noqa: A002
        saved.drop(self._work, entity, id)

    # ------------------------------------------------------------------ files

    def upload(
        self, entity: str, field: str, name: str, media_type: str, data: bytes
    ) -> int:
        """Keep a file for a field of some row and return its id, which is then written there."""
        return files.upload(self._work, entity, field, name, media_type, data)

    def open_file(self, id: int) -> StoredFile:  # noqa: A002
        """Return a file that the actor may open. Raises NotFound for every other one."""
        return files.open_file(self._work, id)

    def upload_setting(
        self, field: BoundField, name: str, media_type: str, data: bytes
    ) -> int:
        """Keep a file for a value of General settings and return its id."""
        return setting_files.upload(self._work, field, name, media_type, data)

    def check_setting_file(self, file: int, setting: int | None) -> None:
        """Raise FieldProblem for a file that a setting may not show."""
        setting_files.check(self._work, file, setting)

    def attach_setting_file(self, file: int, setting: int, *, public: bool) -> None:
        """Give a checked file to the row of a setting."""
        setting_files.attach(self._work, file, setting, public=public)

    # ------------------------------------------------------------------ rights

    def moves(self, entity: str, record: Record) -> Sequence[AvailableMove]:
        return moves.available(self._work, entity, record)

    def questions(self, entity: str, move: str) -> Mapping[str, BoundField]:
        """Return the fields that a move asks for."""
        return moves.questions(self._work, entity, move)

    def can(
        self, action: Action, entity: str, record: Record | None = None,
        field: str | None = None, move: str | None = None,
    ) -> Decision:
        """Say whether the actor may, and by which rule; the gate enforces the same answer.

        Of a row that is to be deleted, what keeps it is asked too; `may` leaves that out.
        """
        decision = self.may(action, entity, record, field=field, move=move)
        if decision and record is not None and action in ("delete", "purge"):
            return deleting.decide(self._work, entity, record.id, decision, purge=action == "purge")
        return decision

    def may(
        self, action: Action, entity: str, record: Record | None = None, *,
        field: str | None = None, move: str | None = None,
    ) -> Decision:
        """Answer `can` by the actor's rights alone, whatever keeps the row."""
        if action == "move" and move is not None:
            rights = self._work.rights(entity)
            permits = rights.all_places if record is None else record.permits
            return moves.decide(self._work, entity, move, permits)
        if record is None:
            return reach.decide(self._work, action, entity, field=field, move=move)
        return self._work.rights(entity).decide(action, record.permits, field=field, move=move)

    def explain(
        self, action: Action, entity: str, id: int | None = None, *, field: str | None = None,  # noqa: A002
        move: str | None = None,
    ) -> Decision:
        """Answer `can` for a row that the actor may not even see, for the tool that explains."""
        return explaining.explain(self._work, action, entity, id, field=field, move=move)

    def removal(self, entity: str, id: int, *, purge: bool = False) -> Removal:  # noqa: A002
        """Return what deleting a row would take along, and what keeps it, before it is done."""
        return deleting.foresee(self._work, entity, id, purge=purge)

    def shows(self, record: Record, address: str) -> bool:
        """Say whether the condition at `address` (…/show_when) holds for a row; yes without one."""
        expression = self._work.expression(address)
        if expression is None:
            return True
        if not links.visible(self._work, record.entity, record.id):
            return False
        row = rows.need(self._work, record.entity, record.id)
        return self._work.holds(expression, row) is True

    def visible_fields(self, entity: str, record: Record | None = None) -> frozenset[str]:
        rights = self._work.rights(entity)
        return rights.ever_visible if record is None else rights.visible(record.permits)

    def editable_fields(self, entity: str, record: Record | None = None) -> frozenset[str]:
        """Return the fields that a form may offer: of a new row, or of this one."""
        model, rights = self._work.model(entity), self._work.rights(entity)
        if record is None:
            fields = rights.editable("create", rights.all_places)
        else:
            fields = rights.editable("edit", record.permits)
        return frozenset(
            name for name in fields
            if (bound := model.fields.get(name)) is not None and not bound.implicit
            and bound.type.writable and name not in model.machines
        )
