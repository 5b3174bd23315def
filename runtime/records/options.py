"""General settings: what staff changed, else the default that stands in the YAML.

A stored value may fit its field no longer, because the YAML changed since. It stays where it is,
and the default stands in for it until somebody saves the setting anew.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from sqlalchemy import select

from generator.fields.base import BoundField
from generator.fields.exchange import FieldProblem
from generator.fields.secret import Sealed, SecretType
from runtime.records.errors import NotFound
from runtime.records.work import Work

logger = logging.getLogger(__name__)

ENTITY = "setting"


class SettingValues(Mapping[str, Mapping[str, Any]]):
    """Tab → key → value; read from the database when a rule first asks.

    A secret is there as `Sealed`, which says nothing.
    """

    def __init__(self, work: Work) -> None:
        self._work = work

    @cached_property
    def _changed(self) -> Mapping[tuple[str, str], Any]:
        table = self._work.table(ENTITY)
        rows = self._work.run(select(table.c.tab, table.c.key, table.c.value, table.c.secret))
        return {
            (row.tab, row.key): row.value if row.secret is None else Sealed(row.secret)
            for row in rows
        }

    def __getitem__(self, tab: str) -> Mapping[str, Any]:
        fields = self._work.panel.settings_fields[tab]
        return {
            key: self._value(tab, field, self._changed.get((tab, key), _ABSENT))
            for key, field in fields.items()
        }

    def __iter__(self) -> Iterator[str]:
        return iter(self._work.panel.settings_fields)

    def __len__(self) -> int:
        return len(self._work.panel.settings_fields)

    def _value(self, tab: str, field: BoundField, stored: Any) -> Any:
        if stored is _ABSENT:
            return field.type.default(field)
        try:
            return fitting(field, stored)
        except FieldProblem as problem:
            self._warn_once(f"{tab}.{field.name}", stored, str(problem))
            return field.type.default(field)

    def _warn_once(self, name: str, stored: Any, reason: str) -> None:
        def warn() -> bool:
            logger.warning(
                "a setting fits its field no longer: its default is used",
                extra={"setting": name, "reason": reason},
            )
            return True

        # Another value that does not fit is another story.
        told = repr(stored) if isinstance(stored, Sealed) else json.dumps(stored, sort_keys=True)
        self._work.panel.remember(("misfit", name, hash(told)), warn)


def fitting(field: BoundField, stored: Any) -> Any:
    """Return the value of what a row of settings holds: JSON, or `Sealed`.

    Raises FieldProblem for what the field, as the YAML describes it now, does not take.
    """
    if isinstance(stored, Sealed):
        if field.spec.type == "secret":
            return stored
        raise FieldProblem("A secret is stored here.")
    if field.spec.type == "secret":
        raise FieldProblem("What is stored here is no secret.")
    value = field.type.parse_json(field, stored)
    if value is not None:
        field.type.validate(field, value)
    return value


_ABSENT = object()


def setting(work: Work, tab: str, key: str) -> Any:
    """Return one setting; NotFound for a name that no `settings:` file declares.

    The panel itself gets the text of a secret, a person what stands for it: whoever may see it
    asks for it by `reveal`, which is written down.
    """
    fields = work.panel.settings_fields.get(tab, {})
    if key not in fields:
        raise NotFound("setting", f"{tab}.{key}")
    value = work.settings[tab][key]
    if isinstance(value, Sealed) and not work.actor.is_person:
        sealed = work.model(ENTITY).fields["secret"]
        assert isinstance(sealed.type, SecretType)
        return sealed.type.reveal(sealed, value)
    return value
