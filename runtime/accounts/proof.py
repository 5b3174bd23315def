"""A fresh proof of who somebody is, asked before what would hurt them if it was not them.

A code of the default method where two-factor is on, else the password; both are counted like those
at the login.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from config.texts.sentence import Sentence
from runtime.accounts.passwords import TooBusy
from runtime.accounts.second_step import said
from runtime.web.errors import TooManyRequests

if TYPE_CHECKING:
    from runtime.accounts.factors.store import Factor
    from runtime.accounts.login import Account, Logins
    from runtime.accounts.sessions import AccountKind

_BUSY_SECONDS = 5
_WRONG_PASSWORD = Sentence("This is not your present password.")


@dataclass(frozen=True, slots=True)
class Proof:
    """What is asked for: a code of `factor`, or without one the password."""

    factor: Factor | None
    right: bool = False
    problem: Sentence | None = None

    @classmethod
    def of(cls, logins: Logins, kind: AccountKind, account: Account) -> Self:
        """Return the question, not answered yet."""
        if not account.two_factor:
            return cls(None)
        return cls(next(iter(logins.factors.usable(kind, account.id)), None))


def prove(logins: Logins, kind: AccountKind, account: Account, form: Any) -> Proof:
    """Check what a form gives for the question. Raises TooManyRequests."""
    asked = Proof.of(logins, kind, account)
    if asked.factor is not None:
        given = str(form.get("code") or "")
        outcome = logins.factors.check(kind, account.id, asked.factor.id, given)
        problem = None if outcome.right else said(outcome, asked.factor)
        return Proof(asked.factor, outcome.right, problem)
    problem = check_password(logins, kind, account.id, str(form.get("password") or ""))
    return Proof(None, problem is None, problem)


def check_password(
    logins: Logins, kind: AccountKind, account_id: int, password: str
) -> Sentence | None:
    """Return what is wrong with a password, None when it is right. Raises TooManyRequests."""
    wait = logins.seconds_to_wait(kind, account_id)
    if wait:
        raise TooManyRequests(Sentence("Too many tries. Please wait a few minutes."), wait)
    try:
        if not logins.password_fits(kind, account_id, password):
            return _WRONG_PASSWORD
    except TooBusy:
        raise TooManyRequests(Sentence("Please try again in a moment."), _BUSY_SECONDS) from None
    logins.forget_tries(kind, account_id)
    return None
