"""Nobody reaches what is not theirs: every operation of the gate × entity × actor.

The operations are those of `Records` itself. One that is added and has no probe here fails the
first test, so nothing can be forgotten. A probe returns what came out; an actor who may not reach
the row must get a refusal, and nothing of the row may stand in the answer.
"""

import inspect
import io

import pytest
from PIL import Image

from config.values.money import Money
from generator.fields.exchange import FieldProblem
from runtime.records import (
    ChildEdit,
    Filter,
    Forbidden,
    ListQuery,
    MoveRefused,
    NotFound,
    Records,
    ValidationFailed,
)
from runtime.records.errors import StillReferenced

REFUSALS = (Forbidden, NotFound, ValidationFailed, MoveRefused, FieldProblem)
MARK = "bolt"
"""Stands in every value of the foreign rows, and in none that may be seen."""

# Methods that ask nothing of a row; a sent form is known to nobody but the session that sent it,
# and broken rules are told of what a record holds, which the gate has masked.
HARMLESS = {"actor", "work", "questions", "setting", "sent_before", "note_sent", "broken_rules"}


def _all_pages(records, entity, **options):
    found = []
    for view in records.work.model(entity).views:
        page = records.list(entity, ListQuery(view=view, size=200, **options))
        found += page.rows
    return found


PROBES = {
    "list": lambda r, e, i: _all_pages(r, e),
    "get": lambda r, e, i: r.get(e, i),
    "count": lambda r, e, i: r.count(e, filters=()).number,
    "finds": lambda r, e, i: [
        MARK for view in r.work.model(e).views for _ in r.finds({e: view}, MARK)],
    "lookup": lambda r, e, i: [r.lookup(e, ""), r.lookup(e, MARK), r.lookup(e, f"#{i}")],
    "history": lambda r, e, i: r.history(e, i),
    "earlier": lambda r, e, i: [r.earlier(e, i, change, CHANGE[e][0]) for change in r.changes],
    "put_back": lambda r, e, i: [r.put_back(e, i, change, CHANGE[e][0]) for change in r.changes],
    "saved_views": lambda r, e, i: r.saved_views(e),
    "keep_view": lambda r, e, i: r.keep_view(e, {"name": "mine"}, []),
    "change_view": lambda r, e, i: r.change_view("client", r.ids["view"], {"name": "mine"}),
    "drop_view": lambda r, e, i: r.drop_view("client", r.ids["view"]),
    "upload_setting": lambda r, e, i: r.upload_setting(
        _setting(r), "a.png", "image/png", picture()),
    "check_setting_file": lambda r, e, i: r.check_setting_file(r.ids["picture"], None),
    "attach_setting_file": lambda r, e, i: r.attach_setting_file(
        r.ids["picture"], 1, public=True),
    "removal": lambda r, e, i: r.removal(e, i),
    "may": lambda r, e, i: r.may("see", e) and r.get(e, i),
    "export": lambda r, e, i: [list(r.export(e, ListQuery(view=v)))
                               for v in r.work.model(e).views],
    "create": lambda r, e, i: r.create(e, NEW[e](r.ids)),
    "update": lambda r, e, i: r.update(e, i, dict([CHANGE[e]])),
    "problems": lambda r, e, i: [_wrong(r.problems(e, None, NEW[e](r.ids))),
                                 _wrong(r.problems(e, i, dict([CHANGE[e]])))],
    "delete": lambda r, e, i: r.delete(e, i),
    "restore": lambda r, e, i: r.restore(e, i),
    "purge": lambda r, e, i: r.purge(e, i),
    "move": lambda r, e, i: r.move(e, i, "end"),
    "finish_move": lambda r, e, i: r.finish_move(e, i, "deploy", succeeded=True),
    "reorder": lambda r, e, i: r.reorder(e, i, "position", "up"),
    "bulk": lambda r, e, i: [r.bulk(e, [i], action, values=dict([CHANGE[e]]))
                             for action in ("delete", "edit", "restore", "purge")],
    "import_rows": lambda r, e, i: r.import_rows(
        e, [{"id": "1"}], {"id": CHANGE[e][0]}, key=CHANGE[e][0]),
    "load": lambda r, e, i: r.load(e, NEW[e](r.ids)),
    "load_many": lambda r, e, i: r.load_many(e, [NEW[e](r.ids)]),
    "reveal": lambda r, e, i: r.reveal(e, i, "password"),
    "moves": lambda r, e, i: r.moves(e, _forged(e, i)),
    "can": lambda r, e, i: r.can("see", e) and r.get(e, i),
    "explain": lambda r, e, i: r.explain("see", e, i).allowed and "seen",
    "upload": lambda r, e, i: r.upload(e, "picture", "a.png", "image/png", picture()),
    "open_file": lambda r, e, i: r.open_file(r.ids["picture"]),
    "shows": lambda r, e, i: e == "service" and r.shows(_forged(e, i), HOLDS),
    "visible_fields": lambda r, e, i: r.visible_fields(e) and r.get(e, i),
    "editable_fields": lambda r, e, i: r.editable_fields(e) and r.get(e, i),
}
# A condition that holds for the row: whoever learns that has seen it.
HOLDS = "entity/service/rules/paid_when_active/check"
# Answers that say "nothing" without an error.
EMPTY = (None, False, 0, [], "", [[], [], []])


def _wrong(found):
    """Raise what is wrong with a form, as writing it would."""
    if found.problems:
        raise found
    return "nothing"


def picture():
    """Return the bytes of a very small picture."""
    data = io.BytesIO()
    Image.new("RGB", (1, 1)).save(data, "PNG")
    return data.getvalue()


def _setting(records):
    """Return some field of General settings."""
    fields = records.work.panel.settings_fields
    return next(field for tab in fields.values() for field in tab.values())


def _forged(entity, row_id):
    from runtime.records.values import Record

    return Record(entity, row_id, {}, {}, "", permits=frozenset(range(10)))


CHANGE = {
    "client": ("name", "taken"), "service": ("label", "taken"),
    "service_line": ("name", "taken"), "note": ("text", "taken"),
    "client_user": ("owner", True),
}
NEW = {
    "client": lambda ids: {"name": "made"},
    "service": lambda ids: {"client": ids["bolt"], "product": ids["hosting"], "label": "made"},
    "service_line": lambda ids: {
        "service": ids["bolt_web"], "name": "made", "amount": Money(1, "EUR")},
    "note": lambda ids: {"text": "made", "client": ids["bolt"]},
    "client_user": lambda ids: {"client": ids["bolt"], "user": ids["ben"]},
}
FOREIGN = {
    "client": "bolt", "service": "bolt_web", "service_line": "bolt_web_line",
    "note": "bolt_web_note",
}
OUTSIDERS = ("anna", "mia", "ben", "carl", "anonymous", "nil", "gus")


def public_operations():
    return {
        name for name, member in inspect.getmembers(Records)
        if not name.startswith("_")
    }


def test_every_operation_of_the_gate_has_a_probe():
    assert public_operations() == set(PROBES) | HARMLESS


def _leaks(answer):
    return MARK in repr(answer).casefold()


def _probe(house, actor, operation, entity, row):
    """Return what the operation answered, and raise what is no refusal."""
    with house.records(actor) as records:
        records.ids, records.changes = house.ids, house.changes
        try:
            answer = PROBES[operation](records, entity, row)
            if inspect.isgenerator(answer):
                answer = list(answer)
        except REFUSALS as refusal:
            return MARK if _leaks(refusal) else None
        except (KeyError, StillReferenced) as other:
            raise AssertionError(f"{operation} of {entity} reached the row: {other!r}") from other
    return answer


def test_outsiders_reach_nothing_of_another_client(house):
    with house.records() as records:
        house.ids["picture"] = records.upload(
            "service", "picture", f"{MARK}.png", "image/png", picture())
        records.update("service", house.ids["bolt_web"], {"picture": house.ids["picture"]})
    with house.records("boss") as records:
        house.ids["view"] = records.keep_view("client", {"name": MARK, "shared": True}, [])
    before = {entity: house.stored(entity) for entity in (*FOREIGN, "activity", "saved_view")}
    house.changes = [row["id"] for row in before["activity"]]
    reached = []
    for actor in OUTSIDERS:
        for operation in sorted(PROBES):
            for entity, name in FOREIGN.items():
                answer = _probe(house, actor, operation, entity, house.ids[name])
                if _leaks(answer) or _did_something(operation, entity, answer):
                    reached.append((actor, operation, entity, answer))

    assert reached == []
    after = {entity: house.stored(entity) for entity in (*FOREIGN, "saved_view")}
    for entity, rows in after.items():
        assert _foreign(rows, before[entity]) == before[entity], f"rows of {entity} changed"


def _did_something(operation, entity, answer):
    """Say whether an operation on the foreign row was carried out."""
    if operation in ("update", "delete", "restore", "purge", "move", "finish_move", "reorder",
                     "reveal", "get", "history", "upload", "open_file", "earlier", "put_back",
                     "keep_view", "upload_setting", "attach_setting_file", "removal"):
        return answer is not None
    if operation == "bulk":
        return answer is not None and any(each.done for each in answer)
    if operation in ("load", "load_many", "import_rows"):
        return answer is not None and not _only_problems(answer)
    if operation == "explain":
        return answer == "seen"
    # Creating a client of one's own is nobody's right here; below a foreign parent never.
    return operation == "create" and answer is not None


def _only_problems(answer):
    return getattr(answer, "created", 1) + getattr(answer, "updated", 1) == 0


def _foreign(rows, before):
    ids = {row["id"] for row in before}
    return [row for row in rows if row["id"] in ids]


# ---------------------------------------------------------------------- who may what

SERVICE_RIGHTS = {
    # actor: (see, edit, delete, end, suspend)
    "boss": (True, True, True, True, True),
    "sam": (True, True, False, False, True),
    "rea": (True, False, False, False, False),
    "fin": (True, False, False, False, False),
    "pola": (True, True, False, False, True),
    "anna": (True, True, False, True, False),
    "mia": (True, True, False, True, False),
    "ben": (False, False, False, False, False),
    "carl": (False, False, False, False, False),
    "olga": (False, False, False, False, False),
    "anonymous": (False, False, False, False, False),
    "nil": (False, False, False, False, False),
    "gus": (False, False, False, False, False),
}


def _allowed(call):
    try:
        call()
    except (Forbidden, NotFound):
        return False
    except StillReferenced:
        return True
    return True


@pytest.mark.parametrize("actor", SERVICE_RIGHTS)
def test_what_each_person_may_do_with_a_service_of_acme(house, actor):
    see, edit, delete, end, suspend = SERVICE_RIGHTS[actor]
    web, mail = house.ids["web"], house.ids["mail"]
    with house.records(actor) as records:
        assert _allowed(lambda: records.get("service", web)) is see
        assert _allowed(lambda: records.update("service", web, {"label": "renamed"})) is edit
        assert _allowed(lambda: records.move("service", web, "suspend", {"why": "x"})) is suspend
        assert _allowed(lambda: records.move("service", mail, "end")) is end
        assert _allowed(lambda: records.delete("service", mail)) is delete
        said = records.explain("see", "service", web)
        assert bool(said) is see
        assert said.reason


def test_a_right_counts_in_the_records_own_client_only(house):
    """Mia manages services at Acme; being a plain member of Bolt opens nothing there."""
    house.create("client_user", client=house.ids["bolt"], user=house.ids["mia"])
    with house.records("mia") as records:
        clients = records.list("client", ListQuery(view="mine")).rows
        services = records.list("service", ListQuery(view="mine")).rows
        with pytest.raises(NotFound):
            records.get("service", house.ids["bolt_web"])

    assert sorted(row.title for row in clients) == ["Acme", "Bolt"]
    assert sorted(row["label"] for row in services) == ["mail", "web"]


def test_a_row_cannot_be_pushed_to_another_client_or_made_there(house):
    with house.records("mia") as records:
        with pytest.raises(ValidationFailed, match="Choose one that exists"):
            records.update("service", house.ids["web"], {"client": house.ids["bolt"]})
        with pytest.raises(ValidationFailed, match="Choose one that exists"):
            records.create("service", NEW["service"](house.ids))
    house.create("client_user", client=house.ids["bolt"], user=house.ids["mia"])
    house._actors.clear()
    with house.records("mia") as records:
        with pytest.raises(Forbidden):
            records.update("service", house.ids["web"], {"client": house.ids["bolt"]})
        with pytest.raises(Forbidden):
            records.create("service", NEW["service"](house.ids))

    assert house.get("service", house.ids["web"])["client"] == house.ids["acme"]


def test_a_forbidden_field_is_refused_and_not_dropped(house):
    with house.records("mia") as records, pytest.raises(Forbidden) as refused:
        records.update("service", house.ids["web"], {"label": "x", "price": Money(1, "EUR")})
    with house.records("sam") as records:
        for forbidden in ({"cost": Money(1, "EUR")}, {"status": "ended"}, {"number": "S-9"},
                          {"id": 9}, {"created_at": None}, {"total": Money(1, "EUR")}):
            with pytest.raises(Forbidden):
                records.update("service", house.ids["web"], forbidden)
            with pytest.raises((Forbidden, ValidationFailed)):
                records.create("service", {**NEW["service"](house.ids), **forbidden})

    assert "price" in str(refused.value.decision.detail).casefold()
    assert house.get("service", house.ids["web"])["label"] == "web"


def test_inline_rows_of_another_parent_are_out_of_reach(house):
    lines = {"lines": [ChildEdit(house.ids["bolt_web_line"], {"name": "stolen"})]}
    removed = {"lines": [ChildEdit(house.ids["bolt_web_line"], remove=True)]}
    moved = {"lines": [ChildEdit(None, {
        "service": house.ids["bolt_web"], "name": "x", "amount": Money(1, "EUR")})]}
    with house.records("sam") as records:
        for children in (lines, removed):
            with pytest.raises(NotFound):
                records.update("service", house.ids["web"], {}, children=children)
        with pytest.raises(ValidationFailed):
            records.update("service", house.ids["web"], {}, children=moved)
    with house.records("mia") as records, pytest.raises(Forbidden):
        records.update("service", house.ids["web"], {}, children={
            "lines": [ChildEdit(None, {"name": "mine", "amount": Money(1, "EUR")})]})

    assert house.get("service_line", house.ids["bolt_web_line"])["name"] == "line of bolt_web"


def test_a_file_is_attached_by_whoever_uploaded_it_and_once(house):
    def upload(kind, uploader):
        return house.create("file", name="a.png", media_type="image/png", size=1, digest="d",
                            place="p", uploader_kind=kind, uploader_id=uploader)

    mine, foreign = upload("staff", house.ids["sam"]), upload("user", house.ids["olga"])
    with house.records("sam") as records:
        with pytest.raises(ValidationFailed, match="Choose a file"):
            records.update("service", house.ids["web"], {"picture": foreign})
        records.update("service", house.ids["web"], {"picture": mine})
        with pytest.raises(ValidationFailed, match="Choose a file"):
            records.update("service", house.ids["mail"], {"picture": mine})

    assert house.get("file", mine)["record"] == ("service", house.ids["web"])


def test_the_log_shows_no_field_that_its_reader_may_not_see(house):
    with house.records() as records:
        records.update("client", house.ids["acme"], {"credit": Money(7, "EUR"), "name": "Acme 2"})
    with house.records("boss") as records:
        rows = records.list("activity", ListQuery(columns=("record", "changes"))).rows
    changes = [row["changes"] for row in rows if row["changes"] and "credit" in row["changes"]]
    assert changes
    with house.records("sam") as records:
        entries = records.history("client", house.ids["acme"])

    assert "name" in entries[0].fields
    assert "credit" not in entries[0].fields


def test_proofs_of_identity_are_shown_to_nobody(house):
    now = house.clock.now()
    house.create("credential", kind="staff", account_id=1, hash="argon", changed_at=now)
    with house.records("boss") as records:
        with pytest.raises(Forbidden):
            records.list("credential")
        with pytest.raises(NotFound):
            records.get("credential", 1)
        session = records.list("session", ListQuery(columns=("kind", "token_hash")))
        assert "token_hash" not in records.visible_fields("session")

    assert session.columns == ("kind",)


def test_filters_cannot_ask_for_hidden_fields(house):
    with house.records("sam") as records:
        for path in ("cost", "client.credit", "password"):
            with pytest.raises(ValidationFailed):
                records.list("service", ListQuery(filters=(Filter(path, "not_null", ()),)))


@pytest.mark.parametrize("actor", ["boss", "olga"])
def test_the_probes_do_find_the_rows_for_those_who_may(sqlite_house, actor):
    """Without this, a probe that never asks for anything would prove isolation."""
    found = {
        (operation, entity)
        for operation in ("list", "get", "lookup", "export", "history")
        for entity, name in FOREIGN.items()
        if _leaks(_probe(sqlite_house, actor, operation, entity, sqlite_house.ids[name]))
    }

    assert {("list", "client"), ("get", "service"), ("get", "note"), ("lookup", "client"),
            ("export", "service"), ("history", "client")} <= found
