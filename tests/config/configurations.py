"""What a program with two extensions would know, for the configurations of the tests."""

from pathlib import Path

import pydantic

from config import (
    DriverInfo,
    ExtensionInfo,
    FunctionInfo,
    Layer,
    PageInfo,
    Vocabulary,
)

BROKEN = Path(__file__).parents[1] / "broken-config"


class ZoneData(pydantic.BaseModel):
    """What extension dns reads under `x-dns:`."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    zone: str
    ttl: int = 300


class BankSettings(pydantic.BaseModel):
    account: str
    tags: list[str] = pydantic.Field(default_factory=lambda: ["bank"])


def known_words(*, layers: tuple[Layer, ...] = ()) -> Vocabulary:
    """Return a vocabulary with one of everything; extension billing needs an entity ledger."""
    functions = {
        "billing.charge": "job", "billing.cost": "compute", "billing.may_pay": "guard",
        "billing.income": "chart",
    }
    return Vocabulary(
        functions={name: FunctionInfo(name, purpose) for name, purpose in functions.items()},
        drivers={"payment_gateway": {"bank": DriverInfo("bank", "Bank", BankSettings)}},
        driver_kinds=frozenset({"payment_gateway"}),
        events=frozenset({"billing.paid"}),
        widgets=frozenset({"clock"}),
        pages={"billing.report": PageInfo("billing.report", "staff"),
               "billing.add_funds": PageInfo("billing.add_funds", "client")},
        extensions={
            "billing": ExtensionInfo("billing", {"ledger": {"amount": "money", "at": "moment"}}),
            "dns": ExtensionInfo("dns", spec=ZoneData, field_spec=ZoneData),
        },
        icons=frozenset({"database", "user", "receipt"}),
        layers=layers,
    )
