"""Which files are read: plain ones, each once, and nothing that could keep us waiting."""

import os
from pathlib import Path

import pytest

from config import ConfigError, load_project


def problems(folder: Path) -> list[tuple[str, str, str]]:
    with pytest.raises(ConfigError) as caught:
        load_project([folder])
    return [(Path(problem.position.file).name, problem.what, problem.code)
            for problem in caught.value.problems]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "site.yaml").write_text("site: x\n")
    (tmp_path / "entities").mkdir()
    (tmp_path / "entities" / "part.yaml").write_text("settings: part\nfields: {a: text}\n")
    return tmp_path


def test_a_pipe_named_like_a_file_of_ours_is_refused_and_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "entities" / "x.yaml")

    assert problems(folder) == [("x.yaml", "it is not a plain file", "unreadable-file")]


def test_a_link_that_leads_back_to_its_folder_is_one_problem(folder: Path) -> None:
    (folder / "entities" / "loop").symlink_to(".")
    (folder / "whole").symlink_to(folder)

    assert problems(folder) == [
        ("loop", "the link leads to what is read already", "read-twice"),
        ("whole", "the link leads to what is read already", "read-twice"),
    ]


def test_a_link_to_itself_cannot_be_read(folder: Path) -> None:
    (folder / "x.yaml").symlink_to("x.yaml")

    assert [code for _, _, code in problems(folder)] == ["unreadable-file"]


def test_a_link_to_the_whole_disk_is_told_and_not_walked(folder: Path, tmp_path_factory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "many.yaml").write_text("settings: many\nfields: {a: text}\n")
    (outside / "more.yaml").write_text("settings: more\nfields: {a: text}\n")
    (folder / "disk").symlink_to(outside)

    assert problems(folder) == [("disk", "the link leads out of the folder", "outside-folder")]


def test_files_kept_in_a_hidden_folder_are_read_through_their_links(folder: Path) -> None:
    (folder / ".data").mkdir()
    (folder / ".data" / "b.yaml").write_text("settings: b\nfields: {a: text}\n")
    (folder / "b.yaml").symlink_to(".data/b.yaml")

    assert set(load_project([folder]).settings) == {"part", "b"}
