"""Who looks at a page, in which area, and how they want things written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config import labels
from config.specs.entity import TabSpec
from config.texts.labels import english as text_of
from config.texts.labels import of_new_row, of_no_rows
from config.texts.sentence import Translator, worded
from generator.fields.base import BoundField
from generator.fields.exchange import FormatContext
from generator.fields.relation import linked_entity
from runtime.pages.links import Links

if TYPE_CHECKING:
    from generator import EntityModel, Generated
    from runtime.records import Records
    from runtime.records.values import Record


@dataclass(frozen=True, slots=True)
class PageContext:
    """`widgets` are those that something installed can draw."""

    records: Records
    generated: Generated
    format: FormatContext
    links: Links
    area: str = "staff"
    widgets: frozenset[str] = frozenset()

    @property
    def translate(self) -> Translator:
        return self.format.translate

    def has_extra(self, tab: TabSpec) -> bool:
        """Say whether something installed fills a tab of widgets or a page."""
        return any(name in self.widgets for name in tab.widgets) or tab.page in self.widgets

    def view_of(self, entity: str) -> str:
        """Return the list that an entity opens with in this area, empty when it has none."""
        views = self.generated.entities[entity].views
        if self.area == "staff":
            return "staff"
        return next((name for name, view in views.items() if view.area == self.area), "")

    def model(self, entity: str) -> EntityModel:
        return self.generated.entities[entity]

    def name(self, entity: str) -> str:
        """Return what one row of the entity is called."""
        return labels.text(self.model(entity).spec.label, entity, self.format.locale)

    def plural(self, entity: str) -> str:
        """Return what the rows of the entity are called together."""
        spec = self.model(entity).spec
        if spec.plural:
            return labels.text(spec.plural, entity, self.format.locale)
        # English alone has a rule that rarely fails; a label in another language brings its plural.
        return labels.plural(labels.text(spec.label, entity, self.format.locale))

    def new(self, entity: str) -> str:
        """Return what leads to the form of a new row: "New service"."""
        source = of_new_row(text_of(self.model(entity).spec.label) or labels.derived(entity))
        said = self.translate.label(source)
        if said != source:
            return said
        name = labels.lowered(self.name(entity))
        return self.translate("New {name}").format(name=name)

    def none_yet(self, entity: str) -> str:
        """Return what a list says that never had a row: "No services yet"."""
        spec = self.model(entity).spec
        name = text_of(spec.label) or labels.derived(entity)
        source = of_no_rows(text_of(spec.plural) or labels.plural(name))
        said = self.translate.label(source)
        if said != source:
            return said
        names = labels.lowered(self.plural(entity))
        return self.translate("No {names} yet").format(names=names)

    def said(self, sentence: str, record: Record, **values: str) -> str:
        """Return a sentence of ours about a row; `{name}` is what such a row is called."""
        named = {"name": self.name(record.entity), "title": record.title}
        return self.translate(sentence).format(**named, **values)

    def say(self, text: str) -> str:
        """Return what the gate said in the reader's language."""
        return worded(text, self.translate)

    def text(self, label: dict[str, str] | None, key: str = "") -> str:
        """Return a label of the configuration in the reader's language."""
        if label:
            return labels.text(label, key, self.format.locale)
        return self.translate.label(labels.derived(key)) if key else ""

    def field_at(self, entity: str, path: str) -> BoundField | None:
        """Return the field at the end of `client.country`, None when there is none."""
        field = None
        for name in path.split("."):
            if field is not None:
                target = linked_entity(field)
                if target is None or target not in self.generated.entities:
                    return None
                entity = target
            field = self.model(entity).fields.get(name)
            if field is None:
                return None
        return field
