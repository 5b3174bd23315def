"""The YAML of an entity with a field of every type, and functions that write its rows."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

SITE = """site: test
locales: [en, pl, uk]
time_zone: Europe/Warsaw
currency: EUR
"""

TARGET = """entity: target
title: [name]
fields:
  name: text!
  things: {many: thing, by: relation}
  position: position
"""

THING = """entity: thing
title: [text]
traits: [audited, versioned, trash]
fields:
  text: {type: text, min: 2, max: 60}
  coded: {type: text, pattern: "[A-Z]{2}[0-9]+"}
  title: {type: text, translatable: true}
  long_text: long_text
  markdown: markdown
  code: {type: code, language: jinja}
  email: email
  url: url
  phone: phone
  tax_id: tax_id
  slug: {type: slug, of: text}
  uuid: uuid
  integer: {type: integer, min: -5, max: 1000000000000}
  decimal: {type: decimal, scale: 3, min: -1000}
  rate: rate
  money: {type: money, min: 0 EUR}
  euros: {type: money, currency: EUR}
  borrowed: {type: money, currency: currency}
  boolean: boolean
  choice: {type: choice, of: {new: New, done: {en: Done, pl: Gotowe}}, badges: {done: ok}}
  choices: {type: choices, of: {red: Red, green: Green, blue: Blue}}
  spoken: {type: choices, of_list: locales}
  date: date
  moment: moment
  duration: duration
  cron: cron
  time_zone: time_zone
  locale: locale
  currency: currency
  country: country
  region: {type: region, of: country}
  domain: domain
  ip: ip
  ip_network: ip_network
  json: json
  secret: secret
  file: {type: file, accept: [application/pdf, "text/*"], size_max: 2000}
  image: image
  colour: colour
  user_agent: user_agent
  icon: icon
  relation: ->target
  link: {to: any}
  either: {to: [thing, target]}
  children: {many: thing, by: relation_to_self}
  relation_to_self: ->thing
  driver: {driver: mail}
  mailing: {driver_settings: driver}
  position: {type: position, within: relation}
  number: {type: sequence, format: "T-{number:05}"}
  doubled: {type: computed, as: integer, compute: "integer + integer"}
"""

ROLE = """role: everything
area: staff
allow: {"*": all}
"""

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def add_row(connection: Connection, model: Any, values: Mapping[str, Any]) -> int:
    """Write one row, fields given as Python values, and return its id."""
    stored: dict[str, Any] = {"created_at": NOW, "updated_at": NOW}
    if model.has("versioned"):
        stored["version"] = 1
    for name, value in values.items():
        bound = model.fields[name]
        stored |= bound.type.to_columns(bound, value)
    return connection.execute(insert(model.table).values(stored)).inserted_primary_key[0]


def read_value(connection: Connection, model: Any, row_id: int, name: str) -> Any:
    """Return the value of one field of a row."""
    bound = model.fields[name]
    row = connection.execute(select(model.table).where(model.table.c.id == row_id)).mappings().one()
    return bound.type.from_columns(bound, row)


def matching(connection: Connection, model: Any, condition: Any) -> list[int]:
    """Return the ids of the rows that a condition finds."""
    query = select(model.table.c.id).where(condition).order_by(model.table.c.id)
    return list(connection.execute(query).scalars())
