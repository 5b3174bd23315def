"""The compiled cache is fast, and is believed only when nothing could have changed."""

import logging
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from config import Project, load_project
from config import cache as cache_module
from tests.config.configurations import known_words

PART = "entity: part\nfields:\n  name: text!\nallow: {clerk: see}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    project.mkdir()
    (project / "site.yaml").write_text("site: x\n")
    (project / "clerk.yaml").write_text("role: clerk\narea: staff\n")
    (project / "part.yaml").write_text(PART)
    return project


@pytest.fixture
def start(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., bool]:
    """Return a function that loads with the cache and says whether anything was checked anew."""
    from config import project as project_module

    built = []
    real = project_module.build_project

    def counted(*arguments: object, **more: object) -> Project:
        built.append(1)
        return real(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(project_module, "build_project", counted)

    def run() -> bool:
        built.clear()
        project = load_project([folder], known_words(), cache=tmp_path / "cache")
        assert "part" in project.entities
        return bool(built)

    return run


def only_file(tmp_path: Path) -> Path:
    (path,) = (tmp_path / "cache").glob("*.project")
    return path


def test_second_start_checks_nothing_and_gives_the_same(
    start: Callable[..., bool], folder: Path, tmp_path: Path
) -> None:
    assert start()
    assert not start()

    fresh = load_project([folder], known_words())
    kept = load_project([folder], known_words(), cache=tmp_path / "cache")
    assert kept.entities == fresh.entities
    assert kept.roles == fresh.roles
    assert kept.digest == fresh.digest


@pytest.mark.parametrize("change", ["byte", "new file", "text beside", "gone"])
def test_any_change_of_a_file_is_noticed(
    start: Callable[..., bool], folder: Path, change: str
) -> None:
    (folder / "extra.yaml").write_text("settings: a\nfields: {b: text}\n")
    start()
    before = (folder / "part.yaml").stat()
    if change == "byte":
        (folder / "part.yaml").write_text(PART.replace("name", "nama"))
    elif change == "new file":
        (folder / "more.yaml").write_text("settings: c\nfields: {b: text}\n")
    elif change == "text beside":
        (folder / "body.md").write_text("Hello")
    else:
        (folder / "extra.yaml").unlink()
    os.utime(folder / "part.yaml", ns=(before.st_atime_ns, before.st_mtime_ns))

    assert start()


def test_folder_open_to_others_is_not_believed(
    start: Callable[..., bool], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    start()
    (tmp_path / "cache").chmod(0o750)

    with caplog.at_level(logging.WARNING):
        assert start()

    assert "open to others" in caplog.text


def test_file_that_others_may_write_is_not_believed(
    start: Callable[..., bool], tmp_path: Path
) -> None:
    start()
    only_file(tmp_path).chmod(0o622)

    assert start()


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "foreign"])
def test_damaged_file_is_not_believed(
    start: Callable[..., bool], tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    start()
    path = only_file(tmp_path)
    content = path.read_bytes()
    damaged = {
        "cut": content[:-10], "flipped": content[:-1] + bytes([content[-1] ^ 1]), "empty": b"",
        "foreign": pickle.dumps("nothing of ours"),
    }[damage]
    path.write_bytes(damaged)

    assert start()
    assert not start()


def test_code_in_a_pickle_is_not_run(start: Callable[..., bool], tmp_path: Path) -> None:
    start()
    path = only_file(tmp_path)
    target = tmp_path / "run"

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (Path(target),))  # type: ignore[return-value]

    body = pickle.dumps(Evil())
    head = path.read_bytes()[: len(cache_module._MAGIC)]
    digest = load_project([tmp_path / "project"], known_words()).digest
    path.write_bytes(head + cache_module._guard(digest, body) + body)

    assert start()
    assert not target.exists()


def test_other_vocabulary_is_another_project(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    load_project([folder], known_words(), cache=cache)
    load_project([folder], cache=cache)

    assert len(list(cache.glob("*.project"))) == 2


def test_old_projects_are_forgotten(folder: Path, tmp_path: Path) -> None:
    for number in range(cache_module.KEPT_MAX + 3):
        (folder / "part.yaml").write_text(f"{PART}# {number}\n")
        load_project([folder], cache=tmp_path / "cache")

    assert len(list((tmp_path / "cache").glob("*.project"))) == cache_module.KEPT_MAX


def test_cache_that_cannot_be_written_costs_nothing_else(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    project = load_project([folder], cache=tmp_path / "file" / "cache")

    assert "part" in project.entities


def test_broken_configuration_is_never_kept(folder: Path, tmp_path: Path) -> None:
    from config import ConfigError

    (folder / "part.yaml").write_text("entity: part\n")
    with pytest.raises(ConfigError):
        load_project([folder], cache=tmp_path / "cache")

    assert not list((tmp_path / "cache").glob("*.project"))


def test_code_of_the_same_size_and_time_is_other_code(tmp_path: Path) -> None:
    digests = set()
    for number, content in enumerate(("x = 1\n", "x = 2\n", "x = 2\n")):
        package = tmp_path / str(number) / "package"
        package.mkdir(parents=True)
        (package / "module.py").write_text(content)
        os.utime(package / "module.py", ns=(1, 1))
        digests.add(cache_module.code_digest(package))

    assert len(digests) == 2
