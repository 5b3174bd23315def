"""Whatever the rows are, a list, its filters and its search agree with Python on what is picked."""

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from runtime.panel import Panel, open_panel
from runtime.records import Filter, ListQuery, Records
from runtime.settings import Settings
from tests.runtime.records.house import SECRET_KEYS
from tests.runtime.records.library import undone

# Hypothesis finds the fixtures too long to print beside a failure; the failure itself is not.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

SITE = "site: club\nlocales: [en]\ntime_zone: UTC\ncurrency: EUR\n"
ROLE = "role: coach\narea: staff\nallow: {'*': all}\n"
TEAM = """entity: team
size: small
title: name
fields:
  name:    text!
  players: {many: player, by: team}
  first:   {pick: players}
  best:    {pick: players, where: "active and not hurt", order_by: -score}
  worst:   {pick: players, where: "team.first != id", order_by: score}
views:
  staff:
    columns: [name, first, first.nick, best, best.nick, best.score, best.friend.nick, worst]
    filters: [first, best, best.nick, best.score, worst.friend.nick]
    search: [best.nick]
    sort: [best.score, name]
    sortable: [best.nick]
"""
PLAYER = """entity: player
title: nick
traits: [trash]
fields:
  team:   ->team
  nick:   text!
  score:  integer
  active: boolean
  hurt:   boolean
  friend: ->player
views:
  staff: {search: [nick]}
"""
PLAYERS = st.lists(
    st.fixed_dictionaries({
        "team": st.sampled_from([None, 0, 0, 1, 2]),
        "nick": st.sampled_from(["ada", "bo", "cy", "dee"]),
        "score": st.sampled_from([None, -1, 0, 3, 3]),
        "active": st.sampled_from([None, True, True, False]),
        "hurt": st.sampled_from([None, None, True, False]),
        "gone": st.sampled_from([False, False, True]),
    }),
    max_size=8,
)
ON_DATABASES = settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@pytest.fixture(scope="module")
def club(module_database_url, tmp_path_factory):
    folder = tmp_path_factory.mktemp("club")
    (folder / "config").mkdir()
    for number, text_ in enumerate((SITE, ROLE, TEAM, PLAYER)):
        (folder / "config" / f"file{number}.yaml").write_text(text_)
    settings_ = Settings(module_database_url, folder, SECRET_KEYS)
    with open_panel([folder / "config"], settings_, create=True) as panel:
        yield panel


def fill(records: Records, given_players):
    """Make three teams and the players; return team ids and the living players by team."""
    teams = [records.create("team", {"name": f"team {number}"}).id for number in range(3)]
    living = {team: [] for team in teams}
    earlier = None
    for each in given_players:
        row = {key: each[key] for key in ("nick", "score", "active", "hurt")}
        row["team"] = None if each["team"] is None else teams[each["team"]]
        row["friend"] = earlier
        row["id"] = records.create("player", {k: v for k, v in row.items() if k != "id"}).id
        if each["gone"]:
            records.delete("player", row["id"])
            continue
        earlier = row["id"]
        if row["team"] is not None:
            living[row["team"]].append(row)
    return teams, living


def expected(rows):
    first = rows[0] if rows else None
    fit = [row for row in rows if row["active"] and not row["hurt"]]
    best = min(fit, key=lambda row: (
        row["score"] is None, -(row["score"] or 0), row["id"]), default=None)
    others = [row for row in rows if row is not first]
    worst = min(others, key=lambda row: (
        row["score"] is None, row["score"] or 0, row["id"]), default=None)
    return {"first": first, "best": best, "worst": worst}


def asked(records: Records, path, op, *values):
    page = records.list("team", ListQuery(filters=(Filter(path, op, values),)))
    return {row.id for row in page.rows}


@ON_DATABASES
@given(PLAYERS)
def test_lists_filters_and_search_agree_with_python(club: Panel, given_players):
    with undone(club) as records:
        teams, living = fill(records, given_players)
        picked = {team: expected(living[team]) for team in teams}

        rows = {row.id: row for row in records.list("team", ListQuery()).rows}
        for team in teams:
            row, wanted = rows[team], picked[team]
            assert {name: row[name] for name in wanted} == {
                name: one and one["id"] for name, one in wanted.items()
            }
            best = wanted["best"]
            assert (row["best.nick"], row["best.score"]) == (
                (best["nick"], best["score"]) if best else (None, None)
            )
        best = {team: picked[team]["best"] for team in teams}
        nicks = {team: one["nick"] for team, one in best.items() if one}
        assert asked(records, "best.nick", "eq", "ada") == {t for t in nicks if nicks[t] == "ada"}
        assert asked(records, "best", "null") == set(teams) - set(nicks)
        assert asked(records, "best", "not_null") == set(nicks)
        assert asked(records, "best.score", "ge", "0") == {
            team for team, one in best.items()
            if one and one["score"] is not None and one["score"] >= 0
        }
        found = records.list("team", ListQuery(search="d")).rows
        assert {row.id for row in found} == {t for t in nicks if nicks[t] == "dee"}


@ON_DATABASES
@given(PLAYERS)
def test_a_small_entity_is_sorted_and_paged_by_a_picked_row(club: Panel, given_players):
    with undone(club) as records:
        teams, living = fill(records, given_players)
        best = {team: expected(living[team])["best"] for team in teams}
        score = {team: one["score"] if one else None for team, one in best.items()}
        nick = {team: one["nick"] if one else None for team, one in best.items()}

        assert walked(records, ()) == sorted(
            teams, key=lambda team: (score[team] is None, score[team] or 0, team))
        assert walked(records, ("best.nick",)) == sorted(
            teams, key=lambda team: (nick[team] is None, nick[team] or "", team))


def walked(records: Records, sort):
    """Return the ids of a list in its order, one row a page."""
    found, cursor = [], None
    while True:
        page = records.list("team", ListQuery(sort=sort, size=1, cursor=cursor))
        found += [row.id for row in page.rows]
        cursor = page.next
        if cursor is None:
            return found


def test_a_search_goes_through_the_index_of_the_picked_rows(club: Panel):
    """The text is found first; no list of teams is read for it, nor one of players."""
    with panel_with_many(club) as records:
        asked_of = []
        connection = records.work.connection
        event.listen(
            connection, "before_cursor_execute", lambda *call: asked_of.append(call[2:4])
        )
        assert len(records.list("team", ListQuery(search="cy 299")).rows) == 1
        statement, values = asked_of[0]
        if connection.dialect.name == "postgresql":
            # Three hundred rows are read as quickly as they are looked up.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        word = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        plan = "\n".join(
            str(tuple(row)) for row in connection.exec_driver_sql(f"{word} {statement}", values)
        )

    assert "ix_player_nick_start" in plan
    assert "SCAN team" not in plan
    assert "SCAN player" not in plan
    assert "Seq Scan on team" not in plan
    assert "Seq Scan on player" not in plan


@contextlib.contextmanager
def panel_with_many(panel: Panel):
    """Open the gate over 300 teams of two; nothing of them stays."""
    with undone(panel) as records:
        for number in range(300):
            team = records.create("team", {"name": f"team {number}"}).id
            for nick in ("ada", "cy"):
                records.create("player", {
                    "team": team, "nick": f"{nick} {number}", "active": nick == "cy",
                })
        if records.work.connection.dialect.name == "postgresql":
            records.work.run(text("ANALYZE"))
        yield records


