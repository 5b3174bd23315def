"""How the HTML of controls and cells is written: every value escaped, no inline style or script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from markupsafe import Markup, escape

from generator.fields.exchange import Choice, ControlState

# From this many choices on, typing a few letters is quicker than looking through all.
LONG_LIST = 12
EMPTY = Markup('<span class="cell-empty" aria-hidden="true">–</span>')


def attributes(pairs: dict[str, object]) -> Markup:
    """Return ` key="value"` for every pair; True gives the bare key, None and False nothing."""
    out = []
    for key, value in pairs.items():
        if value is True:
            out.append(f" {key}")
        elif value is not None and value is not False:
            out.append(f' {key}="{escape(value)}"')
    return Markup("".join(out))


def element(tag: str, content: object, **pairs: object) -> Markup:
    """Return one element; `class_`, `for_` and `aria_label` become `class`, `for`, `aria-label`."""
    named = {key.rstrip("_").replace("_", "-"): value for key, value in pairs.items()}
    return Markup(f"<{tag}{attributes(named)}>{escape(content)}</{tag}>")


def link(text: str, address: str) -> Markup:
    """Return a link; lists hold many, so this is the short way to one."""
    return Markup(f'<a href="{escape(address)}">{escape(text)}</a>')


def span(text: str, css: str) -> Markup:
    """Return a text with a class of ours."""
    return Markup(f'<span class="{css}">{escape(text)}</span>')


def joined(parts: Iterable[str], separator: str = "") -> Markup:
    return escape(separator).join(parts)


def control_attributes(control: ControlState, css: str = "form-control") -> dict[str, object]:
    """Return what every control carries: identity, state, and the texts that explain it."""
    invalid = bool(control.problems)
    return {
        "id": control.id,
        "name": control.name,
        "class": f"{css} is-invalid" if invalid else css,
        "aria-invalid": "true" if invalid else None,
        "aria-describedby": control.described_by or None,
        "required": control.required,
        "autofocus": control.autofocus,
    }


def text_input(control: ControlState, value: str, **more: object) -> Markup:
    """Return an `<input>`; `more` are further attributes, `_` in their names becomes `-`."""
    pairs: dict[str, object] = {"type": "text"} | control_attributes(control)
    pairs |= {"value": value, "readonly": control.read_only}
    pairs["placeholder"] = control.placeholder or None
    pairs |= {key.rstrip("_").replace("_", "-"): item for key, item in more.items()}
    return Markup(f"<input{attributes(pairs)}>")


def text_area(
    control: ControlState, value: str, css: str = "form-control", **more: object
) -> Markup:
    pairs = control_attributes(control, css) | {"readonly": control.read_only}
    pairs["placeholder"] = control.placeholder or None
    pairs |= {key.rstrip("_").replace("_", "-"): item for key, item in more.items()}
    # A browser drops one line end after the tag; without this one, text would lose its own.
    return Markup(f"<textarea{attributes(pairs)}>\n{escape(value)}</textarea>")


def select(
    control: ControlState, choices: Sequence[Choice], chosen: str, empty: str | None, **more: object
) -> Markup:
    """Return a `<select>`; `empty` is the text of the entry that chooses nothing, None for none.

    A chosen value that is no longer offered stays in the list, so that saving loses nothing.
    The page's script lets people search a long list by typing.
    """
    pairs = control_attributes(control, "form-select") | {"disabled": control.read_only}
    pairs["data-searchable"] = len(choices) > LONG_LIST
    pairs |= {key.rstrip("_").replace("_", "-"): item for key, item in more.items()}
    entries = list(choices)
    if chosen and all(choice.value != chosen for choice in entries):
        entries.append(Choice(chosen, chosen))
    empty = empty or control.placeholder or empty
    inner = [option("", empty, not chosen)] if empty is not None or not chosen else []
    inner.append(_grouped(entries, chosen))
    return Markup(f"<select{attributes(pairs)}>{joined(inner)}</select>")


def _grouped(entries: Sequence[Choice], chosen: str) -> Markup:
    out, group = [], ""
    for choice in entries:
        if choice.group != group:
            if group:
                out.append(Markup("</optgroup>"))
            if choice.group:
                out.append(Markup('<optgroup label="{}">').format(choice.group))
            group = choice.group
        out.append(option(choice.value, choice.label, choice.value == chosen, choice.words))
    if group:
        out.append(Markup("</optgroup>"))
    return joined(out)


# A form with countries or currencies writes hundreds, the same ones each time. Texts that are
# HTML already are kept apart from those that only read alike.
@lru_cache(maxsize=4096, typed=True)
def option(value: str, label: str | None, selected: bool, words: str = "") -> Markup:
    mark = " selected" if selected else ""
    if words:
        mark += f' data-words="{escape(words)}"'
    return Markup(
        f'<option value="{escape(value)}"{mark}>{escape(label or "")}</option>'
    )


def hidden(name: str, value: str) -> Markup:
    return Markup(f'<input type="hidden"{attributes({"name": name, "value": value})}>')


def group(control: ControlState, content: object, css: str = "", **more: object) -> Markup:
    """Return a group of inputs that the label names as a whole."""
    pairs: dict[str, object] = {
        "id": control.id,
        "role": "group",
        "class": css or None,
        "aria-labelledby": control.label_id,
        "aria-describedby": control.described_by or None,
    }
    pairs |= {key.rstrip("_").replace("_", "-"): item for key, item in more.items()}
    return Markup(f"<div{attributes(pairs)}>{escape(content)}</div>")


def checkbox(control: ControlState, choice: Choice, ticked: bool) -> Markup:
    """Return one of several boxes that a form sends under the control's name."""
    pairs = {
        "class": "form-check-input",
        "name": control.name,
        "value": choice.value,
        "checked": ticked,
        "disabled": control.read_only,
    }
    return labelled_box(pairs, choice.label)


def labelled_box(pairs: dict[str, object], label: str) -> Markup:
    return Markup(
        '<label class="form-check"><input type="checkbox"{}> '
        '<span class="form-check-label">{}</span></label>'
    ).format(attributes(pairs), label)


def removal_box(control: ControlState, label: str) -> Markup:
    """Return the box that asks to remove what is stored, sent as `<name>.clear`."""
    pairs: dict[str, object] = {
        "class": "form-check-input", "name": f"{control.name}.clear", "value": "yes"
    }
    return labelled_box(pairs, label)
