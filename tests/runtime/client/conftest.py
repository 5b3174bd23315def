"""The shop's people signed in to the client area: Anna owns a company, Ben is a member of it."""

import pytest

from tests.runtime.shop_panel import shop, shops, sign_in, sqlite_shop

__all__ = ["shop", "shops", "sqlite_shop"]


@pytest.fixture
def anna(sqlite_shop):
    browser = sqlite_shop.browser()
    sign_in(browser, "anna@example.com")
    return browser


@pytest.fixture
def ben(sqlite_shop):
    browser = sqlite_shop.browser()
    sign_in(browser, "ben@example.com")
    return browser
