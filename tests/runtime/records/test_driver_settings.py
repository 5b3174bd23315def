"""The settings of a driver go with the driver: whoever changes one is asked for the other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime.actors import SYSTEM
from runtime.panel import Panel, open_panel
from runtime.records import ValidationFailed
from runtime.settings import Settings
from tests.runtime.records.house import SECRET_KEYS

SITE = "site: small\nlocales: [en]\ntime_zone: UTC\ncurrency: EUR\nextensions: [lamps]\n"
ROLE = "role: manager\narea: staff\nallow: {'*': all}\n"
THING = """entity: thing
traits: [audited]
fields:
  name:   text!
  driver: {driver: lamp}
  set_up: {driver_settings: driver}
  code:   secret
  data:   json
"""
LAMPS = '''
from pydantic import BaseModel, ConfigDict, SecretStr
from runtime.api import Driver, hookimpl


class Wired(BaseModel):
    model_config = ConfigDict(extra="forbid")
    volts: int = 12


class Message(BaseModel):
    model_config = ConfigDict(extra="forbid")
    url: str = "https://a.example"
    key: SecretStr


class Radio(BaseModel):
    key: SecretStr | None = None


@hookimpl
def register_drivers():
    return [
        Driver("lamp", "wired", {"": "Wired"}, Wired, Wired),
        Driver("lamp", "sms", {"": "SMS"}, Message, Message),
        Driver("lamp", "radio", {"": "Radio"}, Radio, Radio),
        Driver("lamp", "none", {"": "None"}, None, Wired),
    ]
'''
SMS = {"driver": "sms", "set_up": {"key": "top secret"}}
KEY_MISSING = {"set_up": ("Key: Enter a value.",)}


@pytest.fixture(scope="module")
def lamps(
    module_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Panel]:
    folder: Path = tmp_path_factory.mktemp("lamps")
    config = folder / "config"
    (config / "extensions").mkdir(parents=True)
    (config / "extensions" / "lamps.py").write_text(LAMPS)
    (config / "site.yaml").write_text(SITE)
    (config / "role.yaml").write_text(ROLE)
    (config / "thing.yaml").write_text(THING)
    settings = Settings(module_database_url, folder, SECRET_KEYS)
    with open_panel([config], settings, create=True) as panel:
        yield panel


def made(panel: Panel, **values: Any) -> int:
    with panel.records(SYSTEM) as records:
        return records.create("thing", {"name": "a", **values}).id


def changed(panel: Panel, row: int, **values: Any) -> None:
    with panel.records(SYSTEM) as records:
        records.update("thing", row, values)


def opened(panel: Panel, row: int) -> tuple[str | None, Any]:
    """Return the driver and its settings as the driver reads them."""
    bound = panel.generated.entities["thing"].fields["set_up"]
    with panel.records(SYSTEM) as records:
        record = records.get("thing", row)
    return record["driver"], bound.type.reveal(bound, record["driver"], record["set_up"])


def refused(panel: Panel, write: Any) -> Any:
    with panel.records(SYSTEM) as records, pytest.raises(ValidationFailed) as refusal:
        write(records)
    return refusal.value.problems


def test_a_driver_that_needs_settings_is_not_taken_without_them(lamps):
    row = made(lamps, driver="wired", set_up={"volts": 5})

    for write in (
        lambda records: records.create("thing", {"name": "b", "driver": "sms"}),
        lambda records: records.update("thing", row, {"driver": "sms"}),
        lambda records: records.update("thing", row, {"driver": "sms", "set_up": None}),
    ):
        assert refused(lamps, write) == KEY_MISSING
    assert opened(lamps, row)[1].volts == 5


def test_an_import_of_the_driver_alone_is_asked_for_its_settings(lamps):
    row = made(lamps, driver="wired", set_up={"volts": 5})

    with lamps.records(SYSTEM) as records:
        result = records.import_rows(
            "thing", [{"I": str(row), "D": "sms"}], {"I": "id", "D": "driver"}, key="id")
        fresh = records.import_rows(
            "thing", [{"N": "new", "D": "sms"}], {"N": "name", "D": "driver"})

    assert (dict(result.problems), result.updated) == ({1: KEY_MISSING}, 0)
    assert (dict(fresh.problems), fresh.created) == ({1: KEY_MISSING}, 0)
    assert opened(lamps, row)[1].volts == 5


def test_settings_of_another_driver_are_never_kept(lamps):
    row = made(lamps, **SMS)

    changed(lamps, row, driver="wired")
    assert opened(lamps, row)[1].model_dump() == {"volts": 12}
    changed(lamps, row, **SMS)
    changed(lamps, row, driver="radio")
    assert opened(lamps, row)[1].key is None
    changed(lamps, row, **SMS)
    changed(lamps, row, driver="none")
    assert opened(lamps, row) == ("none", None)
    changed(lamps, row, **SMS)
    changed(lamps, row, driver=None)
    assert opened(lamps, row) == (None, None)


def test_settings_that_are_not_sent_stay_with_their_driver(lamps):
    row = made(lamps, **SMS)

    changed(lamps, row, name="other")
    changed(lamps, row, set_up={"url": "https://b.example"})
    driver, settings = opened(lamps, row)

    assert (driver, settings.url) == ("sms", "https://b.example")
    assert settings.key.get_secret_value() == "top secret"


def test_a_secret_member_of_settings_is_revealed_by_its_name(lamps):
    row, empty = made(lamps, **SMS), made(lamps)

    with lamps.records(SYSTEM) as records:
        assert records.reveal("thing", row, "set_up.key") == "top secret"
        assert records.reveal("thing", row, "set_up.url") is None
        assert records.reveal("thing", empty, "set_up.key") is None


def test_the_mask_in_a_file_leaves_the_secret_as_it_is(lamps):
    row = made(lamps, code="open sesame")

    with lamps.records(SYSTEM) as records:
        result = records.import_rows(
            "thing", [{"I": str(row), "C": " •••••••• ", "N": "told"}],
            {"I": "id", "C": "code", "N": "name"}, key="id")
        fresh = records.import_rows(
            "thing", [{"N": "masked", "C": "••••••••"}], {"N": "name", "C": "code"})
        newest = max(record.id for record in records.list("thing").rows)
        assert records.reveal("thing", row, "code") == "open sesame"
        assert records.reveal("thing", newest, "code") is None

    assert (result.updated, fresh.created) == (1, 1)


def test_a_driver_whose_settings_nobody_kept_is_not_put_back_alone(lamps):
    row = made(lamps, **SMS)
    changed(lamps, row, driver="wired", set_up={"volts": 5})
    changed(lamps, row, driver="none")
    changed(lamps, row, driver="wired")

    with lamps.records(SYSTEM) as records:
        entries = [each for each in records.history("thing", row) if each.action == "edit"]
        before = {each.fields["driver"][0]: each.id for each in entries}
    told = refused(lamps, lambda records: records.put_back("thing", row, before["sms"], "driver"))
    assert "The history does not keep the settings of a driver." in str(told["driver"])
    assert opened(lamps, row)[1].model_dump() == {"volts": 12}

    with lamps.records(SYSTEM) as records:
        records.put_back("thing", row, before["none"], "driver")
    assert opened(lamps, row) == ("none", None)


@pytest.mark.parametrize("value", [123456789012345678901234567890, 1.0, 5, "1.0", "5", [1.0]])
def test_a_number_as_the_whole_of_a_json_value_stays_as_it_was_written(lamps, value):
    row = made(lamps, data=value)

    with lamps.records(SYSTEM) as records:
        stored = records.get("thing", row)["data"]

    assert (stored, type(stored)) == (value, type(value))
