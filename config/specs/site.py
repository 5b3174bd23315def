"""The one `site:` file: what holds for the whole panel."""

from __future__ import annotations

from typing import Literal

from config.specs.base import (
    Boolean,
    Duration,
    Extendable,
    Integer,
    Label,
    Name,
    Names,
    Spec,
    Text,
    Texts,
)


class MembershipSpec(Spec):
    """How a person of the client area belongs to rows of an entity, and with which rights.

    `clients: {through: client_user, account: user, of: client, rights: permissions,
    all_when: owner}` gives `me.clients` (the ids), and to grants with `needs` the right in the
    record's own client.
    `all_when` is a boolean field of the pivot: such a member holds every right.
    """

    through: Name
    account: Name
    of: Name
    rights: Name | None = None
    all_when: Name | None = None


class SecuritySpec(Spec):
    profile: Literal["default", "strict"] = "default"
    password_min: Integer = 12
    session_idle: Duration | None = None
    session_absolute: Duration | None = None
    sign_up: Boolean = True


class SiteSpec(Extendable):
    """`default_roles`: the roles every user of the client area holds.

    `rights`: what members of a client may be given, right → label.
    """

    site: Name
    name: Label | None = None
    locales: Texts = ("en",)
    time_zone: Text = "UTC"
    currency: Text = "USD"
    extensions: Names = ()
    security: SecuritySpec = SecuritySpec()
    memberships: dict[Name, MembershipSpec] = {}
    default_roles: Names = ()
    brand_colour: Text = "#206bc4"
    rights: dict[Name, Label] = {}
