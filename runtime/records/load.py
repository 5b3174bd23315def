"""History from elsewhere: rows written with the states and dates that they had there.

Everything is validated as always; what a move or the clock would have written is taken as given.
One entry in the history says so, and no event tells anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from config.texts.sentence import Sentence
from runtime.records import history, reach, reading, rules, submission, writing
from runtime.records.errors import Forbidden, ValidationFailed
from runtime.records.submission import Draft
from runtime.records.values import Decision, Record
from runtime.records.work import Work

DATES = ("created_at", "updated_at")


def load(work: Work, entity: str, values: Mapping[str, Any], source: str = "import") -> Record:
    """Create a row as it was elsewhere; needs the right `load_history`."""
    rights = work.rights(entity)
    with work.atomic():
        draft = draft_of(work, entity, values)
        writing.stored_row(work, draft)
        permits = reach.permits_of(work, entity, draft.row["id"])
        if not rights.allows("load_history", permits):
            raise Forbidden(rights.decide("load_history", permits))
        rules.check(work, draft)
        history.note(work, entity, draft.row["id"], "load", reason=f"loaded from {source}",
                     title=writing.title_of(work, entity, draft.row["id"]))
        return writing.shown(work, entity, draft.row["id"])


def draft_of(
    work: Work, entity: str, values: Mapping[str, Any], *, alone: bool = False
) -> Draft:
    """Return the checked draft of such a row. `alone`: the other rows are not asked."""
    model, rights = work.model(entity), work.rights(entity)
    reading.require(work, entity, "load_history")
    if "append_only" in model.spec.traits:
        raise Forbidden(Decision(
            False, Sentence("rows of {entity} are only added by what they record", entity=entity)
        ))
    dates = {name: values[name] for name in DATES if values.get(name) is not None}
    plain = {name: value for name, value in values.items() if name not in DATES}
    for name, moment in dates.items():
        if not isinstance(moment, datetime) or moment.tzinfo is None or moment > work.now:
            raise ValidationFailed({name: [Sentence("Enter a moment in the past.")]})
    states = {name: value for name, value in plain.items() if name in model.machines}
    numbers = {
        name: value for name, value in plain.items()
        if name in model.fields and model.fields[name].spec.type == "sequence"
    }
    others = {name: value for name, value in plain.items() if name not in states | numbers}
    submission.check_writable(work, model, others, rights, "load_history", rights.all_places)
    draft = submission.created(
        work, model, others, {**states, **numbers}, keep_states=True, alone=alone
    )
    draft.row |= {"created_at": work.now, "updated_at": work.now, **dates}
    draft.refuse()
    return draft
