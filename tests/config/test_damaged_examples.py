"""Broken configurations, broken further: patches, layers and examples are damaged too."""

import random
from pathlib import Path

from config.files import File
from config.project import Parsed, problems_of_file
from config.vocabulary import Layer
from tests.config.configurations import BROKEN, known_words
from tests.config.mutations import mutate
from tests.config.test_damaged_files import check_place

SYSTEM = Layer(Path("_system"), "system", protected=True)
BASE, CASE = Layer(Path("_base"), "base"), Layer(Path("case"), "case")


def files_of(folder: str, layer: Layer) -> list[File]:
    return [
        File(path, f"{folder}/{path.name}", layer, path.read_bytes())
        for path in sorted((BROKEN / folder).iterdir())
        if path.suffix in (".yaml", ".md", ".html", ".csv") and path.exists()
    ]


def run(rounds: int, seed: int) -> int:
    """Damage each file of each case so many times; return how many were checked."""
    words = known_words(layers=(SYSTEM,))
    below = [*files_of("_system", SYSTEM), *files_of("_base", BASE)]
    dice, parsed, checked = random.Random(seed), Parsed(), 0
    for case in sorted(path.name for path in BROKEN.iterdir() if not path.name.startswith("_")):
        files = [*below, *files_of(case, CASE)]
        for file in [file for file in files if file.layer is CASE and file.is_yaml]:
            for _ in range(rounds):
                content = mutate(file.content, dice)
                try:
                    found = problems_of_file(files, file.shown, content, words, parsed)
                except Exception as error:
                    error.add_note(f"{file.shown}: {content!r}")
                    raise
                checked += 1
                for problem in found:
                    check_place(problem, content, file.shown)
    return checked


def test_damaged_broken_configurations_are_answered_by_problems() -> None:
    assert run(1, seed=4) > 150
