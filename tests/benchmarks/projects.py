"""Panels to measure: one with as many entities as asked for, one of clients and invoices."""

from pathlib import Path

_SITE = "site: benchmark\nname: Benchmark\nlocales: [en]\n"

# Ten fields, two relations, a machine, a rule, two views and a form: an entity of ordinary size.
_ENTITY = """\
entity: {name}
icon: server
title: [label]
traits: [audited, versioned]
fields:
  label:      {{type: text, max: 80, required: true}}
  code:       {{type: slug, of: label, unique: true}}
  status:     {{type: choice, of: {{pending: Pending, active: Active, ended: Ended}}}}
  amount:     integer
  share:      rate
  active:     {{type: boolean, default: "yes"}}
  starts_on:  date
  ends_on:    {{type: date, show_when: "starts_on != null"}}
  address:    email
  notes:      {{type: long_text, class: staff_only}}
  parent:     ->{parent}
  neighbour:  ->{neighbour}
machines:
  status:
    start: pending
    final: [ended]
    moves:
      activate: {{from: pending, to: active, by: [system, staff]}}
      end:      {{from: active, to: ended, by: [staff], when: "amount == null or amount >= 0"}}
rules:
  in_order:
    check: "ends_on == null or ends_on >= starts_on"
    on: ends_on
    say: Ends before it starts
views:
  staff:
    columns: [label, status, amount, starts_on, parent]
    sort: [-starts_on]
    sortable: [starts_on, label]
    filters: [status, active, parent]
    search: [label]
  active: {{where: "status == 'active'", count: true}}
form:
  General: [label, code, [amount, share], active]
  More:    {{fields: [[starts_on, ends_on], parent, neighbour, address, notes]}}
"""

_CLIENT = """\
entity: client
title: name
fields:
  name: {type: text, max: 200, required: true}
"""

# The columns of tests.benchmarks.invoice_rows, said in the panel's language.
_INVOICE = """\
entity: invoice
title: number
fields:
  number:     {type: text, max: 40, required: true, unique: true}
  client:     ->client!
  status:     {type: choice, required: true, of: {draft: Draft, issued: Issued, voided: Voided}}
  issue_date: {type: date, required: true}
  due_date:   {type: date, required: true}
  currency:   {type: currency, required: true}
  total:      {type: money, currency: currency, required: true}
  notes:      long_text
views:
  staff:
    columns: [number, client, status, issue_date, due_date, total, currency, created_at]
    sort: [-id]
    sortable: [issue_date, number]
    filters: [status, client]
    search: [number]
"""

_ROLE = 'role: benchmark\narea: staff\nallow: {"*": all}\n'


def write_many(folder: Path, count: int) -> Path:
    """Write a project of `count` entities that point at one another, and return its folder."""
    entities = _start(folder)
    for number in range(count):
        parent, neighbour = f"thing_{number // 3}", f"thing_{(number * 7 + 1) % count}"
        text = _ENTITY.format(name=f"thing_{number}", parent=parent, neighbour=neighbour)
        (entities / f"thing_{number}.yaml").write_text(text)
    return folder


def write_invoices(folder: Path) -> Path:
    """Write a project whose tables can be filled by `invoice_rows.fill`, and return its folder."""
    entities = _start(folder)
    (entities / "client.yaml").write_text(_CLIENT)
    (entities / "invoice.yaml").write_text(_INVOICE)
    return folder


def _start(folder: Path) -> Path:
    entities = folder / "entities"
    entities.mkdir(parents=True)
    (folder / "site.yaml").write_text(_SITE)
    (folder / "benchmark_role.yaml").write_text(_ROLE)
    return entities
