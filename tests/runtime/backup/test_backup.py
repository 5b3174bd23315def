"""A backup is one state of a running panel; a restore is all of it, or recognisably not."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from runtime.actors import SYSTEM
from runtime.audit.running import audit
from runtime.backup import archive, dumping, sealing
from runtime.backup.making import backup
from runtime.backup.restoring import MARK, Target, restore
from runtime.panel import unfitted_panel
from runtime.settings import Settings, StartProblem
from tests.runtime.shop_panel import FOLDER

KEY = "k" * 40
PHRASE = "a long passphrase"


@pytest.fixture
def place(shop, tmp_path, request):
    """Return where a backup of the shop can be restored: an empty database and folder."""
    var = tmp_path / "restored"
    with contextmanager(_database)(shop, request, var) as url:
        yield Target(url, var, (KEY,))


def _database(shop, request, var):
    if shop.panel.engine.dialect.name == "sqlite":
        yield f"sqlite:///{var}/panel.sqlite3"
        return
    with request.getfixturevalue("postgres").database() as url:
        yield url


def rows_of(panel):
    """Return every row of every table."""
    with panel.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(
                *table.primary_key.columns))]
            for table in panel.generated.metadata.sorted_tables
        }


@contextmanager
def opened(target):
    settings = Settings(target.url, target.var, target.keys or (KEY,))
    with unfitted_panel([FOLDER], settings) as panel:
        yield panel


def attach(shop, data, name="paper.txt"):
    """Keep bytes as the paper of a ticket."""
    with shop.panel.records(SYSTEM) as records:
        stored = records.upload("ticket", "paper", name, "text/plain", data)
        records.update("ticket", shop.ids["ticket_acme"], {"paper": stored})


def test_what_is_restored_is_what_was_backed_up(shop, place, tmp_path):
    attach(shop, b"read me")
    manifest = backup(shop.panel, tmp_path / "a.zip")
    assert oct((tmp_path / "a.zip").stat().st_mode)[-3:] == "600"
    assert len([name for name in manifest.members if archive.is_file(name)]) == 1

    restore(tmp_path / "a.zip", place)

    with opened(place) as panel:
        assert rows_of(panel) == rows_of(shop.panel)
        done = audit(panel)
        assert (done.found, done.counts) == (0, dict(manifest.counts))
    assert not (place.var / MARK).exists()


def test_a_backup_of_a_busy_panel_is_one_state(shop, place, tmp_path):
    """A writer adds a ticket, its line and its paper in one transaction each, all the while."""
    stop, written = threading.Event(), []

    def write():
        while not stop.is_set():
            number = len(written)
            with shop.panel.records(SYSTEM) as records:
                paper = records.upload("ticket", "paper", "p.txt", "text/plain", b"%d" % number)
                ticket = records.create("ticket", {
                    "company": shop.ids["acme"], "subject": f"t{number}", "paper": paper,
                }).id
                records.create("ticket_line", {"ticket": ticket, "text": f"of t{number}"})
            written.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(written) < 5:
            time.sleep(0.01)
        backup(shop.panel, tmp_path / "busy.zip")
    finally:
        stop.set()
        writer.join()
    restore(tmp_path / "busy.zip", place)

    with opened(place) as panel:
        assert audit(panel).found == 0
        rows = rows_of(panel)
        new = [row for row in rows["ticket"] if str(row).count("'t")]
        assert len(rows["ticket_line"]) - 2 == len(rows["ticket"]) - 2 >= 5
        assert new


def test_without_its_key_a_backup_is_not_restored(shop, place, tmp_path):
    backup(shop.panel, tmp_path / "a.zip")
    for keys in ((), ("another key, long enough to be one, really",)):
        with pytest.raises(StartProblem, match="PANEL_SECRET_KEY"):
            restore(tmp_path / "a.zip", replace(place, keys=keys))
    assert not place.var.exists()


def test_the_key_comes_along_under_a_passphrase(shop, place, tmp_path):
    manifest = backup(shop.panel, tmp_path / "a.zip", passphrase=PHRASE)
    assert KEY not in (tmp_path / "a.zip").read_bytes().decode("latin-1")
    assert sealing.opened(manifest.sealed_key, PHRASE) == (KEY,)
    bare = replace(place, keys=())
    for wrong in (None, "not the passphrase"):
        with pytest.raises(StartProblem, match="passphrase"):
            restore(tmp_path / "a.zip", bare, passphrase=wrong)
    restore(tmp_path / "a.zip", bare, passphrase=PHRASE)
    assert (place.var / "secret.key").read_text().split() == [KEY]
    with opened(place) as panel:
        assert audit(panel).found == 0


def test_a_short_passphrase_makes_no_backup(sqlite_shop, tmp_path):
    with pytest.raises(StartProblem, match="at least 12"):
        backup(sqlite_shop.panel, tmp_path / "a.zip", passphrase="short")
    assert not (tmp_path / "a.zip").exists()


def test_nothing_is_ever_restored_over_something(shop, place, tmp_path):
    backup(shop.panel, tmp_path / "a.zip")
    restore(tmp_path / "a.zip", place)
    with pytest.raises(StartProblem, match="not empty"):
        restore(tmp_path / "a.zip", place)
    with pytest.raises(StartProblem, match="already"):
        backup(shop.panel, tmp_path / "a.zip")


def test_a_restore_that_was_stopped_is_recognised_and_finished(shop, place, tmp_path):
    attach(shop, b"x" * 900)
    backup(shop.panel, tmp_path / "a.zip")
    size = json.loads(zipfile.ZipFile(tmp_path / "a.zip").read("manifest.json"))
    total = sum(member["size"] for member in size["members"].values())

    class Killed(BaseException):
        pass

    done = []

    def progress(number):
        done.append(number)
        # The first round only reads; the second writes.
        if sum(done) > total + 900:
            raise Killed

    with pytest.raises(Killed):
        restore(tmp_path / "a.zip", place, progress=progress)
    with pytest.raises(StartProblem, match="not finished"), opened(place):
        pass
    backup(shop.panel, tmp_path / "other.zip")
    restore(tmp_path / "a.zip", place)
    with opened(place) as panel:
        assert rows_of(panel) == rows_of(shop.panel)
        assert audit(panel).found == 0


def test_a_damaged_archive_is_noticed_before_anything_is_written(sqlite_shop, tmp_path):
    attach(sqlite_shop, b"paper" * 100)
    backup(sqlite_shop.panel, tmp_path / "a.zip")
    whole = (tmp_path / "a.zip").read_bytes()
    target = Target(f"sqlite:///{tmp_path}/new/panel.sqlite3", tmp_path / "new", (KEY,))
    chance, noticed = random.Random(7), 0
    for turn in range(60):
        data = bytearray(whole)
        at = chance.randrange(len(data))
        if turn % 3 == 2:
            del data[at:]
        else:
            data[at] ^= 1 << chance.randrange(8)
        (tmp_path / "bad.zip").write_bytes(data)
        shutil.rmtree(target.var, ignore_errors=True)
        try:
            restore(tmp_path / "bad.zip", target)
        except StartProblem:
            noticed += 1
            assert not target.var.exists()
        else:
            # A bit that says nothing, such as a date in the directory of the archive.
            with opened(target) as panel:
                assert rows_of(panel) == rows_of(sqlite_shop.panel)
                assert audit(panel).found == 0
    assert noticed > 50


@pytest.mark.parametrize("name", [
    "files/../../etc/passwd", "/etc/passwd", "files/aa/../x", "secret.key", "files/aa/" + "b" * 64,
])
def test_an_archive_writes_nowhere_but_where_uploads_lie(sqlite_shop, tmp_path, name):
    backup(sqlite_shop.panel, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as source:
        manifest = json.loads(source.read("manifest.json"))
        database = source.read("database")
    manifest["members"][name] = {"size": 1, "digest": "0" * 64}
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as evil:
        evil.writestr("manifest.json", json.dumps(manifest))
        evil.writestr("database", database)
        evil.writestr(name, b"x")
    target = Target(f"sqlite:///{tmp_path}/new/panel.sqlite3", tmp_path / "new", (KEY,))
    with pytest.raises(StartProblem, match="part of no backup"):
        restore(tmp_path / "evil.zip", target)
    assert not target.var.exists()


def test_a_member_that_unpacks_to_more_than_was_promised_is_refused(sqlite_shop, tmp_path):
    backup(sqlite_shop.panel, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as source:
        manifest = source.read("manifest.json")
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("manifest.json", manifest)
        bomb.writestr("database", b"\0" * (64 << 20))
    target = Target(f"sqlite:///{tmp_path}/new/panel.sqlite3", tmp_path / "new", (KEY,))
    with pytest.raises(StartProblem, match="damaged"):
        restore(tmp_path / "bomb.zip", target)


@pytest.mark.parametrize(("given", "said"), [
    ({"format": 2}, "newer version"), ({"members": 3}, "not a backup"), ({"counts": []}, "not a"),
])
def test_a_manifest_of_another_making_is_told(sqlite_shop, tmp_path, given, said):
    backup(sqlite_shop.panel, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as source:
        manifest = json.loads(source.read("manifest.json")) | given
    with zipfile.ZipFile(tmp_path / "odd.zip", "w") as odd:
        odd.writestr("manifest.json", json.dumps(manifest))
    with pytest.raises(StartProblem, match=said), archive.reading(tmp_path / "odd.zip"):
        pass


def test_a_backup_of_one_kind_is_not_restored_into_the_other(sqlite_shop, tmp_path):
    backup(sqlite_shop.panel, tmp_path / "a.zip")
    target = Target("postgresql+psycopg://nobody@127.0.0.1:1/none", tmp_path / "new", (KEY,))
    with pytest.raises(StartProblem, match="of the same kind"):
        restore(tmp_path / "a.zip", target)


def test_missing_programs_of_postgresql_are_named(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
    with pytest.raises(StartProblem, match="postgresql-client"):
        dumping._program("pg_dump")


def run(*words, var, **environment):
    return subprocess.Popen(
        [sys.executable, "-m", "runtime", *map(str, words)], cwd=Path(__file__).parents[3],
        env={**os.environ, "PANEL_VAR": str(var), **environment}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )


def test_the_commands_back_up_audit_and_restore(sqlite_shop, tmp_path):
    attach(sqlite_shop, b"x" * 900)
    var = Path(sqlite_shop.panel.settings.var)
    (tmp_path / "phrase").write_text(PHRASE + "\n")
    words = ("backup", FOLDER, "--to", tmp_path / "a.zip", "--with-key",
             "--passphrase-file", tmp_path / "phrase")
    # Killed at any moment it leaves no file that looks whole.
    for seconds in (0.6, 0.9, 1.2):
        killed = run(*words, var=var, PANEL_SECRET_KEY=KEY)
        time.sleep(seconds)
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        if (tmp_path / "a.zip").exists():
            with archive.reading(tmp_path / "a.zip") as reader:
                reader.verify()
            (tmp_path / "a.zip").unlink()
    made = run(*words, var=var, PANEL_SECRET_KEY=KEY)
    out, err = made.communicate()
    assert (made.returncode, err) == (0, ""), err
    assert "verified" in out
    new = tmp_path / "new"
    again = run("restore", tmp_path / "a.zip", FOLDER, "--passphrase-file", tmp_path / "phrase",
                var=new)
    out, err = again.communicate()
    assert (again.returncode, err) == (0, ""), err
    assert "nothing is wrong" in out
    third = run("audit", FOLDER, "--format", "json", var=new)
    out, _ = third.communicate()
    assert json.loads(out)["found"] == 0
