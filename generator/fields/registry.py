"""The built-in field types by name: a mapping that is copied and never altered."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType

from generator.fields.address import EmailType, PhoneType, UrlType
from generator.fields.base import FieldType
from generator.fields.boolean import BooleanType
from generator.fields.choice import ChoicesType, ChoiceType
from generator.fields.collection import ManyType
from generator.fields.cron import CronType
from generator.fields.data import JsonType
from generator.fields.derived import ComputedType, SequenceType, TotalType
from generator.fields.driver import Drivers, DriverSettingsType, DriverType
from generator.fields.file import FileType, ImageType
from generator.fields.moment import DateType, DurationType, MomentType
from generator.fields.money import MoneyType
from generator.fields.network import DomainType, IpNetworkType, IpType
from generator.fields.number import DecimalType, IntegerType, PositionType, RateType
from generator.fields.pick import PickType
from generator.fields.places import (
    CountryType,
    CurrencyType,
    LocaleType,
    RegionType,
    TimeZoneType,
)
from generator.fields.relation import RelationType
from generator.fields.secret import Cipher, SecretType
from generator.fields.tax_id import TaxIdType
from generator.fields.text import CodeType, LongTextType, MarkdownType, TextType
from generator.fields.token import ColourType, IconType, SlugType, UuidType
from generator.fields.user_agent import UserAgentType


def built_in(
    *,
    cipher: Cipher | None = None,
    drivers: Drivers | None = None,
    icons: AbstractSet[str] = frozenset(),
) -> dict[str, FieldType]:
    """Return a fresh mapping name → type.

    `cipher` seals secrets; without it they can be shown as masks but not written. `drivers`:
    kind → name → driver. `icons`: the names of all icons, empty when not known.
    """
    types: tuple[FieldType, ...] = (
        TextType(), LongTextType(), MarkdownType(), CodeType(),
        EmailType(), UrlType(), PhoneType(), TaxIdType(), SlugType(), UuidType(),
        IntegerType(), DecimalType(), RateType(), MoneyType(),
        BooleanType(), ChoiceType(), ChoicesType(),
        DateType(), MomentType(), DurationType(), CronType(),
        TimeZoneType(), LocaleType(), CurrencyType(), CountryType(), RegionType(),
        DomainType(), IpType(), IpNetworkType(), JsonType(),
        SecretType(cipher), FileType(), ImageType(), ColourType(), IconType(icons),
        UserAgentType(),
        RelationType(), ManyType(), PickType(),
        DriverType(drivers), DriverSettingsType(drivers, cipher),
        PositionType(), ComputedType(), TotalType(), SequenceType(),
    )
    return {each.name: each for each in types}


BUILT_IN: Mapping[str, FieldType] = MappingProxyType(built_in())
