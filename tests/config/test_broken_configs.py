"""Every problem code has a broken configuration with its whole message, and an explanation.

A folder of `tests/broken-config/` is loaded on top of `_base`, itself on top of `_system`, the
protected layer; with a file `alone` nothing is below it. `folders.txt` names more folders.
`NAME.repeat` writes NAME: its first line says how often the last line is repeated. `NAME.link`
makes NAME a link to what its line says.
`PANELWRIGHT_WRITE_EXPECTED=1` writes the messages anew, to be read before they are committed.
"""

import os
import re
import shutil
from pathlib import Path

import pytest

from config import ConfigError, Layer, load_project
from config.problem_codes import CODES, as_markdown
from tests.config.configurations import BROKEN, known_words

ROOT = Path(__file__).parents[2]
CASES = sorted(path.name for path in BROKEN.iterdir() if not path.name.startswith("_"))
WRITE = os.environ.get("PANELWRIGHT_WRITE_EXPECTED") == "1"
CODE = re.compile(r"^\S.* \[([a-z0-9-]+)\]$", re.MULTILINE)


def expected(case: str) -> str:
    return (BROKEN / case / "expected.txt").read_text()


def message(case: str) -> str:
    """Return what loading the case in the current folder says."""
    folder = Path(case)
    for pattern in folder.glob("*.repeat"):
        count, *lines = pattern.read_text().splitlines()
        head, last = lines[:-1], lines[-1]
        text = "\n".join([*head, *[last] * int(count)]) + "\n"
        (folder / pattern.stem).write_text(text)
    for link in folder.glob("*.link"):
        (folder / link.stem).symlink_to(link.read_text().strip())
    alone = (folder / "alone").exists()
    layers = () if alone else (Layer(Path("_system"), "system", protected=True),)
    more = folder / "folders.txt"
    folders = [*([] if alone else ["_base"]), case]
    folders += more.read_text().split() if more.exists() else []
    try:
        load_project(folders, known_words(layers=layers))
    except ConfigError as error:
        return f"{error}\n"
    return "no problem\n"


@pytest.mark.parametrize("case", CASES)
def test_broken_configuration_says_exactly_this(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_base", "_system", case):
        shutil.copytree(BROKEN / name, tmp_path / name, symlinks=True)
    monkeypatch.chdir(tmp_path)

    said = message(case)

    if WRITE:
        (BROKEN / case / "expected.txt").write_text(said)
    assert said == expected(case)


def test_there_are_many_broken_configurations() -> None:
    assert len(CASES) >= 80


def test_every_code_has_a_broken_configuration_and_a_meaning() -> None:
    shown = {code for case in CASES for code in CODE.findall(expected(case))}

    assert shown == set(CODES)


def test_every_code_in_the_program_is_explained() -> None:
    """A code stands as a text of its own: words with hyphens, in no other use in these files."""
    not_codes = {"utf-8", "utf-8-sig"}
    found: set[str] = set()
    for path in (ROOT / "config").rglob("*.py"):
        if path.parent.name != "problem_codes" and path.name != "reference.py":
            found |= set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', path.read_text()))

    assert found - not_codes <= set(CODES)


def test_page_of_codes_is_made_from_the_program() -> None:
    assert (ROOT / "docs" / "problem-codes.md").read_text() == as_markdown()
