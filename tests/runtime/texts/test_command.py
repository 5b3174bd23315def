"""`panelwright texts` writes what is not translated yet, and says how far it is."""

import pytest

from config.texts.catalogue import read_catalogue
from runtime import cli
from runtime.starter import make_starter


def run(monkeypatch, *arguments) -> int:
    monkeypatch.setattr("sys.argv", ["panelwright", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


@pytest.fixture
def folder(tmp_path):
    """A small configuration of its own in two languages."""
    place = tmp_path / "panel"
    make_starter(place)
    site = place / "site.yaml"
    lines = [line for line in site.read_text().splitlines() if not line.startswith("locales")]
    site.write_text("\n".join([*lines, "locales: [en, pl]"]) + "\n")
    return place


def test_missing_labels_are_written_with_their_places(folder, monkeypatch, capsys):
    assert run(monkeypatch, "texts", folder) == 0

    catalogue = (folder / "locales" / "pl.po").read_text()
    assert 'msgid "Contact"\nmsgstr ""' in catalogue
    assert "#. entity/contact/label" in catalogue
    assert "pl.po: 0 of " in capsys.readouterr().out


def test_what_the_program_translates_is_not_asked_for(folder, monkeypatch):
    run(monkeypatch, "texts", folder)

    assert 'msgid "Notes"' not in (folder / "locales" / "pl.po").read_text()


def test_strict_fails_until_all_is_translated(folder, monkeypatch):
    assert run(monkeypatch, "texts", folder, "--strict") == 1
    path = folder / "locales" / "pl.po"
    head, body = path.read_text().split("\n\n", 1)
    path.write_text(head + "\n\n" + body.replace('msgstr ""', 'msgstr "Słowo"'))

    assert run(monkeypatch, "texts", folder, "--strict") == 0
    assert run(monkeypatch, "check", folder) == 0
    assert all(
        entry.translation == "Słowo"
        for entry in read_catalogue(path.read_bytes(), "pl.po", "pl").entries
    )


def test_a_broken_catalogue_is_told_and_left_as_it_is(folder, monkeypatch, capsys):
    run(monkeypatch, "texts", folder)
    path = folder / "locales" / "pl.po"
    path.write_text(broken := path.read_text() + '\nmsgid "never closed\n')

    assert run(monkeypatch, "texts", folder) == 1
    assert path.read_text() == broken
    assert "pl.po:" in capsys.readouterr().err
