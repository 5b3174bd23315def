"""A service made by staff without a label gets one, as its form says."""

import re

from tests.sample.conftest import opened
from tests.sample.test_currencies import browser


def label_of(page: str) -> str:
    control = re.search(r'<input[^>]*name="label"[^>]*>', page)
    assert control is not None
    return control[0]


def test_the_form_of_a_service_says_that_its_label_is_made(tmp_path):
    with opened(f"sqlite:///{tmp_path}/panel.sqlite3", tmp_path) as panel:
        control = label_of(browser(panel).page("/admin/service/new"))

        assert 'placeholder="made when left empty"' in control
        assert " required" not in control
