"""Catalogues are read when somebody asks for their language, and chosen by what a person reads."""

import pytest

from config import load_project
from config.texts.texts import Texts
from runtime.texts import languages as module
from runtime.texts.languages import Languages, accepted, best_locale

HEAD = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && '
    '(n%100<12 || n%100>14) ? 1 : 2);\\n"\n'
)
ROWS = (
    '\nmsgid "{count} row"\nmsgid_plural "{count} rows"\n'
    'msgstr[0] "{count} wiersz"\nmsgstr[1] "{count} wiersze"\nmsgstr[2] "{count} wierszy"\n'
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of catalogues with Polish in it."""
    place = tmp_path / "locales"
    (place / "pl").mkdir(parents=True)
    catalogue = f'{HEAD}{ROWS}\nmsgid "Save"\nmsgstr "Zapisz"\n'
    (place / "pl" / module.FILE).write_text(catalogue)
    monkeypatch.setattr(module, "FOLDER", place)
    return place


def test_a_text_is_said_in_the_language_and_an_unknown_one_stays_english(folder):
    polish = Languages().of("pl")

    assert (polish("Save"), polish("Never heard of"), polish("")) == (
        "Zapisz", "Never heard of", ""
    )


def test_a_count_takes_one_of_three_forms_in_polish(folder):
    polish = Languages().of("pl")

    said = [polish.plural("{count} row", "{count} rows", n) for n in (1, 2, 5, 12, 22, 25)]

    assert [text.split()[1] for text in said] == [
        "wiersz", "wiersze", "wierszy", "wierszy", "wiersze", "wierszy",
    ]


def test_a_country_of_the_language_is_served_by_the_language(folder):
    assert Languages().of("pl_PL")("Save") == "Zapisz"


def test_a_language_without_a_catalogue_is_english(folder):
    assert Languages().of("de")("Save") == "Save"


def test_the_configuration_says_it_otherwise(folder):
    texts = Texts({}, {"pl": {"Save": "Zachowaj"}, "de": {"Save": "Speichern"}})

    found = Languages(texts)

    assert (found.of("pl")("Save"), found.of("de")("Save")) == ("Zachowaj", "Speichern")


def test_a_counted_text_is_said_otherwise_by_the_configuration_too(folder, tmp_path):
    own = tmp_path / "own"
    (own / "locales").mkdir(parents=True)
    (own / "site.yaml").write_text("site: shop\nlocales: [en, pl]\n")
    rows = ROWS.replace("wierszy", "rekordów").replace("wiersze", "rekordy")
    rows = rows.replace("wiersz", "rekord").replace("\nmsgid ", '\nmsgctxt "interface"\nmsgid ', 1)
    (own / "locales" / "pl.po").write_text(HEAD + rows)
    (own / "locales" / "en.po").write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
        '\nmsgctxt "interface"\nmsgid "{count} row"\nmsgid_plural "{count} rows"\n'
        'msgstr[0] "{count} line"\nmsgstr[1] "{count} lines"\n'
    )
    load_project([own], cache=tmp_path / "cache")
    found = Languages(load_project([own], cache=tmp_path / "cache").texts)

    said = [found.of("pl").plural("{count} row", "{count} rows", n) for n in (1, 2, 5, 22)]

    assert [text.split()[1] for text in said] == ["rekord", "rekordy", "rekordów", "rekordy"]
    english = found.of("en")
    assert [english.plural("{count} row", "{count} rows", n) for n in (1, 5)] == [
        "{count} line", "{count} lines",
    ]


def test_a_label_with_the_words_of_a_button_keeps_its_own_translation(folder):
    polish = Languages(Texts({"pl": {"Save": "Zapisywanie", "Bank transfer": "Przelew"}})).of("pl")

    assert (polish("Save"), polish.label("Save")) == ("Zapisz", "Zapisywanie")
    assert polish("Bank transfer") == "Przelew"


def test_a_catalogue_is_read_once_and_compiled_once(folder, tmp_path, monkeypatch):
    cache = tmp_path / "cache"
    Languages(cache=cache).of("pl")
    monkeypatch.setattr(module, "compile_catalogue", lambda *_: pytest.fail("compiled again"))

    again = Languages(cache=cache)

    assert again.of("pl") is again.of("pl")
    assert again.of("pl")("Save") == "Zapisz"


def test_a_changed_catalogue_is_compiled_anew_and_the_old_one_goes(folder, tmp_path):
    cache = tmp_path / "cache"
    Languages(cache=cache).of("pl")
    path = folder / "pl" / module.FILE
    path.write_text(path.read_text().replace("Zapisz", "Zachowaj"))

    assert Languages(cache=cache).of("pl")("Save") == "Zachowaj"
    assert len(list(cache.glob("*.mo"))) == 1


def test_a_damaged_cache_is_made_anew(folder, tmp_path):
    cache = tmp_path / "cache"
    Languages(cache=cache).of("pl")
    for kept in cache.glob("*.mo"):
        kept.write_bytes(b"\xde\x12\x04\x95 no catalogue")

    assert Languages(cache=cache).of("pl")("Save") == "Zapisz"


@pytest.mark.parametrize(
    ("wanted", "offered", "best"),
    [
        (["pl"], ("en", "pl"), "pl"),
        (["pl-PL"], ("en", "pl"), "pl"),
        (["pt"], ("en", "pt_BR"), "pt_BR"),
        (["de", "uk"], ("en", "uk"), "uk"),
        (["de"], ("en", "uk"), "en"),
        ([], ("fr", "en"), "fr"),
        (["*"], ("fr", "en"), "fr"),
    ],
)
def test_the_nearest_offered_language_is_taken(wanted, offered, best):
    assert best_locale(wanted, offered) == best


@pytest.mark.parametrize(
    ("header", "languages"),
    [
        ("pl,en;q=0.8", ["pl", "en"]),
        ("en;q=0.5, uk;q=0.9", ["uk", "en"]),
        ("fr;q=0, de", ["de"]),
        ("", []),
        ("en;q=x;;,,;", []),
        ("a" * 9000, ["a" * 500]),
    ],
)
def test_what_a_browser_asks_for_is_read_and_never_trusted(header, languages):
    assert accepted(header) == languages
