"""Configurations of a few lines on top of a whole small one."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from config import ConfigError, Problem, Project, Vocabulary, load_project
from tests.config.configurations import BROKEN, known_words


@pytest.fixture
def words() -> Vocabulary:
    return known_words()


@pytest.fixture
def load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Mapping[str, str]], Project]:
    """Return a function that loads files (name → text) beside a whole small configuration."""
    shutil.copytree(BROKEN / "_base", tmp_path / "base")
    monkeypatch.chdir(tmp_path)

    def run(files: Mapping[str, str], **more: object) -> Project:
        for name, text in files.items():
            path = tmp_path / "own" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (tmp_path / "own").mkdir(exist_ok=True)
        return load_project(["base", "own"], known_words(), **more)

    return run


@pytest.fixture
def problems(load: Callable[..., Project]) -> Callable[..., list[Problem]]:
    """Return a function that gives the problems of files, none when they are right."""

    def run(files: Mapping[str, str]) -> list[Problem]:
        try:
            load(files)
        except ConfigError as error:
            return list(error.problems)
        return []

    return run
