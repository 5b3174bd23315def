"""Opening a panel: an empty database is made, one that fits is used, another is refused."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from config.errors import ConfigError
from runtime import fitting
from runtime.actors import SYSTEM, load_actor
from runtime.database import as_system
from runtime.panel import open_panel
from runtime.records import ListQuery
from runtime.settings import Settings, StartProblem
from tests.runtime.records.house import FOLDER


@pytest.fixture
def folder(tmp_path):
    copy = tmp_path / "config"
    shutil.copytree(FOLDER, copy)
    return copy


@pytest.fixture
def reopen(folder, database_url, tmp_path):
    def reopen(keys=("k" * 40,)):
        return open_panel([folder], Settings(database_url, tmp_path, keys), create=True)

    return reopen


def edit(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / name
    text_ = file.read_text()
    assert old in text_
    file.write_text(text_.replace(old, new))


def test_an_empty_database_is_filled_and_the_same_one_used_again(reopen):
    with reopen() as panel, panel.records(SYSTEM) as records:
        products = {row["key"] for row in records.list("product").rows}
        records.create("client", {"name": "Stays"})
    with reopen() as panel, panel.records(SYSTEM) as records:
        clients = [row["name"] for row in records.list("client").rows]

    assert products == {"hosting", "domain", "legacy"}
    assert clients == ["Stays"]


def test_what_was_found_to_fit_is_compared_again_when_anything_has_changed(
    reopen, folder, monkeypatch
):
    compared = []
    real = fitting.plan
    monkeypatch.setattr(fitting, "plan", lambda *given: compared.append(1) or real(*given))

    def compares() -> bool:
        compared.clear()
        reopen().close()
        return bool(compared)

    reopen().close()
    assert not compares()
    (folder / "more.yaml").write_text("settings: more\nfields: {word: text}\n")
    assert compares()
    assert not compares()
    with reopen() as panel, as_system(panel.engine) as connection:
        fitting.write(connection, fitting.MEMORY, fitting.read(connection, fitting.MEMORY) + " ")
    assert compares()
    monkeypatch.setattr(fitting, "code_digest", lambda *_: "the code of another version")
    assert compares()


def test_a_first_row_that_was_changed_or_deleted_stays_so(reopen, folder):
    with reopen() as panel, panel.records(SYSTEM) as records:
        rows = {row["key"]: row.id for row in records.list("product").rows}
        records.update("product", rows["hosting"], {"name": {"en": "Renamed"}})
        records.delete("product", rows["domain"])
    edit(folder, "rows/product.yaml", "hosting: {name: Hosting}",
         "hosting: {name: Hosting}\n  mail: {name: Mail}")
    with reopen() as panel, panel.records(SYSTEM) as records:
        names = {row["key"]: str(row["name"]) for row in records.list("product").rows}

    assert names == {"hosting": "Renamed", "legacy": "Legacy", "mail": "Mail"}


def test_a_first_row_that_does_not_fit_stops_the_start(reopen, folder):
    (folder / "rows/client.yaml").write_text(
        "rows: client\nkey: name\nvalues:\n  Acme: {country: PL, vip: yes}\n")
    with pytest.raises(StartProblem, match="first rows of client .* vat_id: Enter a value"):
        reopen()
    # A start that failed must not count as one that has made the rows.
    with pytest.raises(StartProblem, match="first rows of client"):
        reopen()


def test_another_secret_key_is_refused_and_a_replaced_one_taken(reopen):
    reopen().close()
    with pytest.raises(StartProblem, match="is not the key"):
        reopen(keys=("z" * 40,))
    reopen(keys=("z" * 40, "k" * 40)).close()
    reopen(keys=("z" * 40,)).close()


def test_steps_that_lose_nothing_are_done_at_once_on_the_embedded_database(
    reopen, folder, database_url
):
    with reopen() as panel, panel.records(SYSTEM) as records:
        before = records.create("client", {"name": "Old"}).id
    edit(folder, "entities/client.yaml", "  vat_id:",
         "  nickname: text\n  rank: {type: integer, required: true, default: 7}\n"
         "  friend: ->client\n  vat_id:")
    edit(folder, "entities/client.yaml", "by_country: [country]",
         "by_country: [country]\n  by_rank: [rank]")
    (folder / "entities/extra.yaml").write_text("entity: extra\nfields: {name: text!}\n")
    if database_url.startswith("postgresql"):
        with pytest.raises(StartProblem, match="does not fit the configuration"):
            reopen()
        return
    with reopen() as panel, panel.records(SYSTEM) as records:
        old = records.get("client", before)
        records.create("extra", {"name": "x"})
        records.update("client", before, {"friend": before, "nickname": "n"})
    with reopen() as panel:
        with as_system(panel.engine) as connection:
            indexes = connection.execute(text("SELECT name FROM sqlite_master")).scalars().all()
    reopen().close()

    assert (old["rank"], old["nickname"], old["friend"]) == (7, None, None)
    assert any("rank" in name for name in indexes)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  vip:", "  vip_now:", "drop column client.vip"),
        ("  name:         {type: text, max: 80, required: true}",
         "  name:         {type: integer, required: true}", "values of client.name that"),
        ("  vat_id:", "  must: {type: text, required: true}\n  vat_id:",
         "add column client.must"),
    ],
)
def test_a_step_that_could_lose_data_stops_the_start_and_is_shown(
    reopen, folder, old, new, said
):
    with reopen() as panel, panel.records(SYSTEM) as records:
        records.create("client", {"name": "Stays"})
    edit(folder, "entities/client.yaml", old, new)
    text_ = (folder / "entities/client.yaml").read_text()
    if "vip_now" in text_:
        (folder / "entities/client.yaml").write_text(
            text_.replace('require_when: "vip"', 'require_when: "vip_now"')
            .replace("country, vip, created_at", "country, created_at")
            .replace("[country, vip, email]", "[country, email]")
            .replace('{when: "vip"', '{when: "vip_now"'))
    if "integer" in new:
        (folder / "entities/client.yaml").write_text(
            (folder / "entities/client.yaml").read_text().replace("search: [name, email]",
                                                                  "search: [email]"))
    with pytest.raises(StartProblem) as problem:
        reopen()

    assert said in str(problem.value)
    assert "nothing was changed" in str(problem.value)


def test_a_table_no_longer_declared_stops_the_start_and_keeps_its_rows(reopen, folder):
    extra = folder / "entities/extra.yaml"
    extra.write_text("entity: extra\nfields: {name: text!}\n")
    with reopen() as panel, panel.records(SYSTEM) as records:
        made = records.create("extra", {"name": "kept"}).id
    extra.unlink()
    with pytest.raises(StartProblem, match="drop table extra .*1 row: 1"):
        reopen()

    extra.write_text("entity: extra\nfields: {name: text!}\n")
    with reopen() as panel, panel.reading(SYSTEM) as records:
        assert records.get("extra", made)["name"] == "kept"


def test_a_database_with_foreign_tables_is_left_alone(reopen, database_url, tmp_path):
    from runtime.database import open_engine

    engine = open_engine(Settings(database_url, tmp_path, ("k" * 40,)))
    with as_system(engine) as connection:
        connection.execute(text("CREATE TABLE client (x INTEGER)"))
    engine.dispose()

    with pytest.raises(StartProblem, match="already has a table 'client'"):
        reopen()


def test_a_wrong_configuration_opens_no_database(folder, tmp_path):
    edit(folder, "site.yaml", "locales: [en, pl]", "localez: [en, pl]")
    url = f"sqlite:///{tmp_path}/untouched.sqlite3"
    with pytest.raises(ConfigError):
        open_panel([folder], Settings(url, tmp_path, ("k" * 40,)), create=True)

    assert not (tmp_path / "untouched.sqlite3").exists()


def test_settings_have_their_default_until_somebody_changes_them(reopen):
    from datetime import timedelta

    with reopen() as panel:
        with panel.records(SYSTEM) as records:
            default = records.setting("finance", "grace")
            field = panel.settings_fields["finance"]["grace"]
            records.create("setting", {
                "tab": "finance", "key": "grace",
                "value": field.type.json(field, timedelta(days=3))})
        with panel.records(SYSTEM) as records:
            changed = records.setting("finance", "grace")

    assert (default, changed) == (timedelta(days=7), timedelta(days=3))


def test_groups_that_take_in_each_other_give_all_their_roles(reopen):
    with reopen() as panel:
        with panel.records(SYSTEM) as records:
            one, two, three = (
                records.create("staff_group", {"name": name, "roles": frozenset([role])}).id
                for name, role in (("a", "reader"), ("b", "support"), ("c", "finance"))
            )
            for whole, part in ((one, two), (two, three), (three, one)):
                records.create("staff_group_part", {"whole": whole, "part": part})
            staff = records.create("staff", {"email": "a@b.example", "firstname": "A"}).id
            records.create("staff_membership", {"staff": staff, "staff_group": one})

        assert load_actor(panel, "staff", staff).roles == {"reader", "support", "finance"}
        with panel.records(SYSTEM) as records:
            records.update("staff", staff, {"enabled": False})
        assert load_actor(panel, "staff", staff) is None
        assert load_actor(panel, "staff", 999) is None
        assert load_actor(panel, "nonsense", staff) is None


def test_a_list_of_an_empty_database_is_empty(reopen):
    with reopen() as panel, panel.reading(SYSTEM) as records:
        page = records.list("client", ListQuery())
    assert (page.rows, page.next, page.count.number) == ([], None, 0)
