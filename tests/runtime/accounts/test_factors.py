"""Factors of an account: each right code once, wrong ones counted, whoever asks how often."""

import random
import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from runtime.accounts.factors import totp
from runtime.accounts.factors.devices import Devices
from runtime.accounts.factors.locks import TRIES
from runtime.accounts.factors.pending import PendingLogins
from runtime.accounts.factors.store import WRONG, Factors


class Person:
    def __init__(self, shop, name="anna", kind="user"):
        self.shop, self.kind, self.id = shop, kind, shop.ids[name]
        self.factors = Factors(shop.panel)

    def add(self, name="Phone"):
        factor = self.factors.begin_totp(self.kind, self.id, name)
        secret = self.factors.secret_of(self.kind, self.id, factor)
        assert self.factors.confirm(self.kind, self.id, factor, self.code(secret)).right
        self.shop.clock.advance(timedelta(minutes=2))
        return factor, secret

    def code(self, secret, seconds=0):
        return totp.code_at(secret, self.shop.clock.now() + timedelta(seconds=seconds))

    def wrong(self, secret):
        near = {self.code(secret, seconds) for seconds in (-60, -30, 0, 30, 60)}
        return next(code for code in map("{:06}".format, range(9)) if code not in near)

    def check(self, factor, code):
        return self.factors.check(self.kind, self.id, factor, code)


@pytest.fixture
def anna(shop):
    return Person(shop)


def test_an_app_counts_after_its_first_code_and_shows_its_secret_before_alone(anna):
    factor = anna.factors.begin_totp("user", anna.id, "Phone")
    secret = anna.factors.secret_of("user", anna.id, factor)
    assert anna.factors.usable("user", anna.id) == ()
    assert anna.check(factor, anna.code(secret)) == WRONG
    assert not anna.factors.confirm("user", anna.id, factor, anna.wrong(secret)).right
    first = anna.code(secret)
    assert anna.factors.confirm("user", anna.id, factor, first).right
    (found,) = anna.factors.usable("user", anna.id)
    assert (found.id, found.name, found.default) == (factor, "Phone", True)
    # The code that enrolled the app is used up.
    assert not anna.check(factor, first).right
    assert anna.factors.secret_of("user", anna.id, factor) is None
    assert anna.factors.confirm("user", anna.id, factor, first) is None


def test_an_app_that_never_got_its_code_makes_room_for_the_next(anna):
    anna.factors.begin_totp("user", anna.id, "Old phone")
    later = anna.factors.begin_totp("user", anna.id, "New phone")
    assert [each.id for each in anna.factors.of("user", anna.id)] == [later]


def test_a_code_is_dead_once_used_and_so_are_those_before_it(anna):
    factor, secret = anna.add()
    now, before = anna.code(secret), anna.code(secret, -30)
    assert anna.check(factor, now).right
    assert not anna.check(factor, now).right
    assert not anna.check(factor, before).right
    anna.shop.clock.advance(timedelta(seconds=30))
    assert anna.check(factor, anna.code(secret)).right


def test_nobody_uses_the_factor_of_somebody_else(anna):
    factor, secret = anna.add()
    other = Person(anna.shop, "olga")
    assert other.check(factor, anna.code(secret)) == WRONG
    assert other.factors.secret_of("user", other.id, factor) is None
    assert not other.factors.make_default("user", other.id, factor)
    assert not other.factors.drop("user", other.id, factor, last=True)
    assert Factors(anna.shop.panel).check("staff", anna.id, factor, anna.code(secret)) == WRONG
    assert anna.check(factor, anna.code(secret)).right


def test_six_wrong_codes_lock_the_factor_for_longer_each_time(anna):
    factor, secret = anna.add()
    for minutes in (5, 10, 20):
        for number in range(1, TRIES + 1):
            outcome = anna.check(factor, anna.wrong(secret))
            assert outcome.wait_seconds == (minutes * 60 if number == TRIES else 0)
        locked = anna.check(factor, anna.code(secret))
        assert (locked.right, locked.wait_seconds) == (False, minutes * 60)
        anna.shop.clock.advance(timedelta(minutes=minutes))
    assert anna.check(factor, anna.code(secret)).right
    anna.shop.clock.advance(timedelta(minutes=2))
    for _ in range(TRIES):
        outcome = anna.check(factor, anna.wrong(secret))
    assert outcome.wait_seconds == 300


def test_sixty_wrong_codes_switch_a_factor_off_also_for_the_right_one(anna):
    factor, secret = anna.add()
    for _ in range(60):
        outcome = anna.check(factor, anna.wrong(secret))
        anna.shop.clock.advance(timedelta(seconds=outcome.wait_seconds + 60))
    assert outcome.is_off
    assert anna.check(factor, anna.code(secret)).is_off
    assert anna.factors.of("user", anna.id)[0].is_off


def test_a_locked_factor_leaves_the_others_open(anna):
    first, secret = anna.add("One")
    second, other_secret = anna.add("Two")
    for _ in range(TRIES):
        anna.check(first, anna.wrong(secret))
    assert anna.check(second, anna.code(other_secret)).right


def test_backup_codes_work_once_each_however_they_are_typed(anna):
    codes = anna.factors.new_backup_codes("user", anna.id)
    (factor,) = anna.factors.of("user", anna.id)
    assert len(set(codes)) == 10
    assert anna.check(factor.id, codes[0]).right
    assert not anna.check(factor.id, codes[0]).right
    assert anna.check(factor.id, f"  {codes[1].upper().replace('-', ' ')} ").right
    assert anna.factors.backup_codes_left("user", anna.id) == 8
    anna.factors.new_backup_codes("user", anna.id)
    (factor,) = anna.factors.of("user", anna.id)
    assert not anna.check(factor.id, codes[2]).right
    assert anna.factors.backup_codes_left("user", anna.id) == 10


def test_the_database_holds_neither_secrets_nor_codes(anna):
    _, secret = anna.add()
    codes = anna.factors.new_backup_codes("user", anna.id)
    with anna.shop.panel.engine.connect() as connection:
        written = "".join(
            repr(connection.execute(select(anna.shop.panel.generated.entities[name].table)).all())
            for name in ("factor", "backup_code")
        )
    assert secret not in written
    assert not any(code in written or code.replace("-", "") in written for code in codes)


def at_once(number, work):
    results, start = Counter(), threading.Barrier(number)

    def run():
        start.wait()
        results[work()] += 1

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_many_who_send_one_code_at_once_one_is_let_in(anna):
    factor, secret = anna.add()
    code = anna.code(secret)
    assert at_once(8, lambda: anna.check(factor, code).right) == {True: 1, False: 7}
    codes = anna.factors.new_backup_codes("user", anna.id)
    backup = next(each for each in anna.factors.of("user", anna.id) if each.type == "backup")
    assert at_once(5, lambda: anna.check(backup.id, codes[3]).right) == {True: 1, False: 4}


@pytest.mark.long
def test_a_thousand_races_for_one_code_have_one_winner_each(anna):
    factor, secret = anna.add()
    for _ in range(1000):
        code = anna.code(secret)
        assert at_once(2, lambda code=code: anna.check(factor, code).right)[True] == 1
        anna.shop.clock.advance(timedelta(seconds=90))


def test_no_wrong_code_is_missed_when_many_come_at_once(anna):
    factor, secret = anna.add()
    results = at_once(TRIES, lambda: anna.check(factor, anna.wrong(secret)).wait_seconds)
    assert results == {0: TRIES - 1, 300: 1}


def test_the_default_moves_on_and_the_last_method_stays_while_it_is_needed(anna):
    first, _ = anna.add("One")
    second, _ = anna.add("Two")
    assert anna.factors.make_default("user", anna.id, second)
    assert [each.id for each in anna.factors.usable("user", anna.id)] == [second, first]
    assert anna.factors.drop("user", anna.id, second, last=False)
    (left,) = anna.factors.usable("user", anna.id)
    assert (left.id, left.default) == (first, True)
    assert not anna.factors.drop("user", anna.id, first, last=False)
    assert anna.factors.drop("user", anna.id, first, last=True)


def test_of_two_who_drop_the_last_two_at_once_one_is_refused(anna):
    ids = [anna.add("One")[0], anna.add("Two")[0]]
    random.shuffle(ids)
    left = iter(ids)
    results = at_once(2, lambda: anna.factors.drop("user", anna.id, next(left), last=False))
    assert results == {True: 1, False: 1}


def test_a_pending_login_opens_once_and_not_for_long(shop):
    pending = PendingLogins(shop.panel)
    token = pending.start("user", shop.ids["anna"], then="/ticket/", remember=True)
    found = pending.load("user", token)
    assert (found.account_id, found.then, found.remember) == (shop.ids["anna"], "/ticket/", True)
    assert pending.load("staff", token) is None
    assert (pending.take(found), pending.take(found)) == (True, False)
    late = pending.start("user", shop.ids["anna"])
    shop.clock.advance(timedelta(minutes=10))
    assert pending.load("user", late) is None


def test_a_remembered_browser_gets_a_new_token_at_each_use(shop):
    devices, anna = Devices(shop.panel), shop.ids["anna"]
    first = devices.remember("user", anna, ip="10.0.0.1", user_agent="Firefox")
    second = devices.recognise("user", anna, first, ip="10.0.0.2")
    assert second not in (None, first)
    assert devices.recognise("user", shop.ids["olga"], second, ip="") is None
    assert devices.recognise("staff", anna, second, ip="") is None
    assert [each.ip for each in devices.of("user", anna)] == ["10.0.0.2"]


def test_a_stolen_token_of_a_browser_ends_it_for_both(shop):
    devices, anna = Devices(shop.panel), shop.ids["anna"]
    stolen = devices.remember("user", anna, ip="", user_agent="Firefox")
    second = devices.recognise("user", anna, stolen, ip="")
    assert devices.recognise("user", anna, stolen, ip="") is None
    assert devices.recognise("user", anna, second, ip="") is None
    assert devices.of("user", anna) == []


def test_a_browser_is_remembered_for_thirty_days(shop):
    devices, anna = Devices(shop.panel), shop.ids["anna"]
    token = devices.remember("user", anna, ip="", user_agent="Firefox")
    shop.clock.advance(timedelta(days=29))
    token = devices.recognise("user", anna, token, ip="")
    shop.clock.advance(timedelta(days=1))
    assert devices.recognise("user", anna, token, ip="") is None
