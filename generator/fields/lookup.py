"""The controls that find rows by typing: one of them, or several."""

from __future__ import annotations

from markupsafe import Markup

from generator.fields import html
from generator.fields.exchange import Choice, ControlState, FormatContext


def lookup(control: ControlState, chosen: str, context: FormatContext) -> Markup:
    """Return a hidden id and a text to search by; the page's script fills the one from the other.

    Without the script the text is sent beside the id, with what it was (`.typed`, `.shown`), so
    that a row can be found by it. The script takes both out.
    """
    title = control.titles.get(chosen, f"#{chosen}" if chosen else "")
    sends = control.typed is not None and not control.read_only
    pairs = html.control_attributes(control)
    pairs |= {"name": f"{control.name}.typed" if sends else None}
    pairs |= {"value": control.typed or title, "type": "text", "autocomplete": "off"}
    pairs |= {"role": "combobox", "aria-expanded": "false", "aria-autocomplete": "list"}
    pairs |= {"aria-controls": f"{control.id}-list", "readonly": control.read_only}
    pairs |= {"data-lookup-input": True, "placeholder": context.translate("Type to search")}
    return Markup(
        '<div class="lookup" data-lookup-url="{}">{}{}'
        '<div id="{}" class="lookup-list dropdown-menu" role="listbox" hidden></div></div>'
    ).format(
        control.lookup_url,
        html.hidden(control.name, chosen)
        + (html.hidden(f"{control.name}.shown", title) if sends else Markup("")),
        with_create(Markup("<input{}>").format(html.attributes(pairs)), control, context),
        f"{control.id}-list",
    )


def with_create(
    chooser: Markup, control: ControlState, context: FormatContext
) -> Markup:
    """Return a control with the link beside it that makes a row to link to, where one may."""
    if not control.create_url or control.read_only:
        return chooser
    create = html.element(
        "a", context.translate("New"), href=control.create_url, class_="btn", data_create=True
    )
    return Markup('<div class="input-group">{}{}</div>').format(chooser, create)


def several(control: ControlState, chosen: tuple[str, ...], context: FormatContext) -> Markup:
    """Return ticked boxes for what is chosen, and a search or further boxes to add to it."""
    offered = list(control.choices or ())
    offered += [
        Choice(key, control.titles.get(key, f"#{key}"))
        for key in chosen
        if all(choice.value != key for choice in offered)
    ]
    boxes = [html.checkbox(control, choice, choice.value in chosen) for choice in offered]
    search: Markup = Markup("")
    if control.lookup_url and not control.read_only:
        search = Markup('<input{}>').format(
            html.attributes({
                "type": "text", "class": "form-control", "autocomplete": "off",
                "data-lookup-input": True, "data-lookup-adds": control.name,
                "role": "combobox", "aria-expanded": "false", "aria-autocomplete": "list",
                "aria-controls": f"{control.id}-list",
                "aria-labelledby": control.label_id,
                "placeholder": context.translate("Type to search"),
            })
        ) + Markup(
            '<div id="{}" class="lookup-list dropdown-menu" role="listbox" hidden></div>'
        ).format(f"{control.id}-list")
    sent = html.hidden(control.name, "") if not control.read_only else Markup("")
    return html.group(
        control,
        sent + html.joined(boxes) + search,
        "lookup lookup-several",
        data_lookup_url=control.lookup_url,
    )
