"""Files and pictures: the field holds the id of a row of the system entity `file`.

The bytes are kept elsewhere; an upload arrives under `<name>.upload`, is checked here by content
(`check_upload`), stored by the caller, and its id is written like any link.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from sqlalchemy import BigInteger, Column

from generator.fields import html
from generator.fields.base import BoundField, FieldType
from generator.fields.exchange import ControlState, FieldProblem, Form, FormatContext
from generator.fields.media_types import UNKNOWN, is_accepted, media_type_of
from generator.fields.relation import is_title, read_id

ENTITY = "file"
PIXELS_MAX = 40_000_000
_PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
# What browsers would run when it is shown from our own address.
_ACTIVE = {
    "text/html",
    "image/svg+xml",
    "application/xhtml+xml",
    "text/xml",
    "application/xml",
    "text/javascript",
    "application/javascript",
}


class FileType(FieldType):
    name = "file"
    operators = ("null", "not_null")
    sortable = False

    def columns(self, field: BoundField) -> list[Column[Any]]:
        return [Column(f"{field.name}_id", BigInteger(), nullable=field.nullable)]

    def to_columns(self, field: BoundField, value: Any) -> dict[str, Any]:
        return {f"{field.name}_id": getattr(value, "id", value)}

    def from_columns(self, field: BoundField, row: Mapping[str, Any]) -> int | None:
        return row[f"{field.name}_id"]

    def raw(self, field: BoundField, form: Form, name: str) -> Sequence[str] | None:
        sent = form.getlist(name)
        if not sent:
            return None
        return [""] if "yes" in form.getlist(f"{name}.clear") else [str(sent[-1])]

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> int:
        return read_id(text)

    def parse_json(self, field: BoundField, data: Any) -> int | None:
        if data is None:
            return None
        if isinstance(data, bool) or not isinstance(data, int):
            raise FieldProblem("Enter the id of a file.")
        return read_id(str(data))

    def check_upload(self, field: BoundField, name: str, media_type: str, data: bytes) -> str:
        """Return the media type to store for an upload, by its content. Raises FieldProblem.

        `data` is the whole file: callers stop reading at `size_max` (bytes) plus one.
        `media_type` is what the browser claims, which is not believed.
        """
        check_size(len(data), field.spec.size_max)
        if not name.strip() or len(name) > 255 or "\x00" in name:
            raise FieldProblem("The file needs a name.")
        kind = media_type_of(name, data)
        accept = field.spec.accept
        if accept and not any(is_accepted(kind, each) for each in accept):
            raise FieldProblem("Choose a file of type {types}.", types=", ".join(accept))
        return UNKNOWN if kind in _ACTIVE else kind

    def format(self, field: BoundField, value: Any, context: FormatContext) -> str:
        return value.text if is_title(value) else f"#{value}"

    def export_text(self, field: BoundField, value: Any) -> str:
        return "" if value is None else str(getattr(value, "id", value))

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        if value is None:
            return html.EMPTY
        text = self.format(field, value, context)
        address = _address(value, context)
        if address is None:
            return Markup("{}").format(text)
        return html.element("a", text, href=address, download=True)

    def json(self, field: BoundField, value: Any) -> Any:
        return getattr(value, "id", value)

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "integer", "minimum": 1}

    def accepted(self, field: BoundField) -> str:
        return ",".join(field.spec.accept)

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        stored = self.export_text(field, control.value)
        pairs: dict[str, object] = {"type": "file"} | html.control_attributes(control)
        pairs |= {
            "name": f"{control.name}.upload",
            "accept": self.accepted(field) or None,
            "disabled": control.read_only,
            "required": control.required and not stored,
            "data-size-max": field.spec.size_max,
        }
        parts = [Markup("<input{}>").format(html.attributes(pairs))]
        if not control.read_only:
            parts.insert(0, html.hidden(control.name, stored))
        if stored:
            name = control.titles.get(stored, f"#{stored}")
            shown = self.stored(name, _address(control.value, context))
            parts.append(Markup('<div class="field-file">{}</div>').format(shown))
        if stored and not control.required and not control.read_only:
            parts.append(html.removal_box(control, context.translate("Remove the stored file")))
        return html.joined(parts)

    def stored(self, name: str, address: str | None) -> Markup:
        """Return what a form says about the file that is stored now."""
        if address is None:
            return Markup("<span>{}</span>").format(name)
        return html.element("a", name, href=address, download=True, class_="field-file-name")


class ImageType(FileType):
    """A picture (PNG, JPEG, WebP, GIF): its content is read, its name and claimed type are not."""

    name = "image"

    def check_upload(self, field: BoundField, name: str, media_type: str, data: bytes) -> str:
        check_size(len(data), field.spec.size_max)
        return picture_type(data)

    def accepted(self, field: BoundField) -> str:
        return ",".join(_PICTURES.values())

    def stored(self, name: str, address: str | None) -> Markup:
        named = super().stored(name, address)
        if address is None:
            return named
        picture = Markup('<img class="field-file-picture" src="{}" alt="">').format(address)
        return picture + named

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        address = None if value is None else _address(value, context)
        if address is None:
            return super().cell(field, value, context)
        return Markup('<img class="cell-image" src="{}" alt="{}" loading="lazy">').format(
            address, self.format(field, value, context)
        )


def check_size(size: int, most: int) -> None:
    if size == 0:
        raise FieldProblem("The file is empty.")
    if size > most:
        raise FieldProblem("The file has more than {size} kB.", size=most // 1000)


def picture_type(data: bytes) -> str:
    """Return the media type of a picture by reading it. Raises FieldProblem."""
    import io
    import warnings

    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            # Pillow only warns below twice its limit; ours is lower and is an error.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=tuple(_PICTURES)) as picture:
                if picture.width * picture.height > PIXELS_MAX:
                    raise FieldProblem("The picture has too many pixels.")
                picture.verify()
                return _PICTURES[str(picture.format)]
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise FieldProblem("The picture has too many pixels.") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        if isinstance(error, FieldProblem):
            raise
        raise FieldProblem("Choose a picture: PNG, JPEG, WebP or GIF.") from None


def _address(value: Any, context: FormatContext) -> str | None:
    # A title where somebody has looked up the name, else the bare id.
    return context.link(ENTITY, getattr(value, "id", value)) if context.link else None
