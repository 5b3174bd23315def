"""What somebody may not see is not told by the way either: by a refusal, an offer or a reason."""

import pytest

from runtime.actors import load_actor
from runtime.panel import open_panel
from runtime.records import ValidationFailed
from tests.runtime.records.house import FOLDER

POLISH_ONLY = """patch: entity/service
fields:
  product: {set: {limit_where: "not product.hidden and (client == null or client.country == 'PL')"}}
"""


@pytest.fixture
def limited(sqlite_house, tmp_path):
    """Mia of Acme (PL), where products are limited by the client's country. Bolt is German."""
    house, layer = sqlite_house, tmp_path / "layer"
    layer.mkdir()
    (layer / "service.yaml").write_text(POLISH_ONLY)
    with open_panel([FOLDER, layer], house.panel.settings, clock=house.clock) as panel:
        mia = load_actor(panel, "user", house.ids["mia"])
        with panel.records(mia) as records:
            yield records, house.ids


def test_a_lookup_does_not_tell_of_a_row_that_only_its_id_was_typed_of(limited):
    records, ids = limited

    def offered(client):
        found = records.lookup("product", via=("service", "product", {"client": client}))
        return [choice.title for choice in found]

    assert offered(ids["bolt"]) == offered(None) == offered(ids["acme"]) == ["Domain", "Hosting"]


def test_a_refusal_does_not_tell_of_a_row_out_of_sight(limited):
    records, ids = limited
    values = {"client": ids["bolt"], "product": ids["hosting"], "label": "x"}

    with pytest.raises(ValidationFailed) as refused:
        records.create("service", values)

    assert {name: list(said) for name, said in refused.value.problems.items()} == {
        "client": ["Choose one that exists."]}


def test_a_reason_is_read_by_those_who_see_the_field_that_keeps_it(house):
    """Clients see `reason`, to which `suspend` writes; `force` writes its reason nowhere."""
    with house.records("boss") as records:
        records.move("service", house.ids["web"], "suspend", {"why": "not paid"})
        records.move("service", house.ids["web"], "force", {"to": "fraud", "why": "looks stolen"})

    def reasons(name):
        with house.records(name) as records:
            entries = records.history("service", house.ids["web"])
        return [entry.reason for entry in entries if entry.move in ("force", "suspend")]

    assert reasons("boss") == ["looks stolen", "not paid"]
    assert reasons("mia") == ["", "not paid"]


def test_a_reason_kept_in_a_hidden_field_is_hidden_in_the_history_too(sqlite_house, tmp_path):
    house, layer = sqlite_house, tmp_path / "layer"
    layer.mkdir()
    (layer / "service.yaml").write_text(
        "patch: entity/service\nfields: {reason: {set: {class: financial}}}\n")
    with house.records("boss") as records:
        records.move("service", house.ids["web"], "suspend", {"why": "looks stolen"})
    with open_panel([FOLDER, layer], house.panel.settings, clock=house.clock) as panel:
        mia = load_actor(panel, "user", house.ids["mia"])
        with panel.records(mia) as records:
            entry = records.history("service", house.ids["web"])[0]

    assert (entry.move, entry.reason) == ("suspend", "")
