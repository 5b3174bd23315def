from datetime import timedelta

import pytest
from sqlalchemy import select

from runtime.accounts.sessions import Sessions, token_hash
from runtime.actors import SYSTEM
from tests.runtime.shop_panel import Shop


@pytest.fixture
def sessions(shop: Shop) -> Sessions:
    return Sessions(shop.panel)


def start(sessions: Sessions, account: int, kind: str = "user") -> str:
    return sessions.start(kind, account, ip="192.0.2.9", user_agent="Firefox\n1")


def load(sessions: Sessions, token: str, kind: str = "user"):
    return sessions.load(kind, token, ip="192.0.2.9", request_id="r1")


def rows(shop: Shop) -> list:
    table = shop.panel.generated.entities["session"].table
    with shop.panel.engine.connect() as connection:
        return list(connection.execute(select(table)).mappings())


def test_a_token_leads_to_the_person_with_their_rights(shop, sessions):
    login = load(sessions, start(sessions, shop.ids["anna"]))

    assert (login.kind, login.account_id, login.actor.name) == ("user", shop.ids["anna"], "Anna")
    assert login.actor.sets["companies"] == {shop.ids["acme"]}
    assert (login.actor.ip, login.actor.request_id) == ("192.0.2.9", "r1")
    assert login.actor.session_id == login.session_id


def test_only_a_digest_of_the_token_is_kept(shop, sessions):
    token = start(sessions, shop.ids["anna"])

    (row,) = rows(shop)
    assert row["token_hash"] == token_hash(token)
    assert token not in str(dict(row))
    assert row["user_agent"] == "Firefox1"


def test_tokens_are_256_random_bits(shop, sessions):
    tokens = {start(sessions, shop.ids["anna"]) for _ in range(20)}

    assert len(tokens) == 20
    assert {len(token) for token in tokens} == {43}


def test_a_token_nobody_was_given_opens_nothing(sessions):
    assert [load(sessions, token) for token in ("", "x" * 43, "é" * 43)] == [None, None, None]


def test_a_session_of_one_area_opens_nothing_in_the_other(shop, sessions):
    token = start(sessions, shop.ids["anna"])

    assert load(sessions, token, "staff") is None


def test_an_idle_session_ends(shop, sessions):
    token = start(sessions, shop.ids["anna"])
    idle = sessions.lifetimes["user"].idle

    shop.clock.advance(idle - timedelta(seconds=1))
    assert load(sessions, token) is not None
    shop.clock.advance(idle - timedelta(seconds=1))
    assert load(sessions, token) is not None
    shop.clock.advance(idle)
    assert load(sessions, token) is None


def test_a_session_ends_however_busy_it_is(shop, sessions):
    token = start(sessions, shop.ids["anna"])
    lifetime = sessions.lifetimes["user"]
    steps = lifetime.absolute // (lifetime.idle / 2)

    for _ in range(steps - 1):
        shop.clock.advance(lifetime.idle / 2)
        assert load(sessions, token) is not None
    shop.clock.advance(lifetime.idle / 2)
    assert load(sessions, token) is None


def test_last_seen_is_written_once_a_minute_at_most(shop, sessions):
    token = start(sessions, shop.ids["anna"])
    begun = rows(shop)[0]["last_seen_at"]

    shop.clock.advance(timedelta(seconds=59))
    load(sessions, token)
    assert rows(shop)[0]["last_seen_at"] == begun
    shop.clock.advance(timedelta(seconds=1))
    load(sessions, token)
    assert rows(shop)[0]["last_seen_at"] == begun + timedelta(seconds=60)


def test_a_list_that_refreshes_itself_keeps_nobody_signed_in(shop, sessions):
    token = start(sessions, shop.ids["anna"])
    begun = rows(shop)[0]["last_seen_at"]
    idle = sessions.lifetimes["user"].idle

    shop.clock.advance(idle - timedelta(seconds=1))
    unattended = sessions.load("user", token, ip="", request_id="r", unattended=True)
    assert unattended is not None
    assert rows(shop)[0]["last_seen_at"] == begun
    shop.clock.advance(timedelta(seconds=2))
    assert load(sessions, token) is None


def test_a_revoked_session_is_gone_with_the_next_click(shop, sessions):
    token = start(sessions, shop.ids["anna"])

    sessions.end(load(sessions, token).session_id)

    assert load(sessions, token) is None


def test_all_others_of_a_person_end_and_nobody_elses(shop, sessions):
    kept, other = start(sessions, shop.ids["anna"]), start(sessions, shop.ids["anna"])
    bens = start(sessions, shop.ids["ben"])

    ended = sessions.end_all("user", shop.ids["anna"], but=load(sessions, kept).session_id)

    assert ended == 1
    assert load(sessions, kept) is not None
    assert load(sessions, other) is None
    assert load(sessions, bens) is not None


def test_a_person_switched_off_is_out_with_the_next_click(shop, sessions):
    token = start(sessions, shop.ids["anna"])

    with shop.panel.records(SYSTEM) as records:
        records.update("user", shop.ids["anna"], {"enabled": False})

    assert load(sessions, token) is None


def test_a_right_taken_away_is_gone_with_the_next_click(shop, sessions):
    token = start(sessions, shop.ids["anna"])

    with shop.panel.records(SYSTEM) as records:
        records.update("member", shop.ids["m_anna"], {"owner": False})

    assert load(sessions, token).actor.rights["companies"] == {shop.ids["acme"]: frozenset()}


def test_signing_in_sweeps_the_persons_ended_sessions(shop, sessions):
    start(sessions, shop.ids["anna"])
    start(sessions, shop.ids["ben"])
    shop.clock.advance(sessions.lifetimes["user"].absolute)

    start(sessions, shop.ids["anna"])

    assert sorted(row["user_id"] for row in rows(shop)) == sorted(
        [shop.ids["anna"], shop.ids["ben"]]
    )
