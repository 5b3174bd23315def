"""The pages that belong to no entity, by the names under which a menu leads to them.

    account: {page: profile.client, label: My account, icon: user}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class OwnPage:
    """`path` is the address; a menu's item of `logout.client` is a button that posts there."""

    area: Literal["staff", "client"]
    path: str


LOGOUT = "logout.client"

OWN_PAGES: Mapping[str, OwnPage] = {
    "dashboard.staff": OwnPage("staff", "/admin/"),
    "account.staff": OwnPage("staff", "/admin/my/account"),
    "password.staff": OwnPage("staff", "/admin/my/password"),
    "verification.staff": OwnPage("staff", "/admin/my/verification"),
    "two_factor.staff": OwnPage("staff", "/admin/my/two-factor"),
    "template.staff": OwnPage("staff", "/admin/templates/staff"),
    "template.client": OwnPage("staff", "/admin/templates/client"),
    "language.staff": OwnPage("staff", "/admin/my/language"),
    "dashboard.client": OwnPage("client", "/"),
    "profile.client": OwnPage("client", "/my/profile"),
    "password.client": OwnPage("client", "/my/password"),
    "verification.client": OwnPage("client", "/my/verification"),
    "two_factor.client": OwnPage("client", "/my/two-factor"),
    "language.client": OwnPage("client", "/my/language"),
    LOGOUT: OwnPage("client", "/logout"),
}


def pages_of(area: str) -> dict[str, str]:
    """Return name → address of an area's pages."""
    return {name: page.path for name, page in OWN_PAGES.items() if page.area == area}
