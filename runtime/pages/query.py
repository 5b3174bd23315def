"""A list's address read into a ListQuery, and written back with one thing changed.

    ?view=unpaid&q=acme&f.status=active&op.status=ne&sort=-due_date&size=50&page=CURSOR&trash=1
    &filters=1 opens the panel to set them · &add=<path> puts one more field into it
    &col=name&col=status shows these columns in this order · &columns=1 opens the panel to choose
    &saved=7 says which saved view the rest came from

A filter is `f.<path>` (once per operand) with its operator in `op.<path>`, so that a plain HTML
form sends it. Whatever is typed by hand and makes no sense is left out, and said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from runtime.pages.links import with_query
from runtime.records.values import Filter, ListQuery

SIZES = (10, 25, 50, 100)
FILTERS_MAX = 20
SEARCH_MAX = 200
COLUMNS_MAX = 30
_NO_OPERANDS = frozenset({"null", "not_null"})


@dataclass(frozen=True, slots=True)
class ListLimits:
    """What a list offers: only these may be asked for.

    `filters`: path → operators, the first is taken when the address names none; `more_filters`
    gives those of a path that is not among them. `column` says whether a path can be shown.
    `views`: name → its page size.
    """

    views: Mapping[str, int]
    default_view: str
    filters: Mapping[str, tuple[str, ...]]
    sortable: frozenset[str]
    trash: bool = False
    more_filters: Callable[[str], tuple[str, ...]] = lambda path: ()
    column: Callable[[str], bool] = lambda path: False

    def operators(self, path: str) -> tuple[str, ...]:
        """Return how rows can be compared by a path; nothing when they cannot."""
        return self.filters.get(path) or self.more_filters(path)


@dataclass(frozen=True, slots=True)
class ListAddress:
    """What a list's address asks for; `problems` are sentences about what was left out.

    `filters_open` shows the panel of all filters; `operators` (path → name) are those chosen
    there, also for filters that have no value yet; `added` are paths put into it by hand.
    `columns_open` shows the panel of columns. `saved` is the id of the saved view that was opened.
    `unread` are filters whose values cannot be read: the panel shows what was typed, to mend it.
    """

    path: str
    query: ListQuery
    problems: tuple[str, ...] = ()
    fixed: tuple[tuple[str, str], ...] = ()
    default_view: str = "staff"
    default_size: int = 25
    filters_open: bool = False
    operators: Mapping[str, str] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    columns_open: bool = False
    saved: int | None = None
    unread: tuple[Filter, ...] = ()

    @property
    def columns_url(self) -> str:
        """Return the address of the same list with the panel of columns open, or closed again."""
        pairs = list(self._pairs(self.query))
        return with_query(self.path, pairs if self.columns_open else [*pairs, ("columns", "1")])

    @property
    def filters_url(self) -> str:
        """Return the address of the same list with the panel of filters open, or closed again."""
        pairs = list(self._pairs(replace(self.query, cursor=None)))
        return with_query(self.path, pairs if self.filters_open else [*pairs, ("filters", "1")])

    def url(self, **changes: object) -> str:
        """Return the address with `changes` to the query; any change leads to the first page."""
        return self._of(replace(self.query, **{"cursor": None, **changes}))  # type: ignore[arg-type]

    def view_url(self, view: str) -> str:
        """Return the address of a view of the configuration, without anything chosen here.

        Who has an own view that the list opens with says `saved=0`, which is none.
        """
        bare = ListQuery(view=view, size=self.query.size, trash=self.query.trash)
        return replace(self, saved=None if self.saved is None else 0)._of(bare)

    def without_filter(self, index: int) -> str:
        filters = self.query.filters[:index] + self.query.filters[index + 1 :]
        return self.url(filters=filters)

    def hidden(self, *, keep_filters: bool) -> tuple[tuple[str, str], ...]:
        """Return the pairs a GET form has to carry beside its own inputs."""
        query = replace(self.query, cursor=None, search="")
        return tuple(self._pairs(query if keep_filters else replace(query, filters=())))

    @property
    def hidden_beside_columns(self) -> tuple[tuple[str, str], ...]:
        """Return the pairs that the form of the columns carries beside its own inputs."""
        return tuple(self._pairs(replace(self.query, cursor=None, columns=None)))

    @property
    def kept(self) -> tuple[tuple[str, str], ...]:
        """Return what a saved view keeps: all that was chosen, but not the page or the trash."""
        query = replace(self.query, cursor=None, trash=False)
        return tuple(pair for pair in self._pairs(query) if pair[0] != "saved")

    def _of(self, query: ListQuery) -> str:
        return with_query(self.path, list(self._pairs(query)))

    def _pairs(self, query: ListQuery) -> Iterable[tuple[str, str]]:
        yield from self.fixed
        if query.view != self.default_view:
            yield "view", query.view
        if query.search:
            yield "q", query.search
        for condition in query.filters:
            yield f"op.{condition.path}", condition.op
            for value in condition.values:
                yield f"f.{condition.path}", value
        if query.sort:
            yield "sort", ",".join(query.sort)
        if query.size != self.default_size:
            yield "size", str(query.size)
        for path in query.columns or ():
            yield "col", path
        if self.saved is not None:
            yield "saved", str(self.saved)
        if query.trash:
            yield "trash", "1"
        if query.cursor:
            yield "page", query.cursor


Pairs = Iterable[tuple[str, str]]


def read_address(
    path: str,
    pairs: Pairs,
    limits: ListLimits,
    translate: Callable[[str], str] = str,
    *,
    fixed: tuple[tuple[str, str], ...] = (),
) -> ListAddress:
    """Read the pairs of an address. Never raises: what it refuses is told in `problems`."""
    given: dict[str, list[str]] = {}
    for key, value in pairs:
        given.setdefault(key, []).append(value)
    problems: list[str] = []
    view = _view(given, limits, problems, translate)
    size = _size(given, limits.views.get(view, 25), problems, translate)
    query = ListQuery(
        view=view,
        filters=_filters(given, limits, problems, translate),
        search=_last(given, "q").strip()[:SEARCH_MAX],
        sort=_sort(given, limits, problems, translate),
        cursor=_last(given, "page") or None,
        size=size,
        trash=limits.trash and _last(given, "trash") == "1",
        columns=_columns(given, limits, problems, translate),
    )
    operators = {
        key[3:]: _last(given, key) for key in given
        if key.startswith("op.") and _last(given, key) in limits.operators(key[3:])
    }
    added = tuple(path for path in given.get("add", ()) if path and limits.operators(path))
    return ListAddress(
        path, query, tuple(problems), fixed, limits.default_view, limits.views.get(view, 25),
        filters_open=_last(given, "filters") == "1" or bool(added), operators=operators,
        added=tuple(dict.fromkeys(added))[:FILTERS_MAX],
        columns_open=any(key in given for key in ("columns", "up", "down")),
        saved=_number(_last(given, "saved")),
    )


def _last(given: Mapping[str, list[str]], key: str) -> str:
    values = given.get(key)
    return values[-1].replace("\x00", "") if values else ""


def _view(
    given: Mapping[str, list[str]], limits: ListLimits, problems: list[str], _: Callable[[str], str]
) -> str:
    asked = _last(given, "view")
    if not asked or asked in limits.views:
        return asked or limits.default_view
    problems.append(_("There is no view “{name}” of this list.").format(name=asked[:60]))
    return limits.default_view


def _size(
    given: Mapping[str, list[str]], default: int, problems: list[str], _: Callable[[str], str]
) -> int:
    asked = _last(given, "size")
    if not asked:
        return default
    if asked in {str(size) for size in SIZES}:
        return int(asked)
    sizes = ", ".join(str(size) for size in SIZES)
    problems.append(_("A page shows {sizes} rows, nothing else.").format(sizes=sizes))
    return default


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _columns(
    given: Mapping[str, list[str]], limits: ListLimits, problems: list[str], _: Callable[[str], str]
) -> tuple[str, ...] | None:
    """Return the columns in the order asked for; `up` and `down` name one to move by a place."""
    kept: list[str] = []
    for path in dict.fromkeys(given.get("col", ())):
        if limits.column(path):
            kept.append(path)
        else:
            said = _("There is no column “{name}” here; it was left out.")
            problems.append(said.format(name=path[:60]))
    for key, step in (("up", -1), ("down", 1)):
        path = _last(given, key)
        if path in kept:
            place = kept.index(path)
            kept.remove(path)
            kept.insert(max(0, place + step), path)
    if len(kept) > COLUMNS_MAX:
        said = _("A list shows {max} columns at most; the others were left out.")
        problems.append(said.format(max=COLUMNS_MAX))
    return tuple(kept[:COLUMNS_MAX]) or None


def _sort(
    given: Mapping[str, list[str]], limits: ListLimits, problems: list[str], _: Callable[[str], str]
) -> tuple[str, ...]:
    keys = [key for key in _last(given, "sort").split(",") if key]
    kept: list[str] = []
    for key in keys[:3]:
        if key.removeprefix("-") in limits.sortable:
            kept.append(key)
        else:
            said = _("This list cannot be sorted by “{name}”.")
            problems.append(said.format(name=key.removeprefix("-")[:60]))
    return tuple(kept)


def _filters(
    given: Mapping[str, list[str]], limits: ListLimits, problems: list[str], _: Callable[[str], str]
) -> tuple[Filter, ...]:
    asked = [key[3:] for key in given if key.startswith("op.")]
    asked += [key[2:] for key in given if key.startswith("f.")]
    kept: list[Filter] = []
    for path in dict.fromkeys(asked):
        values = tuple(value.replace("\x00", "") for value in given.get(f"f.{path}", ()))
        operators = limits.operators(path)
        if not operators:
            said = _("There is no filter “{name}” here; it was left out.")
            problems.append(said.format(name=path[:60]))
            continue
        operator = _last(given, f"op.{path}") or operators[0]
        if operator not in operators:
            said = _("The filter “{name}” does not know “{operator}”; it was left out.")
            problems.append(said.format(name=path[:60], operator=operator[:60]))
        elif operator in _NO_OPERANDS:
            kept.append(Filter(path, operator))
        elif any(value.strip() for value in values):
            kept.append(Filter(path, operator, values))
    if len(kept) > FILTERS_MAX:
        said = _("A list takes {max} filters at most; the others were left out.")
        problems.append(said.format(max=FILTERS_MAX))
    return tuple(kept[:FILTERS_MAX])
