"""What lists, forms and detail pages show where the YAML says nothing."""

import pytest

from generator import generate

ROLE = "role: all\narea: staff\nallow: {'*': all}\n"
BARE = """entity: server
title: [label]
traits: [audited]
fields:
  notes: long_text
  label: text!
  owner: ->client
  status: {type: choice, of: {up: Up, down: Down}}
  cost: money
  password: secret
  token: {type: text, hidden: true}
  serial: {type: text, unique: true}
  counted: {type: computed, as: integer, compute: "disks.count"}
  made_by: {type: text, read_only: true}
  disks: [disk]
  racks: {many: rack, through: rack_server}
  rank: position
"""
CLIENT = """entity: client
size: small
title: [name]
fields: {name: text!, notes: markdown, servers: [server]}
views:
  staff: {columns: [name], filters: [name]}
  mine: {area: client, label: My clients}
  sorted: {sort: [-name], sortable: [name], columns: [name, notes]}
"""
DISK = """entity: disk
fields: {server: ->server!, size: integer}
"""
RACK = "entity: rack\nfields: {name: text}\n"
PIVOT = "entity: rack_server\nfields: {rack: ->rack!, server: ->server!}\n"
DECLARED = """entity: invoice
traits: [audited]
fields: {number: text, note: long_text, total: integer, hidden_note: text}
form:
  Main: [[number, total]]
create_form:
  New: [number]
detail:
  tabs: {charges: {related: disk.server}}
"""


@pytest.fixture(scope="module")
def pages(load):
    texts = (BARE, CLIENT, DISK, RACK, PIVOT, ROLE, DECLARED.replace("disk.server", "line.invoice"),
             "entity: line\nfields: {invoice: ->invoice!}\n")
    return generate(load(*texts)).entities


def test_a_list_shows_the_title_and_the_first_short_fields(pages):
    view = pages["server"].views["staff"]

    assert view.columns == ("label", "owner", "status", "cost", "serial", "counted", "made_by")
    assert view.filters == ("owner", "status")
    assert view.search == {"label": "prefix", "serial": "prefix"}
    assert view.sort == ("rank",)


def test_without_a_position_the_newest_rows_come_first(pages):
    assert pages["disk"].views["staff"].sort == ("-id",)
    assert pages["client"].views["staff"].sort == ("name",)


def test_a_view_takes_from_staff_what_it_does_not_say(pages):
    views = pages["client"].views

    assert list(views) == ["staff", "mine", "sorted", "breaks_rules"]
    assert (views["mine"].area, views["mine"].columns) == ("client", ("name",))
    assert views["sorted"].columns == ("name", "notes")
    assert views["sorted"].sort == ("-name",)


def test_a_small_entity_sorts_by_all_that_has_an_order(pages):
    assert pages["client"].views["staff"].sortable == ("name",)
    assert "notes" not in pages["client"].views["sorted"].sortable


def test_a_form_holds_what_a_person_writes_long_texts_last(pages):
    assert list(pages["server"].form) == ["general"]
    assert pages["server"].form["general"].fields == (
        "label", "owner", "status", "cost", "password", "serial", "notes", "racks",
    )
    assert pages["server"].create_form == pages["server"].form


def test_a_detail_page_shows_all_fields_related_rows_and_history(pages):
    detail = pages["server"].detail

    assert list(detail.tabs) == ["overview", "disks", "history"]
    assert detail.tabs["disks"].many == "disks"
    assert detail.tabs["history"].history
    sections = detail.tabs["overview"].sections
    assert sections["general"].fields == (
        "label", "owner", "status", "cost", "password", "serial", "counted", "made_by", "rank",
        "notes", "racks",
    )
    assert sections["record"].fields == ("created_at", "updated_at")


def test_declared_forms_and_tabs_stay_and_get_what_they_lack(pages):
    invoice = pages["invoice"]

    assert list(invoice.create_form) == ["New"]
    assert list(invoice.detail.tabs) == ["overview", "charges", "history"]
    sections = invoice.detail.tabs["overview"].sections
    assert sections["Main"].fields == (("number", "total"),)
    assert sections["record"].fields == ("note", "hidden_note", "created_at", "updated_at")


def test_a_state_of_a_machine_is_in_no_form(load):
    machine = """machine: job.status
start: new
final: [done]
moves: {finish: {from: new, to: done, by: [staff]}}
"""
    status = "{type: choice, of: {new: New, done: Done}}"
    entity = f"entity: job\nfields: {{name: text, status: {status}}}\n"

    job = generate(load(entity, machine, ROLE)).entities["job"]

    assert job.form["general"].fields == ("name",)
    assert job.fields["status"].type.default(job.fields["status"]) == "new"
    assert job.machines["status"].start == "new"
