"""The client area of the sample as one of its clients meets it."""

import re

import pytest
from starlette.testclient import TestClient

from runtime.accounts.passwords import Passwords
from runtime.accounts.staff import set_password
from runtime.actors import SYSTEM
from runtime.app import create_app
from runtime.panel import Panel
from runtime.records.values import ListQuery, Record
from tests.runtime.admin.staff_browser import words
from tests.runtime.shop_panel import sign_in
from tests.sample.conftest import BASE

PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def owner(filled: Panel) -> TestClient:
    """Return a browser of somebody who owns a client."""
    with filled.reading(SYSTEM) as records:
        members = records.list("client_user", ListQuery(columns=("user", "owner"), size=200)).rows
        user = next(row["user"] for row in members if row["owner"])
        email = records.get("user", user)["email"]
    cheap = Passwords(memory_kib=64, passes=1)
    set_password(filled, "user", user, PASSWORD, cheap)
    browser = TestClient(
        create_app(filled, passwords=cheap), base_url=BASE, follow_redirects=False
    )
    sign_in(browser, email, PASSWORD)
    return browser


def offered(panel: Panel) -> dict[int, list[int]]:
    """Return group → products that clients are offered there, in their order."""
    found: dict[int, list[int]] = {}
    columns = ("product_group", "product", "product_group.hidden", "product.hidden",
               "product.retired", "position")
    with panel.reading(SYSTEM) as records:
        query = ListQuery(columns=columns, size=200, sort=("position",))
        for row in records.list("product_group_item", query).rows:
            shown = not (
                row["product_group.hidden"] or row["product.hidden"] or row["product.retired"]
            )
            if shown:
                found.setdefault(row["product_group"], []).append(row["product"])
    return found


def test_a_product_group_lists_its_products_and_leads_to_them(filled: Panel, owner: TestClient):
    groups = offered(filled)
    assert groups
    for group, products in groups.items():
        text = owner.get(f"/product_group/{group}").text
        cards = re.findall(r'<li class="pw-card-row">.*?</li>', text, re.S)
        links = [re.search(r'<h2><a href="/product/(\d+)">', card)[1] for card in cards]

        assert [int(link) for link in links] == products
        for link in links[:2]:
            assert owner.get(f"/product/{link}").status_code == 200


def own_currency(panel: Panel) -> str:
    """Return the currency of the client whose owner `owner` is."""
    with panel.reading(SYSTEM) as records:
        query = ListQuery(columns=("client", "owner"), size=200)
        member = next(row for row in records.list("client_user", query).rows if row["owner"])
        return str(records.get("client", member["client"])["currency"])


def prices_of(panel: Panel, product: int) -> list[Record]:
    query = ListQuery(columns=("period", "currency", "base"), parent=("product", product), size=50)
    with panel.reading(SYSTEM) as records:
        return list(records.list("price", query).rows)


def test_a_card_says_what_the_product_is_and_costs_in_the_clients_own_currency(
    filled: Panel, owner: TestClient
):
    group, products = next(iter(offered(filled).items()))
    own = own_currency(filled)
    with filled.reading(SYSTEM) as records:
        said = records.get("product", products[0])["short_description"]
    prices = [row for row in prices_of(filled, products[0]) if row["currency"] == own]
    cards = re.findall(r'<li class="pw-card-row">.*?</li>',
                       owner.get(f"/product_group/{group}").text, re.S)

    assert len(prices) == 3
    assert any(text in words(cards[0]) for text in said.values())
    assert cards[0].count("<tr>") == len(prices) + 1
    for untrue in ("Buy", "Add to cart"):
        assert untrue not in words(cards[0])


def test_a_product_shows_a_client_what_it_is_and_costs_and_no_flags_of_ours(
    filled: Panel, owner: TestClient
):
    product = next(iter(offered(filled).values()))[0]
    own = own_currency(filled)
    prices = [row for row in prices_of(filled, product) if row["currency"] == own]
    page = owner.get(f"/product/{product}").text
    said = words(page)
    with filled.reading(SYSTEM) as records:
        key = records.get("product", product)["key"]

    # One table with the prices of one currency, and nothing that staff set.
    assert page.count("<tr") == len(prices) + 1
    assert key not in said
    assert "48" not in said
    assert re.findall(r'href="/product/\d+\?tab=(\w+)"', page) in (["offer"], ["offer", "services"])


def test_a_hidden_group_and_its_products_are_not_there(filled: Panel, owner: TestClient):
    with filled.reading(SYSTEM) as records:
        hidden = [row.id for row in records.list(
            "product_group", ListQuery(columns=("hidden",), size=50)).rows if row["hidden"]]
    for group in hidden:
        assert owner.get(f"/product_group/{group}").status_code == 404


def test_a_client_orders_from_a_product_and_from_its_card(filled: Panel, owner: TestClient):
    group, products = next(iter(offered(filled).items()))
    order = f"/service/new?product={products[0]}"

    assert f'href="{order}"' in owner.get(f"/product/{products[0]}").text
    assert f'href="{order}"' in owner.get(f"/product_group/{group}").text

    form = owner.get(order).text
    chosen = re.search(r'<option value="(\d+)" selected|name="product" value="(\d+)"', form)
    assert chosen is not None
    assert str(products[0]) in chosen.groups()


def test_a_client_with_one_company_is_not_asked_whose_order_it_is(
    filled: Panel, owner: TestClient
):
    form = owner.get("/service/new").text
    assert re.search(r'<input type="hidden" name="client" value="\d+">', form)
    assert 'for="field-client"' not in form
