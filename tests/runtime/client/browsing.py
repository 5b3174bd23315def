"""What tests of the client area do again and again."""

from runtime.actors import SYSTEM
from tests.runtime.shop_panel import Shop, token_of


def post(browser, path, **values):
    return browser.post(path, data={"csrf_token": token_of(browser, "/"), **values})


def get_row(shop: Shop, entity: str, number: int):
    with shop.panel.reading(SYSTEM) as records:
        return records.get(entity, number, trash=True)


def count(shop: Shop, entity: str) -> int:
    with shop.panel.reading(SYSTEM) as records:
        return records.count(entity).number
