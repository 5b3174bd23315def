"""A form does its work once, however often it is sent.

Each form is given a key when it is drawn. What was done with a key is noted in the transaction
that did it, so the note is there exactly when the work is; whoever sends the same form at the
same moment waits for that transaction and then finds the note.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, insert, select

from runtime.records.work import Work

ENTITY = "sent_form"
KEPT = timedelta(days=14)
_CLEARED_AT_ONCE = 200
# Of 256 forms that are sent so many clear: digests are as good as dice.
_CLEARING = 16


@dataclass(frozen=True, slots=True)
class SentForm:
    """`place` is what the form is for (`client/new`), `content` a digest of what it says."""

    place: str
    key: str
    content: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier sending of a form: the row it made, and whether it said the same."""

    record_id: int | None
    same: bool


def before(work: Work, form: SentForm) -> Earlier | None:
    """Return the sending that did the work of this form, None while nobody did."""
    digest = _digest(work, form)
    if work.connection.dialect.name == "postgresql":
        # Until the commit others who send it wait here. SQLite has one writer anyway.
        number = int.from_bytes(digest[:8], signed=True)
        work.run(select(func.pg_advisory_xact_lock(number)))
    table = work.table(ENTITY)
    found = work.run(
        select(table.c.record_id, table.c.content).where(table.c.digest == digest.hex())
    ).first()
    if found is None:
        work.unsent.add(digest)
    return None if found is None else Earlier(found.record_id, found.content == form.content)


def note(work: Work, form: SentForm, record_id: int | None) -> None:
    """Write down that the work of a form is done, and drop notes that nobody needs any more."""
    table = work.table(ENTITY)
    digest = _digest(work, form)
    if digest not in work.unsent:
        work.run(delete(table).where(table.c.digest == digest.hex()))
    work.unsent.discard(digest)
    work.run(insert(table).values(
        digest=digest.hex(), content=form.content, record_id=record_id, at=work.now,
        created_at=work.now, updated_at=work.now,
    ))
    if digest[0] < _CLEARING:
        _clear(work)


def _clear(work: Work) -> None:
    """Drop old notes, so many that they cannot grow in number though it is seldom asked for."""
    table = work.table(ENTITY)
    # Rows that somebody else is just clearing are left to them.
    old = (
        select(table.c.id).where(table.c.at < work.now - KEPT).order_by(table.c.id)
        .limit(_CLEARED_AT_ONCE).with_for_update(skip_locked=True)
    )
    work.run(delete(table).where(table.c.id.in_(old)))


def _digest(work: Work, form: SentForm) -> bytes:
    """Return what stands for the form: nobody finds or blocks the form of another session."""
    actor = work.actor
    parts = (actor.kind, str(actor.id), str(actor.session_id), form.place, form.key)
    return hashlib.sha256("\0".join(parts).encode()).digest()
