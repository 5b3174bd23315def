"""A whole configuration: read every file, gather every problem, return a frozen Project.

    files (layers, then folders) -> sources -> patches applied -> specs -> references -> Project

Nothing here has effects: a configuration is right or refused, whoever asks.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.errors import ConfigError, Position, Problem
from config.files import File, read_layers
from config.hiding import without_hidden
from config.inline import take_inline_parts
from config.layers import apply_patches
from config.objects import Item, Objects
from config.origins import Origins, origins_of
from config.reading import read_spec
from config.source import Source, read_text
from config.specs import (
    KINDS,
    AckSpec,
    DashboardSpec,
    EntitySpec,
    JobSpec,
    LayoutSpec,
    MachineSpec,
    MenuSpec,
    MessageSpec,
    RoleSpec,
    RowsSpec,
    SettingsSpec,
    SiteSpec,
    Spec,
    TaxPresetSpec,
)
from config.texts.texts import Labelling, Texts, labelling_of
from config.vocabulary import Layer, Vocabulary

if TYPE_CHECKING:
    from config.entity_types import ProjectSchema
    from config.expressions import Expression


@dataclass(frozen=True)
class Project:
    """Everything the YAML says, checked. Can be pickled; nobody looks at YAML after this.

    `machines`: "entity.field" → spec. `expressions`: address of the key → typed expression.
    `origins`: address → layer and place. `texts`: what catalogues translate.
    `digest` changes when any file or the vocabulary does.
    """

    site: SiteSpec
    entities: Mapping[str, EntitySpec]
    machines: Mapping[str, MachineSpec]
    roles: Mapping[str, RoleSpec]
    menus: Mapping[str, MenuSpec]
    dashboards: Mapping[str, DashboardSpec]
    jobs: Mapping[str, JobSpec]
    messages: Mapping[str, MessageSpec]
    layouts: Mapping[str, LayoutSpec]
    tax_presets: Mapping[str, TaxPresetSpec]
    settings: Mapping[str, SettingsSpec]
    rows: Mapping[str, RowsSpec]
    acks: Mapping[str, AckSpec]
    expressions: Mapping[str, Expression]
    schema: ProjectSchema
    origins: Origins
    digest: str
    files: tuple[str, ...]
    # Entities of protected layers: they can be extended, not dropped or retyped.
    system_entities: frozenset[str] = frozenset()
    texts: Texts = field(default_factory=Texts)
    # English text → label of fields that no file declares.
    implicit_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class ParsedFile:
    """What one file says on its own; the same bytes give the same, so it can be kept."""

    source: Source | None
    spec: Spec | None
    problems: tuple[Problem, ...]


@dataclass
class Parsed:
    """Files read before, by name and content: a second load reads only what has changed."""

    files: dict[tuple[str, bytes], ParsedFile] = field(default_factory=dict)


def load_project(
    folders: Iterable[Path | str],
    vocabulary: Vocabulary | None = None,
    cache: Path | None = None,
    *,
    parsed: Parsed | None = None,
) -> Project:
    """Return the project of the folders, later ones on top; ConfigError holds all problems.

    With `cache`, a folder of our own, an unchanged configuration is taken from there.
    `parsed` keeps what single files said between calls.
    """
    vocabulary = vocabulary or Vocabulary()
    with _collector_at_rest():
        return _load(folders, vocabulary, cache, parsed)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Stop the garbage collector: nearly all that is made here stays, and it looks in vain."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _load(
    folders: Iterable[Path | str], vocabulary: Vocabulary, cache: Path | None,
    parsed: Parsed | None,
) -> Project:
    given = [Layer(Path(each), str(each)) for each in folders]
    files, problems = read_layers([*vocabulary.layers, *given])
    if any(problem.code == "no-folder" for problem in problems):
        # What a folder that is not there would have said cannot be missed by the others.
        raise ConfigError(problems)
    if given and not any(file.layer in given for file in files):
        raise ConfigError([*problems, _no_site(given[-1])])
    digest = digest_of(files, vocabulary)
    if cache is not None and not problems:
        from config.cache import load_cached, store

        project = load_cached(cache, digest)
        if project is None:
            project = build_project(files, vocabulary, problems, digest, parsed)
            store(cache, digest, project)
        return project
    return build_project(files, vocabulary, problems, digest, parsed)


def digest_of(files: Iterable[File], vocabulary: Vocabulary) -> str:
    """Return a digest of every byte that a project depends on."""
    whole = hashlib.sha256(vocabulary.digest().encode())
    for file in files:
        whole.update(f"{file.shown}\0{file.layer.name}\0{file.layer.protected}\0".encode())
        whole.update(hashlib.sha256(file.content).digest())
    return whole.hexdigest()


def build_project(
    files: list[File],
    vocabulary: Vocabulary,
    problems: Iterable[Problem] = (),
    digest: str = "",
    parsed: Parsed | None = None,
) -> Project:
    """Return the project of files already read; ConfigError holds all problems."""
    # Imported here: a start from the compiled cache needs none of it.
    from config.references import check_references
    from config.role_examples import check_role_examples
    from config.tax_examples import check_tax_examples

    objects = read_objects(files, vocabulary, parsed or Parsed())
    objects.problems += problems
    _check_site(objects, files)
    take_inline_parts(objects)
    if any(problem.code == "duplicate-object" for problem in objects.problems):
        # Which of the two is meant decides what everything else may refer to: judged against the
        # wrong one, half of a configuration would look broken.
        raise ConfigError(objects.problems)
    texts = {file.shown: file.content for file in files if not file.is_yaml}
    result = check_references(objects, texts)
    labelling = labelling_of(objects, files)
    if objects.problems:
        raise ConfigError(objects.problems)
    project = _project(objects, result, labelling, digest, files)
    check_role_examples(objects, project)
    check_tax_examples(objects, project)
    if objects.problems:
        raise ConfigError(objects.problems)
    return project


def problems_of_file(
    files: list[File], shown: str, content: bytes, vocabulary: Vocabulary, parsed: Parsed
) -> list[Problem]:
    """Return what would be wrong with one file, were its content this, beside all others.

    The others are read from `parsed` where they were read before, and are not judged again.
    """
    from config.references import check_references

    files = [
        File(file.path, file.shown, file.layer, content) if file.shown == shown else file
        for file in files
    ]
    known = len(parsed.files)
    objects = read_objects(files, vocabulary, parsed)
    if len(parsed.files) > known:
        # One try of many; only what lasts is kept.
        parsed.files.popitem()
    objects.only_file = shown
    take_inline_parts(objects)
    texts = {file.shown: file.content for file in files if not file.is_yaml}
    check_references(objects, texts)
    return sorted(set(objects.problems), key=Problem.order)


def read_objects(files: Iterable[File], vocabulary: Vocabulary, parsed: Parsed) -> Objects:
    """Return the objects of all files, patches applied, and what is wrong in each file."""
    objects = Objects(vocabulary)
    sources: list[tuple[Source, Layer, ParsedFile]] = []
    patches: list[tuple[Source, Layer]] = []
    for file in files:
        if not file.is_yaml:
            continue
        one = _parsed_file(file, vocabulary, parsed)
        objects.problems += one.problems
        if one.source is None:
            objects.doubtful = True
        elif one.source.kind == "patch":
            patches.append((one.source, file.layer))
        elif one.source.kind in KINDS:
            sources.append((one.source, file.layer, one))
    patched = apply_patches(objects, [(source, layer) for source, layer, _ in sources], patches)
    for source, layer, one in sources:
        spec, final, written = one.spec, source, None
        if id(source) in patched:
            written = spec
            final = patched[id(source)]
            spec, problems = read_spec(final, vocabulary)
            objects.problems += problems
        objects.add(Item(final.kind, final.name, spec, final, layer, written=written))
    return objects


def _parsed_file(file: File, vocabulary: Vocabulary, parsed: Parsed) -> ParsedFile:
    key = (file.shown, hashlib.sha256(file.content).digest())
    known = parsed.files.get(key)
    if known is None:
        source, problems = read_text(file.content, file.shown)
        spec = None
        if source is not None and source.kind != "patch":
            spec, problems = read_spec(source, vocabulary)
        known = parsed.files[key] = ParsedFile(source, spec, tuple(problems))
    return known


def _project(
    objects: Objects, result: Any, labelling: Labelling, digest: str, files: list[File]
) -> Project:
    def specs(kind: str) -> dict[str, Any]:
        return {
            item.name: labelling.spec(item.address, item.name, item.spec)
            for item in objects.whole(kind)
        }

    return Project(
        site=next(iter(specs("site").values())),
        entities={name: without_hidden(spec) for name, spec in specs("entity").items()},
        machines=specs("machine"), roles=specs("role"),
        menus=specs("menu"), dashboards=specs("dashboard"), jobs=specs("job"),
        messages=specs("message"), layouts=specs("layout"), tax_presets=specs("tax_preset"),
        settings=specs("settings"), rows=specs("rows"),
        acks=specs("ack"),
        expressions=result.expressions, schema=result.schema,
        origins=origins_of(objects), digest=digest,
        files=tuple(file.shown for file in files if file.is_yaml),
        system_entities=frozenset(
            item.name for item in objects.whole("entity") if item.layer.protected
        ),
        texts=Texts(labelling.plain, labelling.interface, labelling.counted),
        implicit_labels=labelling.implicit_labels(),
    )


def _check_site(objects: Objects, files: list[File]) -> None:
    """Report a missing `site:` file, and a second one."""
    sites = list(objects.of("site").values())
    for second in sites[1:]:
        objects.report(second, ("site",), "a second file says site", "duplicate-object",
                       "keep one of them", also=sites[0].key("site"))
    if not sites and not objects.doubtful:
        objects.problems.append(_no_site(files[-1].layer if files else Layer(Path(), "")))


def _no_site(layer: Layer) -> Problem:
    return Problem(
        Position(str(layer.folder), 1, 1), "", "no file says 'site:'", "missing-site",
        "write site.yaml with the line 'site: my_panel'",
    )
