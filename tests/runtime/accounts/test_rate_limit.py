import threading
from datetime import timedelta

from sqlalchemy import func, select

from runtime.accounts.rate_limit import Limit, forget, seconds_to_wait, subject

THREE = Limit(3, timedelta(minutes=10))
KEY = subject("account", "user", "anna@example.com")


def test_tries_within_the_window_are_counted(shop):
    assert [seconds_to_wait(shop.panel, {KEY: THREE}) for _ in range(4)] == [0, 0, 0, 601]


def test_the_window_slides(shop):
    for _ in range(3):
        seconds_to_wait(shop.panel, {KEY: THREE})
        shop.clock.advance(timedelta(minutes=3))

    assert seconds_to_wait(shop.panel, {KEY: THREE}) == 61
    shop.clock.advance(timedelta(seconds=61))
    assert seconds_to_wait(shop.panel, {KEY: THREE}) == 0
    assert seconds_to_wait(shop.panel, {KEY: THREE}) > 0


def test_a_refused_try_does_not_lengthen_the_wait(shop):
    for _ in range(3):
        seconds_to_wait(shop.panel, {KEY: THREE})
    for _ in range(20):
        shop.clock.advance(timedelta(seconds=30))
        wait = seconds_to_wait(shop.panel, {KEY: THREE})

    assert wait == 0 or wait <= 1


def test_one_full_window_refuses_and_counts_for_no_other_subject(shop):
    other = subject("address", "192.0.2.1")
    for _ in range(3):
        seconds_to_wait(shop.panel, {KEY: THREE})

    assert seconds_to_wait(shop.panel, {KEY: THREE, other: Limit(1, timedelta(hours=1))}) > 0
    assert seconds_to_wait(shop.panel, {other: Limit(1, timedelta(hours=1))}) == 0


def test_a_proof_takes_the_tries_back(shop):
    for _ in range(3):
        seconds_to_wait(shop.panel, {KEY: THREE})

    forget(shop.panel, KEY)

    assert seconds_to_wait(shop.panel, {KEY: THREE}) == 0


def test_tries_at_the_same_moment_are_counted_one_by_one(shop):
    answers: list[int] = []
    ready = threading.Barrier(12)

    def once() -> None:
        ready.wait(10)
        answers.append(seconds_to_wait(shop.panel, {KEY: THREE}))

    threads = [threading.Thread(target=once) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(answers)[:4] == [0, 0, 0, 601]
    assert len(answers) == 12


def test_tries_are_forgotten_after_a_day(shop):
    seconds_to_wait(shop.panel, {KEY: THREE})
    shop.clock.advance(timedelta(days=2))

    seconds_to_wait(shop.panel, {subject("account", "x"): THREE})

    table = shop.panel.generated.entities["login_attempt"].table
    with shop.panel.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(table)) == 1


def test_a_subject_tells_neither_the_account_nor_what_was_typed():
    assert "anna" not in KEY
    assert subject("account", "staff", "anna@example.com") != KEY
    assert subject("a", "bc") != subject("ab", "c")
