"""Acknowledged losses: each is about one thing, and says what is true of the configuration."""

from __future__ import annotations

from config.objects import Item, Objects
from config.specs import AckSpec


def check_acks(objects: Objects) -> None:
    for item in objects.checked("ack"):
        ack: AckSpec = item.spec
        if (ack.drop is None) == (ack.change is None):
            objects.report(item, ("ack",), "it must say either drop or change", "bad-ack",
                           "drop: what goes; change: a field whose values may be lost")
        elif ack.drop is not None:
            _check_drop(objects, item, ack.drop)
        elif ack.change is not None:
            _check_change(objects, item, ack.change)
        if ack.rows_max < 0:
            objects.report(item, ("rows_max",), "a number of rows cannot be negative", "bad-ack")


def _check_drop(objects: Objects, item: Item, address: str) -> None:
    parts = _parts(address)
    if parts is None:
        _shape(objects, item, "drop", "entity/client or entity/client/fields/fax")
        return
    entity, field = parts
    spec = objects.spec("entity", entity)
    if spec is not None and (not field or field in spec.fields):
        objects.report(item, ("drop",), f"{address} is still declared", "bad-ack",
                       "leave it out of the configuration, or leave the ack out")


def _check_change(objects: Objects, item: Item, address: str) -> None:
    parts = _parts(address)
    if parts is None or not parts[1]:
        _shape(objects, item, "change", "entity/client/fields/fax")
        return
    entity, field = parts
    if not objects.exists(item, ("change",), "entity", entity):
        return
    spec = objects.spec("entity", entity)
    if spec is not None and field not in spec.fields:
        objects.unknown(item, ("change",), "field", field, spec.fields, "unknown-field")


def _shape(objects: Objects, item: Item, key: str, example: str) -> None:
    objects.report(item, (key,), "this is no address", "bad-ack", f"write it like {example}")


def _parts(address: str) -> tuple[str, str] | None:
    """Return (entity, field or "") of an address, None when it is none."""
    match address.split("/"):
        case ["entity", entity]:
            return entity, ""
        case ["entity", entity, "fields", field]:
            return entity, field
    return None
