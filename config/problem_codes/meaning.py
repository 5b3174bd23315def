"""Codes of what objects mean: fields, expressions, machines, roles, templates, taxes, patches."""

from __future__ import annotations

from collections.abc import Mapping

# Heading → code → (meaning, the way out).
MEANING: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "Entities and fields": {
        "bad-default": (
            "A default, or a limit, is no value of its field.",
            "Write it in the form of the type: `12.50 EUR`, `7 days`, `2026-01-31`.",
        ),
        "bad-limits": ("Limits contradict each other or are out of range.", "Correct them."),
        "bad-pattern": (
            "A regular expression cannot be used.",
            "Correct it; back references and looking around could take for ever.",
        ),
        "bad-format": (
            "The format of a sequence does not hold its number once, or names what may be absent.",
            "Write `{number}` or `{number:05}`; beside it `{year}`, `{month}`, `{day}` and "
            "required fields.",
        ),
        "bad-rename": (
            "An earlier name is the present one, or belongs to two.",
            "Name what it was called before; one of two keeps the data.",
        ),
        "own-group": (
            "A field counts within its own values.",
            "Name other fields, whose values make the groups.",
        ),
        "bad-title": (
            "The text of a title cannot be read.",
            "Write fields in braces and parts that may be empty in brackets: "
            "`{code} - {name}[ ({native_name})]`, `[{company}|{first_name}]`.",
        ),
        "computed-field": (
            "A computed field is also given.",
            "A field is computed or given, not both.",
        ),
        "wrong-type": (
            "A field has another type than is needed here.",
            "Name a field of the right type.",
        ),
        "not-stored": ("A field has no column to use here.", "Name a stored field."),
        "no-relation": (
            "No relation leads back, as a collection or tab needs.",
            "Add a relation to the other entity, or correct the name.",
        ),
        "ambiguous-relation": ("More than one relation leads back.", "Say which: `by: client`."),
        "bad-relation": (
            "A relation says things that do not go together.",
            "The message says which.",
        ),
        "bad-pick": (
            "A field picks from what is no collection of the row, or by an order that is none.",
            "Name a `many` field without a pivot; order by a number, date or moment.",
        ),
        "pick-cycle": (
            "The condition of a picked row asks for that row again.",
            "Ask for stored fields of the rows.",
        ),
        "trait-conflict": ("Two traits contradict each other.", "Keep one of them."),
        "not-unique": (
            "Something must be, or cannot be, unique.",
            "Add `unique: yes`, or choose another field.",
        ),
        "not-in-form": (
            "A form names a field that no form writes.",
            "Leave it out; moves write the fields of machines, picked rows are written themselves.",
        ),
        "not-in-view": (
            "A list does not have the column or filter that something is said about.",
            "Name one that it has, or add the column to `columns`.",
        ),
        "not-shown": (
            "A value is not shown in tables.",
            "Leave it out: secrets are shown on demand, collections in the detail page.",
        ),
        "not-sortable": (
            "A field has no order in the database.",
            "Leave it out, or store a text to sort by.",
        ),
        "not-filterable": ("A field cannot be filtered by.", "Leave it out."),
        "not-searchable": ("A field is no text, so it is not searched.", "Make it a filter."),
        "hidden-from-clients": (
            "A field never leaves the staff area.",
            "Leave it out of what clients see.",
        ),
        "unknown-choice": ("A text is none of the keys of a choice.", "Write one of the keys."),
        "protected": (
            "A patch changes what the program itself relies on.",
            "Add fields, labels, views and forms; drop and retype nothing.",
        ),
    },
    "Expressions": {
        "bad-expression": (
            "The text is not an expression of the language.",
            "The message points at the place.",
        ),
        "expression-limit": (
            "An expression is too long or nested too deep.",
            "Split it, or write a function in an extension.",
        ),
        "ambiguous-logic": (
            "`and` stands beside `or` without parentheses.",
            "Write `(a and b) or c`.",
        ),
        "unknown-name": (
            "No field, variable or setting has this name here.",
            "The hint names the nearest.",
        ),
        "expression-type": (
            "Types do not go together, or not with the key.",
            "The message says what was expected.",
        ),
        "not-in-sql": (
            "The database cannot compute a part of it, but must.",
            "Rewrite it, or compute it in a function.",
        ),
        "own-row-only": (
            "A condition of the table follows a link.",
            "Compare fields of the row itself.",
        ),
    },
    "Machines": {
        "unknown-state": (
            "A state is no key of the choice.",
            "Write one of the keys, or add it to the choice.",
        ),
        "unreachable-state": (
            "No plain move leads to a state.",
            "Add a move, or name it in `by_force`.",
        ),
        "dead-end": (
            "No plain move leads out of a state that is not final.",
            "Add a move, or name it in `final`.",
        ),
        "by-force-reached": (
            "A plain move leads to a state of `by_force`.",
            "Take it out of `by_force`.",
        ),
        "machine-default": (
            "The default of the field is not the start of the machine.",
            "Leave out the default.",
        ),
        "bad-move": ("Keys of a move do not go together.", "The message says which."),
        "not-set": (
            "A move sets a field that it cannot set.",
            "Leave it out; other machines move their own fields.",
        ),
    },
    "Roles": {
        "unknown-move": (
            "An entity has no such move.",
            "Correct the name; moves stand in its machines.",
        ),
        "unknown-class": (
            "There is no such class of fields.",
            "Write plain, staff_only, financial, personal or secret.",
        ),
        "unknown-right": (
            "The site knows no such right of members.",
            "Add it to `rights:` of the site.",
        ),
        "wrong-actor": (
            "A role allows a move that its holders cannot make.",
            "Add `staff` or `user` to `by:` of the move.",
        ),
        "move-unseen": ("A role allows moves of rows that it does not show.", "Allow `see` too."),
        "missing-scope": (
            "A reach of `scope` has no scope.",
            "Write it under `scope:` of the role.",
        ),
        "bad-needs": (
            "It cannot be said in which membership a right is needed.",
            "Write `needs_in:`, the path to the row of the membership.",
        ),
        "role-cycle": ("Roles include each other in a circle.", "Take one out."),
        "duplicate-grant": (
            "A role and an entity's file both say what the role may do.",
            "Keep one of them.",
        ),
        "client-star": ("A role of the client area covers every entity.", "Name the entities."),
        "internal-entity": ("A role names an entity that only the program uses.", "Leave it out."),
        "unreachable-entity": (
            "No role can see an entity.",
            "Add it to a role, or write `internal: yes`.",
        ),
        "bad-example": ("An example cannot be understood.", "The message says what is missing."),
        "example-fails": (
            "What an example says is not so.",
            "Correct the role or preset, or the example.",
        ),
    },
    "Menus, jobs and rows": {
        "bad-menu-item": (
            "Keys of a menu item do not go together.",
            "`label_from`, `where` and `to` stand beside `each`.",
        ),
        "bad-cron": (
            "A cron expression cannot be read or never comes.",
            "Five fields: minute, hour, day, month, weekday.",
        ),
        "bad-ack": (
            "An ack does not say what may be lost, or what it names is still there.",
            "`drop:` an address that is no longer declared, or `change:` one of a field.",
        ),
        "bad-row-value": (
            "A value of a first row is none of its field.",
            "Write it in the form of the field's type.",
        ),
    },
    "Messages": {
        "unknown-event": (
            "There is no such move or event.",
            "Write `entity.move`, or an event of an extension.",
        ),
        "unknown-recipient": (
            "A path leads to no person.",
            "End at a user, a member of staff, an e-mail address or a named set.",
        ),
        "template-syntax": ("A template cannot be read.", "The message points at the line."),
        "unknown-variable": (
            "A template names what is not there.",
            "The hint names the nearest; extra ones stand under `variables:`.",
        ),
        "unknown-filter": ("There is no such filter or test.", "The hint names the nearest."),
        "secret-in-template": (
            "A template would send a secret or a note of staff.",
            "Leave it out.",
        ),
        "missing-content": (
            "A layout does not say where the message stands.",
            "Write `{{ content }}`.",
        ),
    },
    "Translations": {
        "bad-catalogue": (
            "A .po file is not in the form of gettext, or not UTF-8.",
            "An entry is `msgid \"English\"`, then `msgstr \"translation\"`; quotes are closed.",
        ),
        "bad-placeholder": (
            "A translation has other names in braces than its English text, or more than a name "
            "in them.",
            "Keep `{name}` as it is; only its place in the sentence may change.",
        ),
        "unknown-address": (
            "`msgctxt` names no label of the configuration.",
            "Write an address such as `entity/invoice/fields/due_date/label`, or leave it out.",
        ),
        "outdated-text": (
            "The label at the address of an entry has another text now.",
            "Translate the new text; `panelwright texts FOLDER` writes its entry.",
        ),
    },
    "Taxes": {
        "bad-rate": ("A rate is not written like one.", "Write the unit: `23 %`."),
        "bad-day": ("A first day is neither a day nor `always`.", "Write `2025-07-01`."),
        "too-many-taxes": (
            "More than three taxes apply in one place.",
            "At most three, each on the net amount.",
        ),
        "no-otherwise": (
            "The rules do not end with `otherwise`.",
            "Add it, so that every sale has a rule.",
        ),
        "bad-tax-rule": (
            "Keys of a rule do not go together.",
            "`when` and one of `rate` and `rate_of`; `otherwise` has no `when`.",
        ),
    },
    "Patches": {
        "unknown-object": (
            "There is nothing of this address to patch.",
            "Write kind and name: `entity/invoice`.",
        ),
        "bad-patch": (
            "An instruction of a patch is not understood.",
            "One of `add`, `set`, `drop`, `hide`; beside it `after`, `before`, `if_was`.",
        ),
        "patch-absent": ("A patch changes what is not there.", "Write `add`, or correct the name."),
        "patch-present": ("A patch adds what is there already.", "Write `set`."),
        "patch-conflict": (
            "Two patches of one layer change the same.",
            "Keep one of them, or let the later one say `if_was`.",
        ),
        "patch-outdated": (
            "What a patch changes is no longer what `if_was` says.",
            "Look whether the patch is still right, then change `if_was`.",
        ),
    },
}
