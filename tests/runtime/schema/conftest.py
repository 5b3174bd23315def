from pathlib import Path

import pytest

from tests.runtime.schema.changing import Changing


@pytest.fixture
def changing(database_url: str, tmp_path: Path) -> Changing:
    return Changing(database_url, tmp_path)
