"""What no longer fits together is found, each kind by its own check."""

import pytest
from sqlalchemy import insert, text

from runtime.actors import SYSTEM
from runtime.audit.running import FINDINGS_MAX, as_json, as_text, audit
from runtime.crypto import Cipher
from runtime.plugins import load_extensions


def findings(shop):
    return {
        result.check.name: [finding.what for finding in result.findings]
        for result in audit(shop.panel).results if result.findings
    }


def by_hand(shop, *statements):
    with shop.panel.engine.begin() as connection:
        if shop.panel.engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            connection.execute(text(statement))


def unlinked(shop, *statements):
    """Run statements while the database does not look at links."""
    with shop.panel.engine.connect() as connection:
        if shop.panel.engine.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()


def test_nothing_is_wrong_with_a_new_panel(shop):
    done = audit(shop.panel)
    assert done.found == 0
    assert "nothing is wrong" in as_text(done)
    assert done.counts["ticket"] == 2


def test_a_link_to_a_row_that_is_gone_is_found(shop):
    unlinked(shop, "UPDATE ticket SET product_id = 9999 WHERE id = 1")
    assert findings(shop) == {
        "links": ["product points to product 9999, which is not there"]
    }


def test_a_choice_that_nobody_knows_is_found(shop):
    by_hand(shop, "UPDATE ticket SET status = 'lost' WHERE id = 1")
    assert findings(shop)["choices"] == ["status is 'lost', which is none of its choices"]


def test_an_index_that_was_dropped_is_found(shop):
    index = min(
        index.name for table in shop.panel.generated.metadata.tables.values()
        for index in table.indexes
    )
    by_hand(shop, f'DROP INDEX "{index}"')
    assert "schema" in findings(shop)


def attach(shop, data):
    with shop.panel.records(SYSTEM) as records:
        stored = records.upload("ticket", "paper", "p.txt", "text/plain", data)
        records.update("ticket", shop.ids["ticket_acme"], {"paper": stored})
    (path,) = (shop.panel.settings.var / "files").glob("??/*")
    return path


@pytest.mark.parametrize(("damage", "said"), [
    (lambda path: path.unlink(), "p.txt: its bytes are not there"),
    (lambda path: path.write_bytes(b"other"), "p.txt: its bytes are not those that were kept"),
    (lambda path: path.write_bytes(b"longer"), "p.txt: it has 6 bytes instead of 5"),
])
def test_an_upload_that_is_not_what_was_kept_is_found(shop, damage, said):
    path = attach(shop, b"first")
    damage(path)
    assert findings(shop) == {"files": [said]}


def test_a_secret_of_another_key_is_found(shop):
    sealed = Cipher(["x" * 40]).encrypt("hello", "ticket.code")
    by_hand(shop, f"UPDATE ticket SET code = '{sealed}' WHERE id = 1")
    assert findings(shop) == {"secrets": ["code does not open"]}


def test_of_many_findings_a_hundred_are_shown_and_all_are_counted(shop):
    table = shop.panel.generated.entities["ticket_line"].table
    now = shop.panel.clock.now()
    with shop.panel.engine.connect() as connection:
        if shop.panel.engine.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        connection.execute(insert(table), [
            {"ticket_id": 10_000 + number, "text": "x", "created_at": now, "updated_at": now}
            for number in range(150)
        ])
        connection.commit()
    done = audit(shop.panel)
    (result,) = (each for each in done.results if each.findings)
    assert (len(result.findings), result.more, done.found) == (FINDINGS_MAX, 50, 150)
    assert "… and 50 more" in as_text(done)
    assert '"found": 150' in as_json(done)


LEDGER = """
from runtime.api import Check, Finding, hookimpl

def look(panel, connection):
    yield Finding("the ledger does not add up", "invoice", 7, "ask somebody")

@hookimpl
def register_checks():
    return [Check("ledger", "the ledger adds up", look)]
"""


def test_hook_register_checks_brings_checks_of_an_extension(sqlite_shop, tmp_path):
    (tmp_path / "extensions").mkdir()
    (tmp_path / "extensions" / "ledger.py").write_text(LEDGER)
    sqlite_shop.panel.extensions = load_extensions(["ledger"], [tmp_path])

    assert findings(sqlite_shop) == {"ledger": ["the ledger does not add up"]}
    assert "invoice:7: the ledger does not add up" in as_text(audit(sqlite_shop.panel))
