"""A role: what its holders may see and do. Allow is a union over roles; nothing else allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from config.specs.base import (
    Boolean,
    Expression,
    Extendable,
    Label,
    Name,
    Names,
    Path,
    Spec,
    Text,
    Texts,
    quoted,
    refuse,
)

Reach = Literal["all", "scope", "none"]


def _reach(value: Any) -> Any:
    # Where no row exists yet, `create: yes` comes to mind as well as `create: all`.
    if isinstance(value, str) and value.lower() in ("yes", "true"):
        return "all"
    if isinstance(value, str) and value.lower() in ("no", "false"):
        return "none"
    return value


AnyReach = Annotated[Reach, BeforeValidator(_reach)]


class FieldsSpec(Spec):
    """`{only: […]}` or `{except: […]}`; an entry is a field or `class:financial`."""

    only: Texts | None = None
    except_: Texts = Field((), alias="except")


class GrantSpec(Spec):
    """What a role allows on one entity.

    `see`, `create`, `edit`, `delete`, `purge`: `all` rows, those in the role's `scope`, or `none`;
    `yes` is read as `all`, `no` as `none`. Short forms of a whole grant: `client: see` sees all
    rows; `client: edit` sees, creates and edits them and makes all moves; `client: all` deletes,
    purges and imports too. `"*": all` says so of every entity that the role does not name itself.
    `needs` adds: the actor holds this right in the record's own membership (see SiteSpec).
    `needs_in` is the path from the record to the row of that membership (`service.client`);
    left out, it is the record's only relation to it, or the record itself. It may go through
    a picked row; through a collection only to see, for which the right in one of them is enough.
    `fields` limits what is seen and edited, `edit_fields` further what is edited.
    """

    see: AnyReach = "none"
    create: AnyReach = "none"
    edit: AnyReach = "none"
    delete: AnyReach = "none"
    purge: AnyReach = "none"
    moves: Names = ()
    export: Boolean = True
    import_: Boolean = Field(False, alias="import")
    history: Boolean = True
    load_history: Boolean = False
    fields: FieldsSpec = FieldsSpec()
    edit_fields: FieldsSpec = FieldsSpec()
    needs: Name | None = None
    needs_in: Path | None = None
    scope: Expression | None = None


_EDIT = {"see": "all", "create": "all", "edit": "all", "moves": ["all"]}
_ALL = {**_EDIT, "delete": "all", "purge": "all", "import": "yes", "load_history": "yes"}

# The short forms of a grant.
GRANT_WORDS: Mapping[str, dict[str, Any]] = {"see": {"see": "all"}, "edit": _EDIT, "all": _ALL}


def _grant(value: Any) -> Any:
    if isinstance(value, str):
        if value not in GRANT_WORDS:
            raise refuse(f"expected see, edit, all or a map, got {quoted(value)}")
        return GRANT_WORDS[value]
    return value


AnyGrant = Annotated[GrantSpec, BeforeValidator(_grant)]


class ExampleSpec(Spec):
    """A statement about the role that `check` proves.

    `given.record` is `{entity: {field: value}}` (one record), `given.actor` has
    `member_of` (a name that stands for one client, `A`, `B` …) and `rights`.
    `can`/`cannot`: `see`, `create`, `edit`, `delete`, `export`, a move, or `entity.action`.
    `field` narrows to one field: `client.credit_limit`.
    """

    given: dict[Text, Any] = {}
    can: Texts = ()
    cannot: Texts = ()
    field: Path | None = None


class RoleSpec(Extendable):
    """`allow` keys are entities or `"*"` (every entity that the role does not name itself).

    Of the staff only those give a role who hold it, whose own roles allow on every row all that
    it allows, or who hold a role with `"*": all`; the right to edit `staff` is not enough.
    """

    role: Name
    label: Label | None = None
    help: Label | None = None
    area: Literal["staff", "client"]
    includes: Names = ()
    scope: dict[Name, Expression] = {}
    allow: dict[Text, AnyGrant] = {}
    pages: Texts = ()
    rights: Names = ()
    examples: dict[Text, ExampleSpec] = {}
    renamed_from: Names = ()
