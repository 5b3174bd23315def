"""What the keys of entities and fields mean."""

from __future__ import annotations

from collections.abc import Mapping

ENTITY: Mapping[str, Mapping[str, str]] = {
    "FieldSpec": {
        "type": (
            "The field type; left out where another key says it (`to`, `many`, `pick`, "
            "`driver`, `total_of`, `compute`)."
        ),
        "required": "A row without a value is refused.",
        "unique": "No two rows have the same value.",
        "read_only": "Shown in forms, written by nobody.",
        "class": (
            "Who may see it at all: `staff_only` never leaves the staff area, `secret` is shown "
            "on demand; `financial` and `personal` are handles for roles and erasure."
        ),
        "default": "The value of a new row.",
        "default_from": "An expression for the value of a new row.",
        "backfill": "An expression for the value of the rows that are there already when the "
                    "field is added or becomes required.",
        "show_when": (
            "The form shows the field only while this holds; a hidden field is not written."
        ),
        "require_when": "A value is required while this holds.",
        "compute": "An expression that gives the value; nothing is stored.",
        "compute_by": (
            "A function that gives the values of many rows; nothing is stored, nothing sorts by "
            "it."
        ),
    },
    "TextField": {
        "type": "One line of text.",
        "min": "The fewest characters.",
        "max": "The most characters.",
        "pattern": "A regular expression that the whole text must fit; it is matched in "
        "one pass, so back references and looking around are not among its signs.",
        "translatable": "One text per locale of the site.",
    },
    "LongTextField": {
        "type": "Text of many lines; `markdown` is rendered.",
        "max": "The most characters.",
        "translatable": "One text per locale of the site.",
    },
    "CodeField": {
        "type": "Source text.",
        "language": "What the editor colours.",
        "max": "The most characters.",
        "translatable": "One text per locale of the site.",
    },
    "PlainField": {
        "type": "A value of a known form.",
    },
    "SlugField": {
        "type": "A name for addresses.",
        "of": "The text field that it is made from.",
        "max": "The most characters.",
    },
    "BooleanField": {
        "type": "Yes or no.",
        "of": "What people read in place of yes and no: `{yes: Active, no: Disabled}`.",
        "badges": "The colour of each answer.",
        "only_one": "At most one row is yes: `all`, or the fields that form groups.",
    },
    "IntegerField": {
        "type": "A whole number.",
        "min": "The least value.",
        "max": "The greatest value.",
    },
    "DecimalField": {
        "type": "An exact number.",
        "scale": "Digits after the point, 0 to 12.",
        "min": "The least value.",
        "max": "The greatest value.",
    },
    "RateField": {
        "type": "An exact share, `23 %`.",
    },
    "MoneyField": {
        "type": "An exact amount.",
        "currency": (
            "An ISO 4217 code, or the path of the currency's one home; left out, the field keeps "
            "its own."
        ),
        "min": "The least amount.",
    },
    "ChoiceField": {
        "type": "One of declared keys.",
        "of": "Key → label, in the order shown.",
        "renamed_values": "Earlier key → its key now; rows are carried over.",
        "badges": "Key → colour of its badge.",
    },
    "ChoicesField": {
        "type": "Several of declared keys.",
        "of": "Key → label, in the order shown.",
        "renamed_values": "Earlier key → its key now; rows are carried over.",
        "of_list": "A list of the panel in place of keys.",
        "default": "The keys of a new row.",
    },
    "CurrencyField": {
        "type": "A currency, ISO 4217.",
        "of": "The entity and field whose rows are offered, all currencies when left out.",
    },
    "RegionField": {
        "type": "An ISO 3166-2 subdivision.",
        "of": "The country field beside it.",
    },
    "SecretField": {
        "type": "Text encrypted at rest.",
        "max": "The most characters.",
    },
    "FileField": {
        "type": "A file.",
        "accept": "Media types that may be uploaded.",
        "size_max": "The most bytes.",
        "public": "It can be fetched without login.",
    },
    "ImageField": {
        "type": "A picture.",
        "size_max": "The most bytes.",
        "public": "It can be fetched without login.",
    },
    "RelationField": {
        "type": "A link to one row.",
        "to": "The entity; several, or `any`, make a link without a foreign key.",
        "on_delete": "What happens here when the other row is deleted.",
        "lookup": "Fields that finding a row looks at.",
        "limit_where": (
            "Which rows can be chosen; names the fields of the form's row, and those of the "
            "chosen one below the field's own name."
        ),
    },
    "ManyField": {
        "type": "A collection of rows.",
        "many": "The entity of the rows.",
        "by": "Their relation that leads back here, needed when there are several.",
        "through": "The pivot entity that joins both.",
        "order_by": "The field of the rows that gives their order.",
        "inline": "`table` edits the rows in this form.",
        "columns": "The fields shown of each row.",
    },
    "PickField": {
        "type": "One row out of a collection, shown and followed like a relation.",
        "pick": "The collection of the same entity that the row is taken from.",
        "where": (
            "Which of its rows; names their fields, `now` and `today`. It is the same row for "
            "everybody; who may not see that row sees none."
        ),
        "order_by": (
            "A number, date or moment of the rows: the first of several is picked, with `-` "
            "before it the last; left out, the one with the smallest id."
        ),
    },
    "DriverField": {
        "type": "A choice of installed drivers.",
        "driver": "The kind of driver.",
    },
    "DriverSettingsField": {
        "type": "The settings of a driver.",
        "driver_settings": "The driver field beside it.",
    },
    "PositionField": {
        "type": "A place among siblings, 1 to n.",
        "within": "The fields whose values make a group.",
    },
    "TotalField": {
        "type": "A sum over a collection.",
        "total_of": "Collection and field: `lines.amount`.",
    },
    "ComputedField": {
        "type": "A value that is computed.",
        "as": (
            "The type of the value. A `countdown` is a moment, shown as the time until then; a "
            "`flag` is a country, shown as its flag."
        ),
    },
    "SequenceField": {
        "type": "A number taken at creation, without gaps.",
        "format": "How it is written: `{number:05}` (at least five digits) once; beside it "
        "`{year}`, `{month}`, `{day}` and up to two required fields of the row.",
        "start": "The first number.",
        "within": "The fields whose values have a sequence of their own.",
    },
    "EntitySpec": {
        "entity": "Its name, also that of its table.",
        "title": (
            "What names a row in lookups, breadcrumbs and mails: fields, or a text with fields in "
            "braces and, in brackets, parts that show only when all their fields have a value; "
            "`[a|b]` shows the first part that is full."
        ),
        "size": "`small` promises at most 5,000 rows, which sort and search by anything.",
        "internal": "Only the program uses it; no role reaches it.",
        "traits": (
            "`audited` (who changed what), `versioned` (two edits are merged, not lost), "
            "`trash` (deleted rows can be restored), `recorded` (the panel makes the rows, "
            "nobody by hand), `append_only` (never changed or deleted; a trigger holds it)."
        ),
        "fields": "Name → field, in the order shown.",
        "sets": "Name → set of related rows, for messages and expressions.",
        "unique": "Name → fields that no two rows share.",
        "index": "Name → fields of an index of the database.",
        "rules": "Name → condition that every row written must meet.",
        "frozen": "From when on a row can no longer change.",
        "keep": "Name → condition that keeps a row from being deleted.",
        "views": "Name → list of rows: a page, or a condition that others refer to.",
        "form": "Section → fields of the form.",
        "create_form": "Section → fields of the form of a new row, when it differs.",
        "create_with": "Name → row of another entity that the same form makes.",
        "detail": "The page of one row.",
        "after_create": "Where a new row leads.",
        "machines": "Field → machine, in place of a file of its own.",
        "allow": "Role → grant, in place of an entry in the role's file; a map, or the short "
                 "form `see`, `edit` or `all`.",
        "menu": "Menu → dotted path of the item it stands under, or `top`.",
    },
    "ViewSpec": {
        "area": "For whom a page of it exists.",
        "where": "Which rows it has; computed by the database.",
        "columns": "The fields shown; paths go through links.",
        "beneath": "Column → fields shown in small letters below its value, in the same cell.",
        "labels": (
            "Path → what its column and a filter by it are called in this list, where the "
            "field's own name says too little or too much."
        ),
        "sort": "The order; `-` before a field turns it around.",
        "sortable": "The fields people may sort by.",
        "filters": "The fields people may filter by.",
        "search": "Paths that the search looks at: a list, or path → `prefix` or `words`.",
        "badge": "The colour of its count.",
        "count": "Menus show how many rows there are.",
        "page_size": "Rows per page.",
        "refresh": (
            "How often a list that is open is brought up to date by itself: 2 seconds to 1 hour. "
            "It waits while somebody chooses rows or looks at another window, and can be paused."
        ),
        "look": "Cards lead to the row of their first link and hold its inline collections.",
        "own_currency": (
            "Inside cards and other rows a client sees the rows in their own currency, else those "
            "in the panel's."
        ),
        "breaks_rules": (
            "Only rows that break a rule of the entity which came or became stricter after them."
        ),
        "empty": "What a list without rows says: what will stand there, and where it comes from.",
    },
    "RuleSpec": {
        "check": "The condition; `old` is the row as it was before.",
        "on": "The field that shows the message.",
        "enforce": (
            "`touched` lets a row that broke the rule before be changed in its other fields, "
            "`always` asks at every change; left out, it is `touched` for a rule that reads "
            "nothing but its row."
        ),
    },
    "UniqueSpec": {
        "fields": "The fields that together are unique.",
        "where": "Only rows for which this holds.",
    },
    "FrozenSpec": {
        "when": "The condition, on the row's own fields.",
        "except": "The fields that may still change.",
    },
    "SetSpec": {
        "many": "The entity of the members.",
        "by": "The relation that leads back here, needed when there are several.",
        "through": "The pivot entity that joins both.",
        "where": "Which rows belong; of the pivot when there is one.",
    },
    "SectionSpec": {
        "tab": "The tab of the form that it stands in.",
        "fields": "Names, or lists of names that share a row.",
        "show_when": "The section is shown only while this holds.",
        "collapsed": "It is folded at first.",
    },
    "TabSpec": {
        "area": "The area whose page has the tab; left out, both have it.",
        "sections": "Section → fields.",
        "related": "`entity.field`: the rows of another entity that point here.",
        "view": "The view of the related entity.",
        "many": "A collection of this entity.",
        "widgets": "Widgets of extensions.",
        "page": "A page of an extension.",
        "history": "Who changed what.",
    },
    "DetailSpec": {
        "tabs": "Name → tab.",
        "aside": "Fields beside the tabs.",
        "header": "Fields below the title.",
        "create": "`entity.field` → what its button says: a new row of another entity that "
        "points here.",
    },
    "KeepSpec": {
        "when": "The condition under which the row stays.",
        "alone": "Only deleting it by itself is refused: it goes along with the row that it "
        "belongs to (`on_delete: cascade`).",
    },
    "CreateWithSpec": {
        "entity": "The entity of the other row.",
        "fields": "Its fields in the form.",
        "links": "Its relation → `self` or an earlier part.",
        "set": "Its field → fixed value.",
        "copy": "Its field → path of the value: `self.name`.",
        "find_by": "A row with the same value of this unique field is used in place of a new one.",
    },
}
