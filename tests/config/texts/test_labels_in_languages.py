"""Catalogues of a configuration put labels into more languages."""

import pickle
from pathlib import Path

import pytest

from config import ConfigError, Layer, Vocabulary, load_project
from config import labels as label_texts

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
SITE = "site: shop\nlocales: [en, pl, fr]\n"
ROLE = "role: clerk\narea: staff\nallow: {invoice: see}\n"
INVOICE = """entity: invoice
fields:
  due_date: date
  state:
    type: choice
    label: {en: State, fr: Situation}
    of: {open: Open, paid: Paid}
views:
  staff: {columns: [due_date, state], sort: [due_date], help: Everything that is owed}
"""


def entry(text: str, translation: str, address: str = "") -> str:
    context = f'msgctxt "{address}"\n' if address else ""
    return f'\n{context}msgid "{text}"\nmsgstr "{translation}"\n'


def write(folder: Path, **catalogues: str) -> Path:
    (folder / "locales").mkdir(parents=True)
    (folder / "site.yaml").write_text(SITE)
    (folder / "invoice.yaml").write_text(INVOICE)
    (folder / "clerk.yaml").write_text(ROLE)
    for locale, entries in catalogues.items():
        (folder / "locales" / f"{locale}.po").write_text(HEAD + entries)
    return folder


def label_of(project, field: str, locale: str) -> str:
    spec = project.entities["invoice"].fields[field]
    return label_texts.text(spec.label, field, locale)


def test_a_label_that_derives_from_its_key_is_translated(tmp_path):
    project = load_project([write(tmp_path, pl=entry("Due date", "Termin"))])

    assert label_of(project, "due_date", "pl") == "Termin"
    assert label_of(project, "due_date", "en") == "Due date"
    assert label_of(project, "due_date", "fr") == "Due date"


def test_the_plural_of_an_entity_is_a_text_of_its_own(tmp_path):
    catalogue = entry("Invoice", "Faktura") + entry("Invoices", "Faktury")
    spec = load_project([write(tmp_path, pl=catalogue)]).entities["invoice"]

    assert (spec.label["pl"], spec.plural["pl"]) == ("Faktura", "Faktury")


def test_options_and_helps_are_translated(tmp_path):
    catalogue = entry("Open", "Otwarta") + entry("Everything that is owed", "Wszystkie należności")
    spec = load_project([write(tmp_path, pl=catalogue)]).entities["invoice"]

    assert spec.fields["state"].of["open"] == {"": "Open", "pl": "Otwarta"}
    assert spec.views["staff"].help["pl"] == "Wszystkie należności"


def test_an_entry_for_one_address_goes_before_the_one_for_all(tmp_path):
    catalogue = entry("Open", "Otwórz") + entry(
        "Open", "Otwarta", "entity/invoice/fields/state/of/open"
    )
    project = load_project([write(tmp_path, pl=catalogue)])

    assert project.entities["invoice"].fields["state"].of["open"]["pl"] == "Otwarta"
    assert project.texts.of("pl")["Open"] == "Otwórz"


def test_a_key_in_words_may_have_an_entry_of_its_own(tmp_path):
    folder = write(
        tmp_path, pl=entry("Overdue", "Zaległy")
        + entry("Overdue", "Zaległe", "entity/invoice/views/overdue/label")
    )
    views = '  overdue: {where: "state == \'open\'"}\n  paid: {where: "state == \'paid\'"}\n'
    (folder / "invoice.yaml").write_text(INVOICE + views)

    views = load_project([folder]).entities["invoice"].views

    assert views["overdue"].label == {"": "Overdue", "pl": "Zaległe"}
    assert views["paid"].label is None


def test_an_entry_for_the_interface_is_no_label(tmp_path):
    catalogue = entry("Due date", "Termin", "interface")
    project = load_project([write(tmp_path, pl=catalogue)])

    assert label_of(project, "due_date", "pl") == "Due date"
    assert project.texts.reworded("pl") == {"Due date": "Termin"}


def test_what_the_yaml_says_in_a_language_stays(tmp_path):
    catalogues = {"fr": entry("State", "État"), "pl": entry("State", "Stan")}
    project = load_project([write(tmp_path, **catalogues)])

    assert label_of(project, "state", "fr") == "Situation"
    assert label_of(project, "state", "pl") == "Stan"


def test_a_later_layer_says_it_otherwise(tmp_path):
    base = write(tmp_path / "base", pl=entry("Due date", "Termin"))
    over = tmp_path / "over"
    (over / "locales").mkdir(parents=True)
    (over / "locales" / "pl.po").write_text(HEAD + entry("Due date", "Zapłacić do"))

    assert label_of(load_project([base, over]), "due_date", "pl") == "Zapłacić do"


def test_a_label_that_a_layer_reworded_makes_no_problem_of_the_layer_below(tmp_path):
    base = write(
        tmp_path / "base", pl=entry("Paid", "Zapłacona", "entity/invoice/fields/state/of/paid")
    )
    over = tmp_path / "over"
    over.mkdir()
    (over / "patch.yaml").write_text(
        "patch: entity/invoice\nfields: {state: {set: {label: Progress}}}\n"
    )

    assert label_of(load_project([base, over]), "state", "pl") == "Progress"


def test_a_layer_of_the_program_speaks_more_languages_than_the_site_offers(tmp_path):
    system = tmp_path / "system"
    (system / "locales").mkdir(parents=True)
    (system / "locales" / "de.po").write_text(HEAD + entry("Due date", "Fällig"))
    layers = (Layer(system, "system", protected=True),)

    project = load_project([write(tmp_path / "own")], Vocabulary(layers=layers))

    assert label_of(project, "due_date", "de") == "Due date"


def test_fuzzy_and_empty_entries_translate_nothing(tmp_path):
    catalogue = entry("State", "") + "\n#, fuzzy" + entry("Due date", "Termin")
    project = load_project([write(tmp_path, pl=catalogue)])

    assert label_of(project, "due_date", "pl") == "Due date"
    assert project.texts.of("pl") == {}


def test_translations_come_out_of_the_compiled_configuration_too(tmp_path):
    folder = write(tmp_path / "own", pl=entry("Due date", "Termin"))
    cache = tmp_path / "cache"
    load_project([folder], cache=cache)

    project = load_project([folder], cache=cache)

    assert label_of(project, "due_date", "pl") == "Termin"
    assert project.texts.of("pl") == {"Due date": "Termin"}
    assert pickle.loads(pickle.dumps(project.texts)).of("pl") == {"Due date": "Termin"}


def test_a_changed_catalogue_is_read_anew(tmp_path):
    folder = write(tmp_path / "own", pl=entry("Due date", "Termin"))
    cache = tmp_path / "cache"
    load_project([folder], cache=cache)
    (folder / "locales" / "pl.po").write_text(HEAD + entry("Due date", "Do dnia"))

    assert label_of(load_project([folder], cache=cache), "due_date", "pl") == "Do dnia"


def test_all_problems_of_a_catalogue_come_with_their_lines(tmp_path):
    folder = write(tmp_path, pl=entry("{a}", "{b}") + entry("X", "Y", "entity/none/label"))

    with pytest.raises(ConfigError) as raised:
        load_project([folder])

    assert [(each.code, each.position.line) for each in raised.value.problems] == [
        ("bad-placeholder", 5), ("unknown-address", 9),
    ]


@pytest.mark.parametrize("translation", [
    "Szukaj {fields:d}", "{fields:{fields}}", "{fields:>999999999}", "{fields!r}", "{fields.a}",
    "{fields[0]}", "{}", "{0}", "{fields", "fields}",
])
def test_braces_of_a_translation_hold_a_name_and_nothing_else(tmp_path, translation):
    folder = write(tmp_path, pl=entry("Search by {fields}", translation, "interface"))

    with pytest.raises(ConfigError) as raised:
        load_project([folder])

    assert [(each.code, each.position.line) for each in raised.value.problems] == [
        ("bad-placeholder", 6),
    ]


def test_a_rule_for_plurals_that_cannot_be_used_is_a_problem(tmp_path):
    folder = write(tmp_path)
    head = HEAD + '"Plural-Forms: nplurals=2; plural=n%0;\\n"\n'
    (folder / "locales" / "pl.po").write_text(head + entry("State", "Stan"))

    with pytest.raises(ConfigError) as raised:
        load_project([folder])

    assert [each.code for each in raised.value.problems] == ["bad-catalogue"]
