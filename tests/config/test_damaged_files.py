"""A damaged file is answered by problems with places: no traceback, no hang, no memory lost."""

import itertools
import random
import resource
import time
from pathlib import Path

import pytest

from config.errors import Problem
from config.files import File, read_layers
from config.problem_codes import CODES
from config.project import Parsed, build_project, problems_of_file
from config.vocabulary import Layer, Vocabulary
from runtime.plugins import enabled_extensions, load_extensions, vocabulary
from tests.config.mutations import mutate

SAMPLE = Path(__file__).parents[2] / "sample-config"
SECONDS_MAX = 1.0
# The machine may be busy with something else for a moment: the time of the process counts.
MEGABYTES_MAX = 200


def sample() -> tuple[list[File], Vocabulary]:
    extensions = load_extensions(enabled_extensions([SAMPLE]), [SAMPLE])
    words = vocabulary(extensions)
    files, _ = read_layers([*words.layers, Layer(SAMPLE, "sample")])
    return files, words


def run(mutations: int, seed: int) -> tuple[int, float]:
    """Return how many damaged files had problems, and the slowest check in seconds."""
    files, words = sample()
    parsed = Parsed()
    build_project(files, words, parsed=parsed)
    own = [file for file in files if file.layer.name == "sample" and file.is_yaml]
    dice = random.Random(seed)
    broken, slowest = 0, 0.0
    for number, file in zip(range(mutations), itertools.cycle(own), strict=False):
        content = mutate(file.content, dice)
        start = time.process_time()
        try:
            found = problems_of_file(files, file.shown, content, words, parsed)
        except Exception as error:
            error.add_note(f"mutation {number} of {file.shown}: {content!r}")
            raise
        slowest = max(slowest, time.process_time() - start)
        broken += bool(found)
        for problem in found:
            check_place(problem, content, file.shown)
    return broken, slowest


def check_place(problem: Problem, content: bytes, shown: str) -> None:
    assert problem.code in CODES
    assert problem.what
    assert problem.position.line >= 1
    assert problem.position.column >= 1
    if problem.position.file == shown:
        lines = content.decode("utf-8", "replace").splitlines() or [""]
        assert problem.position.line <= len(lines) + 1


def test_damaged_sample_files_are_answered_by_problems() -> None:
    broken, slowest = run(300, seed=1)

    assert broken > 200
    assert slowest < SECONDS_MAX


@pytest.mark.long
def test_a_hundred_thousand_damaged_files_cost_no_time_and_no_memory() -> None:
    run(200, seed=2)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    broken, slowest = run(100_000, seed=3)

    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert broken > 50_000
    assert slowest < SECONDS_MAX
    assert grown < MEGABYTES_MAX
