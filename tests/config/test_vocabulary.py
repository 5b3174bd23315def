"""The digest of a vocabulary is the same in every process, whatever order its sets have there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.vocabulary import DriverInfo, Vocabulary

_PRINT_DIGEST = """
from runtime.plugins import load_extensions, vocabulary
print(vocabulary(load_extensions(["billing"]), icons=["sun", "moon", "star"]).digest())
"""


def test_every_process_finds_the_same_digest() -> None:
    found = {
        subprocess.run(
            [sys.executable, "-c", _PRINT_DIGEST],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2], check=True, capture_output=True, text=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(found) == 1


@pytest.mark.parametrize("kind", [frozenset, set])
def test_a_set_is_told_by_its_members_alone(kind: type) -> None:
    words = [f"word_{number}" for number in range(50)]

    one = Vocabulary(events=kind(words))
    other = Vocabulary(events=kind(reversed(words)))

    assert one.digest() == other.digest() != Vocabulary(events=kind(words[1:])).digest()


def test_another_driver_is_another_vocabulary() -> None:
    plain = Vocabulary(drivers={"dns_server": {"ours": DriverInfo("ours", "Ours")}})
    renamed = Vocabulary(drivers={"dns_server": {"ours": DriverInfo("ours", "Theirs")}})

    assert plain.digest() != renamed.digest()
