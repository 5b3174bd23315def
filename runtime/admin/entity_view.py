"""The one view class of the staff area: starlette-admin's contract, answered by the gate.

starlette-admin asks a view for rows and hands it what to write. Whatever asks through it (a
custom view of an extension, one of starlette-admin's own helpers) passes the same gate as our
pages; nothing here has a right or a condition of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette_admin.exceptions import FormValidationError
from starlette_admin.views import BaseModelView

from config import labels
from generator.fields.exchange import UNCHANGED
from generator.staff_fields import staff_field
from runtime.admin.desk import VIEW
from runtime.pages.submitted import as_id
from runtime.records.errors import NotFound, ValidationFailed
from runtime.records.values import PAGE_SIZE_MAX, ListQuery, Record
from runtime.web.visit import visit_of

if TYPE_CHECKING:
    from generator import EntityModel
    from runtime.actors import Actor
    from runtime.panel import Panel
    from runtime.records.values import Action


class EntityView(BaseModelView):
    """Rows of one entity for starlette-admin. Made when first asked for, not at the start."""

    pk_attr = "id"
    exporters: Sequence[Any] = ()
    importers: Sequence[Any] = ()
    actions: Sequence[str] | None = ()
    row_actions: Sequence[str] | None = ()

    def __init__(self, panel: Panel, model: EntityModel) -> None:
        self.panel, self.model = panel, model
        locale = panel.project.site.locales[0]
        self.key = model.name
        self.display_name = self.menu_label = labels.text(model.spec.label, model.name, locale)
        self.icon = model.spec.icon
        self.fields = [staff_field(bound) for bound in model.fields.values()]
        self.searchable_fields = list(model.views[VIEW].search)
        self.sortable_fields = list(model.views[VIEW].sortable)
        self.page_size = int(model.views[VIEW].page_size)
        super().__init__()

    # ------------------------------------------------------------------ rights

    def is_accessible(self, request: Request) -> bool:
        return self._may(request, "see")

    def can_view_detail(self, request: Request) -> bool:
        return self._may(request, "see")

    def can_create(self, request: Request) -> bool:
        return self._may(request, "create")

    def can_edit(self, request: Request) -> bool:
        return self._may(request, "edit")

    def can_delete(self, request: Request) -> bool:
        return self._may(request, "delete")

    def can_export(self, request: Request) -> bool:
        return self._may(request, "export")

    def can_import(self, request: Request) -> bool:
        return self._may(request, "import")

    def can_access_field(self, request: Request, field: Any, action: Any = None) -> bool:
        with self.panel.reading(_actor(request)) as records:
            return field.name in records.visible_fields(self.model.name)

    # ------------------------------------------------------------------ rows

    async def find_all(
        self, request: Request, skip: int = 0, limit: int = 100, q: str | None = None,
        sorts: Sequence[tuple[str, str]] | None = None, filters: Any = None,
    ) -> Sequence[Record]:
        """Return the first rows. Pages are reached by key, so `skip` goes no further than one."""
        del filters
        sort = tuple(
            f"-{name}" if way == "desc" else name
            for name, way in sorts or () if name in (self.sortable_fields or ())
        )
        query = ListQuery(
            view=VIEW, search=q or "", sort=sort, size=min(skip + limit, PAGE_SIZE_MAX), count=False
        )
        return await run_in_threadpool(self._list, _actor(request), query, skip)

    async def count(self, request: Request, q: str | None = None, filters: Any = None) -> int:
        del filters
        return await run_in_threadpool(self._count, _actor(request), q or "")

    async def find_by_pk(self, request: Request, pk: Any) -> Record | None:
        return await run_in_threadpool(self._get, _actor(request), pk)

    async def find_by_pks(self, request: Request, pks: list[Any]) -> Sequence[Record]:
        found = [await self.find_by_pk(request, pk) for pk in pks[:PAGE_SIZE_MAX]]
        return [record for record in found if record is not None]

    async def create(self, request: Request, data: dict[str, Any]) -> Record:
        return await run_in_threadpool(self._create, _actor(request), _given(data))

    async def edit(self, request: Request, pk: Any, data: dict[str, Any]) -> Record:
        return await run_in_threadpool(self._edit, _actor(request), pk, _given(data))

    async def delete(self, request: Request, pks: list[Any]) -> int | None:
        return await run_in_threadpool(self._delete, _actor(request), pks)

    async def repr(self, obj: Any, request: Request) -> str:
        return str(obj.title)

    async def get_pk_value(self, request: Request, obj: Any) -> int:
        return int(obj.id)

    # ------------------------------------------------------------------ the gate, in a thread

    def _may(self, request: Request, action: Action) -> bool:
        with self.panel.reading(_actor(request)) as records:
            return bool(records.can(action, self.model.name))

    def _list(self, actor: Actor, query: ListQuery, skip: int) -> Sequence[Record]:
        with self.panel.reading(actor) as records:
            return records.list(self.model.name, query).rows[skip:]

    def _count(self, actor: Actor, search: str) -> int:
        with self.panel.reading(actor) as records:
            if not search:
                return records.count(self.model.name, VIEW).number
            page = records.list(self.model.name, ListQuery(view=VIEW, search=search, size=1))
            return page.count.number if page.count else 0

    def _get(self, actor: Actor, pk: Any) -> Record | None:
        number = as_id(str(pk))
        if number is None:
            return None
        with self.panel.reading(actor) as records:
            try:
                return records.get(self.model.name, number)
            except NotFound:
                return None

    def _create(self, actor: Actor, values: dict[str, Any]) -> Record:
        with self.panel.records(actor) as records:
            try:
                return records.create(self.model.name, values)
            except ValidationFailed as refused:
                raise _as_form_error(refused) from refused

    def _edit(self, actor: Actor, pk: Any, values: dict[str, Any]) -> Record:
        with self.panel.records(actor) as records:
            try:
                return records.update(self.model.name, int(pk), values)
            except ValidationFailed as refused:
                raise _as_form_error(refused) from refused

    def _delete(self, actor: Actor, pks: list[Any]) -> int:
        ids = [number for pk in pks if (number := as_id(str(pk))) is not None]
        with self.panel.records(actor) as records:
            return len(records.bulk(self.model.name, ids, "delete").done)


def _actor(request: Request) -> Actor:
    login = visit_of(request).login
    assert login is not None, "the area lets nobody in who is not signed in"
    return login.actor


def _given(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value is not UNCHANGED}


def _as_form_error(refused: ValidationFailed) -> FormValidationError:
    return FormValidationError({
        name: " ".join(messages) for name, messages in refused.problems.items()
    })
