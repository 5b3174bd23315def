"""Codes of what one file says on its own, and of what it refers to."""

from __future__ import annotations

from collections.abc import Mapping

# Heading → code → (meaning, the way out).
READING: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "Files": {
        "no-folder": (
            "A folder given on the command line does not exist.",
            "Give the folder that holds the YAML files.",
        ),
        "missing-site": (
            "No file of the configuration begins with `site:`.",
            "Write `site.yaml` with the line `site: my_panel`.",
        ),
        "outside-folder": (
            "A symbolic link leads out of its folder.",
            "Copy the file, or give its folder as a layer of its own.",
        ),
        "unreadable-file": (
            "A file is there but cannot be read.",
            "Look at its permissions, where its link leads, and whether it is a plain file.",
        ),
        "read-twice": (
            "A symbolic link leads to a file or folder that is read already.",
            "Delete the link.",
        ),
        "missing-file": (
            "A file named in the YAML is not beside it.",
            "Create it, or correct its name; of several locales the site's first is needed.",
        ),
        "not-utf-8": ("A file holds bytes that are not UTF-8.", "Save it with the encoding UTF-8."),
        "too-large": ("A file has more than 1,000,000 bytes.", "Split it: one object per file."),
    },
    "YAML": {
        "yaml-syntax": (
            "The text is not YAML.",
            "Mostly an unclosed quote or bracket, a wrong indentation, or a text to be quoted.",
        ),
        "empty-file": (
            "There is nothing in the file.",
            "Begin with kind and name: `entity: invoice`.",
        ),
        "not-a-map": (
            "The file is a list or a single value.",
            "Begin with kind and name: `entity: invoice`.",
        ),
        "bad-first-key": (
            "The first key has no name as its value.",
            "Begin with kind and name: `entity: invoice`.",
        ),
        "bad-key": (
            "A key is empty, or a map or list.",
            "Write one word before the colon; quote a text that begins with `{`, `[` or `*`.",
        ),
        "duplicate-key": ("A key stands twice in one map.", "Keep one of the two places."),
        "several-documents": ("A second document begins after `---`.", "One object per file."),
        "anchor": (
            "An anchor (`&name`) would change the value elsewhere.",
            "Write the value where it is needed; quote a text that begins with `&`.",
        ),
        "alias": ("An alias (`*name`) takes its value from elsewhere.", "Write the value again."),
        "merge-key": (
            "A merge key (`<<`) brings in keys that nobody sees.",
            "Write the keys where they are needed.",
        ),
        "tag": (
            "A tag (`!name`) would decide the type of a value.",
            "Leave it out: the key decides. Quote a text that begins with `!`.",
        ),
        "tab": (
            "There is a tab in the file.",
            "Indent with spaces; inside a text write `\\t` in double quotes.",
        ),
        "control-character": (
            "A text holds a character that does not show, such as NUL or a bell, or a file one "
            "that ends a line for YAML and not in an editor: a lone carriage return, U+2028.",
            "Take it out; line ends and tabs are all right.",
        ),
        "too-deep": (
            "Maps and lists are nested more than 20 deep.",
            "Nothing of the language is that deep; look for a bracket too many.",
        ),
        "too-many-nodes": (
            "A file has more than 50,000 values.",
            "Split it; many rows belong into a CSV file (`rows:` with `file:`).",
        ),
    },
    "Keys and values": {
        "unknown-kind": (
            "The first key is no kind of file.",
            "Write one of the kinds of the language reference.",
        ),
        "unknown-key": (
            "A key is not known at its place.",
            "The hint names the nearest; extensions add theirs under `x-<extension>:`.",
        ),
        "missing-key": ("A key that must be there is absent.", "Add it."),
        "bad-value": (
            "A value is not of the form its key asks for.",
            "The message says what was expected.",
        ),
        "empty-label": (
            "A label, help or other shown text is empty.",
            "Write the text, or leave the key out: labels come from the names of the keys.",
        ),
        "bad-name": (
            "A name, path or function is not written like one.",
            "Small letters, digits and `_`, beginning with a letter; at most 40 characters.",
        ),
        "bad-field": (
            "A field is neither a type nor a map.",
            "Write `notes: text` or `notes: {type: text}`.",
        ),
        "unknown-type": (
            "There is no such field type.",
            "Write one of the types of the language reference.",
        ),
        "one-of": ("Of several keys exactly one must be there.", "Keep one, or add one."),
        "twice": ("A list names something twice.", "Keep one of them."),
        "duplicate-object": (
            "Two files describe the same object.",
            "Keep one; to change it from a later layer write `patch: kind/name`.",
        ),
        "reserved-name": ("A name has a meaning of its own.", "Choose another name."),
        "name-collision": (
            "Two names meet in one place, such as a column of the table.",
            "Rename one of them.",
        ),
        "unknown-extension": (
            "An extension is not installed, or adds nothing here.",
            "Install it, or correct its name.",
        ),
        "extension-not-listed": (
            "A file has data for an extension that the site does not list.",
            "Add it to `extensions:` of the site.",
        ),
        "unknown-icon": (
            "There is no such icon in the set.",
            "Write the name of a Tabler outline icon.",
        ),
        "unknown-locale": (
            "A locale is not one of the site's, or does not exist.",
            "Add it to `locales:` of the site, or correct it.",
        ),
        "unknown-zone": (
            "There is no such time zone.",
            "Write a name of the IANA database: `Europe/Warsaw`.",
        ),
        "unknown-currency": (
            "There is no such currency, or its path leads to none.",
            "Write an ISO 4217 code, or the path of a currency field.",
        ),
        "unknown-country": (
            "There is no such country or region.",
            "Write ISO 3166: `PL` or `CA-QC`.",
        ),
    },
    "References": {
        "unknown-entity": ("There is no such entity.", "Correct the name, or add its file."),
        "unknown-field": ("An entity has no such field.", "Correct the name or the path."),
        "unknown-view": (
            "An entity has no such view.",
            "Write `entity.view`; views stand under `views:` of the entity.",
        ),
        "unknown-role": ("There is no such role.", "Correct the name, or add its file."),
        "unknown-menu": ("There is no such menu.", "Correct the name, or add its file."),
        "unknown-menu-item": (
            "A menu has no such item to stand under.",
            "Write the dotted path of a group, or `top`.",
        ),
        "unknown-settings": (
            "There is no such tab of settings.",
            "Correct the name, or add its file.",
        ),
        "unknown-layout": ("There is no such layout.", "Correct the name, or add its file."),
        "unknown-message": ("There is no such message.", "Correct the name, or add its file."),
        "unknown-page": (
            "No page is registered under this name.",
            "Install the extension that brings it, or correct the name.",
        ),
        "unknown-widget": (
            "No widget is registered under this name.",
            "Install the extension that brings it, or correct the name.",
        ),
        "unknown-function": (
            "No function is registered under this name, or an expression knows none.",
            "Install the extension that brings it, or correct the name.",
        ),
        "wrong-function": (
            "A function is made for another purpose.",
            "Guards, computed fields, jobs and charts have functions of their own.",
        ),
        "unknown-driver-kind": (
            "No extension knows this kind of driver.",
            "Install the extension that brings it, or correct the name.",
        ),
        "unknown-part": (
            "`create_with` refers to a part that does not come before.",
            "Parts are made in their order; `self` is the main row.",
        ),
        "wrong-area": (
            "Something of one area stands in the other.",
            "Staff and client area have views, pages and roles of their own.",
        ),
        "missing-entity": (
            "A listed extension needs an entity.",
            "Add its file, or take the extension out of the site.",
        ),
        "missing-field": (
            "A listed extension needs a field of an entity.",
            "Add the field to the entity.",
        ),
    },
}
