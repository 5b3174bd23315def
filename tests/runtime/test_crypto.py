"""Secrets at rest: sealed for one field, under a key that can be replaced."""

import pytest

from runtime.crypto import CannotOpen, Cipher, Signer, derived_key, new_secret_key

OLD, NEW = "o" * 40, "n" * 40


def test_what_was_sealed_opens_for_the_same_field_only():
    cipher = Cipher([OLD])
    token = cipher.encrypt("hunter2 ł", "service.password")

    assert cipher.decrypt(token, "service.password") == "hunter2 ł"
    assert "hunter2" not in token
    with pytest.raises(CannotOpen):
        cipher.decrypt(token, "service.other")


def test_the_same_text_is_never_sealed_the_same_way_twice():
    cipher = Cipher([OLD])
    assert cipher.encrypt("x", "a.b") != cipher.encrypt("x", "a.b")


def test_a_new_key_opens_what_the_old_one_sealed_and_takes_it_over():
    token = Cipher([OLD]).encrypt("x", "a.b")
    both = Cipher([NEW, OLD])

    assert both.decrypt(token, "a.b") == "x"
    assert not both.is_current(token)
    taken_over = both.rewrap(token, "a.b")
    assert both.is_current(taken_over)
    assert Cipher([NEW]).decrypt(taken_over, "a.b") == "x"
    assert both.rewrap(taken_over, "a.b") == taken_over
    with pytest.raises(CannotOpen):
        Cipher([NEW]).decrypt(token, "a.b")


@pytest.mark.parametrize("place", range(4))
def test_an_altered_token_does_not_open(place):
    cipher = Cipher([OLD])
    parts = cipher.encrypt("x", "a.b").split(".")
    parts[place] = parts[place][:-2] + ("AA" if parts[place][-2:] != "AA" else "BB")
    with pytest.raises(CannotOpen):
        cipher.decrypt(".".join(parts), "a.b")


@pytest.mark.parametrize("token", ["", "x", "v1", "v1..", "v1.a.b.c", "v2.a.b.c", "łłł"])
def test_what_was_never_sealed_does_not_open(token):
    with pytest.raises((CannotOpen, ValueError)):
        Cipher([OLD]).decrypt(token, "a.b")


def test_keys_of_different_purposes_differ():
    assert derived_key(OLD, "a") != derived_key(OLD, "b")
    assert len({new_secret_key() for _ in range(10)}) == 10


def test_a_signature_holds_for_its_purpose_and_text():
    signer = Signer(OLD, "cursor")
    text = signer.sign(b"payload")

    assert signer.open(text) == b"payload"
    assert Signer(OLD, "other").open(text) is None
    assert Signer(NEW, "cursor").open(text) is None
    for wrong in ("", "A", text[:-1], f"{text}A", "łł", "-" * 50):
        assert signer.open(wrong) is None


def test_a_cipher_needs_a_key():
    with pytest.raises(ValueError, match="secret key"):
        Cipher([])
