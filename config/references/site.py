"""The site: time zone, locales, currency, extensions, and how people belong to rows."""

from __future__ import annotations

import re

from config.errors import suggest
from config.objects import Item, Objects
from config.paths import check_path
from config.references.expressions import ACCOUNT_OF_AREA
from config.source import KeyPath
from config.specs import EntitySpec, RoleSpec, SiteSpec
from config.specs.site import MembershipSpec
from config.written import currencies, locale_problem, zone_problem


def check_site(objects: Objects) -> None:
    for item in objects.checked("site"):
        site: SiteSpec = item.spec
        _check_plain(objects, item, site)
        for index, name in enumerate(site.extensions):
            if name not in objects.vocabulary.extensions:
                objects.unknown(item, _entry(item, ("extensions",), index), "installed extension",
                                name, objects.vocabulary.extensions, "unknown-extension")
        for name, membership in site.memberships.items():
            _check_membership(objects, item, ("memberships", name), name, membership)
        for index, name in enumerate(site.default_roles):
            place = _entry(item, ("default_roles",), index)
            if objects.exists(item, place, "role", name):
                role: RoleSpec | None = objects.spec("role", name)
                if role is not None and role.area != "client":
                    objects.report(item, place, f"role {name} is of the staff area", "wrong-area",
                                   "name roles of the client area")
    _check_unlisted(objects)


def _entry(item: Item, path: KeyPath, index: int) -> KeyPath:
    source, inner = item.locate((*path, index))
    return (*path, index) if inner in source.value_positions else path


def _check_plain(objects: Objects, item: Item, site: SiteSpec) -> None:
    problem = zone_problem(site.time_zone)
    if problem:
        objects.report(item, ("time_zone",), problem, "unknown-zone", "write it like Europe/Warsaw")
    if not site.locales:
        objects.report(item, ("locales",), "expected at least one", "bad-value", "write [en]")
    for index, locale in enumerate(site.locales):
        problem = locale_problem(locale)
        if problem:
            objects.report(item, _entry(item, ("locales",), index), problem, "unknown-locale",
                           "write it like en or pt_BR")
    if site.currency not in currencies():
        objects.report(item, ("currency",), f"there is no currency '{site.currency}'",
                       "unknown-currency", suggest(site.currency, currencies()))
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", site.brand_colour):
        objects.report(item, ("brand_colour",), f"expected a colour, got '{site.brand_colour}'",
                       "bad-value", "write it like '#206bc4', in quotes")
    if not 8 <= site.security.password_min <= 128:
        objects.report(item, ("security", "password_min"), "expected 8 to 128", "bad-limits")


def _check_membership(
    objects: Objects, item: Item, path: KeyPath, name: str, membership: MembershipSpec
) -> None:
    if name in ("id", "name", "kind", *ACCOUNT_OF_AREA.values()):
        objects.report(item, path, f"me.{name} has a meaning already", "reserved-name",
                       "choose another name", on_key=True)
    if not objects.exists(item, (*path, "through"), "entity", membership.through):
        return
    pivot: EntitySpec | None = objects.spec("entity", membership.through)
    if pivot is None:
        return
    wanted = {
        "account": "relation", "of": "relation", "rights": "choices", "all_when": "boolean"
    }
    for key, type_name in wanted.items():
        field = getattr(membership, key)
        if field is None:
            continue
        place = (*path, key)
        found = check_path(objects, item, place, membership.through, field)
        if found is None:
            continue
        if found.type != type_name:
            objects.report(item, place, f"{field} is {found.type}, not {type_name}", "wrong-type",
                           suggest("", [each for each, one in pivot.fields.items()
                                        if one.type == type_name]))
        elif type_name == "relation" and found.spec.to_any:
            objects.report(item, place, f"{field} may lead to any entity", "wrong-type",
                           "name one entity")
        elif key == "account" and found.spec.to[0] != ACCOUNT_OF_AREA["client"]:
            objects.report(item, place, f"{field} leads to {found.spec.to[0]}, not to user",
                           "wrong-type", "name the relation to user")


def _check_unlisted(objects: Objects) -> None:
    """Report `x-<extension>:` keys of extensions that the site does not list."""
    site = next(objects.whole("site"), None)
    if site is None:
        return
    for items in objects.kinds.values():
        for item in items.values():
            if item.layer.protected or not objects.is_checked(item):
                continue
            for path in item.source.key_positions:
                key = str(path[-1])
                known = key.startswith("x-") and key[2:] in objects.vocabulary.extensions
                if known and key[2:] not in site.spec.extensions:
                    objects.report(item, path, f"extension {key[2:]} is not listed",
                                   "extension-not-listed",
                                   f"add {key[2:]} to extensions: of the site", on_key=True)
