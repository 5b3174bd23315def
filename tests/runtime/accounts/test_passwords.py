import threading
import time

import pytest

from runtime.accounts.passwords import (
    MEMORY_KIB,
    PASSES,
    Passwords,
    TooBusy,
    one_time_password,
    why_unfit,
)


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords(memory_kib=1024, passes=1)


def test_a_password_is_right_for_its_own_hash_alone(passwords):
    stored = passwords.hash("correct horse battery")

    assert passwords.verify(stored, "correct horse battery")
    assert not passwords.verify(stored, "correct horse batterx")
    assert not passwords.verify(stored, "")
    assert stored.startswith("$argon2id$")


def test_equal_passwords_have_different_hashes(passwords):
    assert passwords.hash("correct horse") != passwords.hash("correct horse")


@pytest.mark.parametrize("stored", [None, "", "x", "$argon2id$v=19$m=8,t=1,p=1$x$y"])
def test_what_is_no_hash_fits_no_password(passwords, stored):
    assert not passwords.verify(stored, "anything at all")


def test_passwords_are_taken_verbatim(passwords):
    stored = passwords.hash("pâss wörd ✓ ")

    assert passwords.verify(stored, "pâss wörd ✓ ")
    assert not passwords.verify(stored, "pâss wörd ✓")


def test_an_overlong_password_is_wrong_and_costs_no_more(passwords):
    assert not passwords.verify(passwords.hash("x" * 12), "x" * 1_000_000)


def test_the_cost_is_above_what_owasp_asks_for():
    # The least there: 46 MiB with one pass, or 19 MiB with two.
    assert (MEMORY_KIB, PASSES) >= (47_104, 1)
    assert "m=47104,t=2,p=1" in Passwords().hash("x" * 12)


def test_a_hash_of_another_cost_is_recognised(passwords):
    assert Passwords(memory_kib=2048, passes=1).is_outdated(passwords.hash("x" * 12))
    assert not passwords.is_outdated(passwords.hash("x" * 12))


def test_nobodys_password_takes_as_long_as_a_wrong_one():
    passwords = Passwords(memory_kib=16_384, passes=2)
    stored = passwords.hash("correct horse")

    def seconds(against: str | None) -> float:
        best = []
        for _ in range(7):
            begun = time.process_time()
            passwords.verify(against, "wrong horse")
            best.append(time.process_time() - begun)
        return min(best)

    assert 0.5 < seconds(None) / seconds(stored) < 2


def test_more_tries_than_the_machine_can_do_are_turned_away():
    passwords = Passwords(memory_kib=1024, passes=1, parallel=1, waiting_max=1)
    inside, leave = threading.Event(), threading.Event()

    def holds(stored, password):
        inside.set()
        leave.wait(5)
        return True

    passwords._hasher = type("Slow", (), {"verify": staticmethod(holds)})()
    threads = [threading.Thread(target=passwords.verify, args=(None, "x")) for _ in range(2)]
    for thread in threads:
        thread.start()
    inside.wait(5)
    while passwords._admitted._value:
        time.sleep(0.001)

    with pytest.raises(TooBusy):
        passwords.verify(None, "x")

    leave.set()
    for thread in threads:
        thread.join(5)
    assert passwords.verify(None, "x")


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short", "at least 12"),
        ("x" * 129, "at most 128"),
        ("aaaaaaaaaaaaaaaa", "different"),
        ("Person@Example.com", "no secret"),
        ("correct horse battery", None),
    ],
)
def test_unfit_passwords_are_refused_with_the_reason(password, says):
    said = why_unfit(password, length_min=12, names=("person@example.com",))

    assert (said is None) if says is None else (says in said)


def test_one_time_passwords_are_long_and_never_the_same():
    made = {one_time_password() for _ in range(100)}

    assert len(made) == 100
    assert {len(each) for each in made} == {19}
    assert all(why_unfit(each, length_min=12) is None for each in made)
