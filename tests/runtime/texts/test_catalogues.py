"""Nothing that a person may read is missing in a catalogue, left empty, or says other values.

`make texts` writes what is missing into the files; then it is translated there.
"""

import pytest

from config import Layer
from config.texts.catalogue import parsed_catalogue, read_catalogue
from runtime.plugins import SYSTEM_FOLDER
from runtime.texts.extraction import ROOT, program_texts, python_texts, template_texts
from runtime.texts.languages import FILE, FOLDER, Languages
from runtime.texts.updating import LOCALES, folder_texts, interface_texts, update_file

SAMPLE = ROOT / "sample-config"


def translated(path, locale):
    """Return text → entry, having found nothing wrong in the file."""
    found = read_catalogue(path.read_bytes(), path.name, locale)
    assert found.problems == ()
    return {entry.text: entry for entry in found.entries if not entry.address}


def missing(texts, path, locale):
    known = translated(path, locale)
    return [f"{text.text} ({text.place})" for text in texts if text.text not in known]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_of_the_program_is_translated(locale):
    assert missing(interface_texts(), FOLDER / locale / FILE, locale) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_every_label_of_the_programs_entities_is_translated(locale):
    texts = folder_texts(SYSTEM_FOLDER, (), locale)

    assert missing(texts, SYSTEM_FOLDER / "locales" / f"{locale}.po", locale) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_every_label_of_the_sample_is_translated(locale):
    below = (Layer(SYSTEM_FOLDER, "system", protected=True),)
    texts = folder_texts(SAMPLE, below, locale)

    assert missing(texts, SAMPLE / "locales" / f"{locale}.po", locale) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_catalogue_holds_what_the_program_says_and_nothing_else(locale):
    said = {(text.text, text.plural) for text in interface_texts()}
    path = FOLDER / locale / FILE
    held = {
        (entry.text, entry.plural)
        for entry in read_catalogue(path.read_bytes(), path.name, locale).entries
    }

    assert held - said == set()


@pytest.mark.parametrize("locale", LOCALES)
def test_counted_texts_have_every_form_of_the_language(locale):
    content = (FOLDER / locale / FILE).read_bytes()
    forms = {"pl": 3, "uk": 3, "fr": 2}[locale]

    counted = [one for one in parsed_catalogue(content, locale) if isinstance(one.id, tuple)]

    assert counted
    assert [one.id for one in counted if len(one.string) != forms or not all(one.string)] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_hardly_a_text_is_left_as_it_is_in_english(locale):
    """Some words are the same in both; a catalogue full of them was not translated."""
    for path in (FOLDER / locale / FILE, SYSTEM_FOLDER / "locales" / f"{locale}.po"):
        known = translated(path, locale)
        same = [text for text, entry in known.items() if entry.translation == text]

        assert len(same) < len(known) / 8, same


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("pl", ["1 wiersz", "2 wiersze", "5 wierszy", "12 wierszy", "22 wiersze", "112 wierszy"]),
        ("uk", ["1 рядок", "2 рядки", "5 рядків", "12 рядків", "22 рядки", "112 рядків"]),
        ("fr", ["1 ligne", "2 lignes", "5 lignes", "12 lignes", "22 lignes", "112 lignes"]),
    ],
)
def test_numbers_take_the_right_form(locale, said):
    language = Languages().of(locale)
    numbers = (1, 2, 5, 12, 22, 112)

    assert said == [
        language.plural("{count} row", "{count} rows", n).format(count=n) for n in numbers
    ]


def test_texts_in_python_are_found():
    source = '''
said = context.translate("One {x}").format(x=1)
said = translate("Two" if new else "Three")
WORDS = {"a": Sentence("Four")}
raise FieldProblem("Five {max}.", max=5)
raise MoveRefused(Sentence.counted("{count} six", "{count} sixes", count=6))
translate.plural("seven", "sevens", n)
translate(name)
text.translate(TABLE)
'''
    found = [(text, many) for _, text, many in python_texts(source)]

    assert sorted(found) == sorted([
        ("One {x}", ""), ("Two", ""), ("Three", ""), ("Four", ""), ("Five {max}.", ""),
        ("{count} six", "{count} sixes"), ("seven", "sevens"),
    ])


def test_texts_in_templates_are_found():
    source = (
        """<a title="{{ t('One {x}', x=1) }}">{% if y %}{{ t("Two") if y else t("Three") }}"""
        """{% endif %}{{ tn("{count} four", "{count} fours", n) }}{{ t(given) }}</a>"""
    )

    assert [(text, many) for _, text, many in template_texts(source)] == [
        ("One {x}", ""), ("Two", ""), ("Three", ""), ("{count} four", "{count} fours"),
    ]


def test_every_template_of_the_program_is_read():
    places = {text.place.partition(":")[0] for text in program_texts()}

    assert {"runtime/web/templates/base.html", "runtime/accounts/templates/accounts/login.html",
            "runtime/pages/templates/pages/form.html", "generator/fields/number.py"} <= places


def test_bringing_a_file_up_to_date_keeps_what_was_translated(tmp_path):
    path = tmp_path / "pl.po"
    path.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Old"\nmsgstr "Stary"\n\nmsgid "Kept"\nmsgstr "Zostaje"\n\n'
        'msgctxt "entity/a/label"\nmsgid "Kept"\nmsgstr "Pozostaje"\n'
    )
    from runtime.texts.extraction import Text

    update = update_file(path, "pl", [Text("Kept", "a.py"), Text("New", "b.py")])
    again = update_file(path, "pl", [Text("Kept", "a.py"), Text("Old", "a.py")])

    assert (update.missing, update.gone, update.total) == (["New"], 1, 2)
    assert again.missing == []
    entries = read_catalogue(path.read_bytes(), "pl.po", "pl").entries
    assert {(e.text, e.address): e.translation for e in entries} == {
        ("Kept", ""): "Zostaje", ("Old", ""): "Stary", ("Kept", "entity/a/label"): "Pozostaje",
    }


def test_the_same_texts_give_the_same_file(tmp_path):
    path = tmp_path / "pl.po"
    texts = interface_texts()
    update_file(path, "pl", texts)
    first = path.read_bytes()
    update_file(path, "pl", texts)

    assert path.read_bytes() == first
