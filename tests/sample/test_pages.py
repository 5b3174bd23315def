"""Every page of staff keeps its columns, tabs and actions, under the words they know them by.

One line per page: what the list shows (what stands beneath a column after a colon), the tabs of
a row's page or form, and what can be done.
"""

import re
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from config import labels
from runtime.accounts.staff import create_staff
from runtime.actors import SYSTEM
from runtime.panel import Panel
from runtime.records import ListQuery
from tests.runtime.admin.staff_browser import StaffBrowser, words

CREATE = "New"


@dataclass(frozen=True)
class Words:
    """What a page must say: `columns`, `beneath` and `tabs` are words between bars."""

    entity: str
    columns: str
    beneath: str = ""
    tabs: str = ""
    actions: str = ""
    view: str = "staff"


PAGES = {
    "Clients": Words(
        "client", "Owner|Client|Status|Located|Created|Balance", "Credit limit|City",
        "Summary|Profile|Users|Services|Invoices|Transactions", "New|Open|Edit"),
    "Addresses of a client": Words(
        "client_address", "Name|Contact|Address", actions="New|Edit|Delete"),
    "Users of a client": Words(
        "client_user", "Name|2FA|Contacts|Owner|Permissions|Created", "Phone",
        actions="New|Edit|Delete", view="of_client"),
    "Clients of a user": Words("client_user", "Client|Status|Owner", view="of_user"),
    "Services of a client": Words(
        "service", "Product|Status|Order date|Activation date|Price", "Period",
        view="of_client"),
    "Invoices of a client": Words(
        "invoice", "Type|Number|Issue date|Due date|Paid date|Total|Status|Home company",
        view="of_client"),
    "Transactions of an invoice": Words(
        "allocation", "Transaction ID|Gross|Net|Description|Date", view="of_invoice"),
    "Transactions of a client": Words(
        "transaction", "Transaction ID|Gross|Net|Balance|Description|Period|Date", "before|to",
        view="of_client"),
    "Users": Words(
        "user", "Name|2FA|Contacts|Clients|Created", "Last name|Phone", "Clients",
        "New|Open|Edit|Delete"),
    "Services": Words(
        "service", "Client|Product|Status|Order date|Price",
        "Product group|Termination|Cancellation|Period", "Overview|Options|Charges|Tasks|History",
        "New|Open|Edit|Force status"),
    "Transactions": Words(
        "transaction",
        "Client|Transaction ID|Gross|Net|Balance|Description|Period|Date", "before|to"),
    "Invoices": Words(
        "invoice", "Type|Number|Issue date|Due date|Paid date|Total|Status|Home company",
        "Payment status", "Document|Transactions", "New|Open|Edit|Delete"),
    "Home companies": Words(
        "home_company", "Logo|Name|Company name", "",
        "General|Images|E-mail settings|Tax settings|Invoice settings|Proforma template"
        "|Invoice template|Credit note template|Payment gateways", "New|Edit"),
    "Gateways": Words(
        "payment_gateway", "Key|Module|Currencies|Order", "", "General|Module", "New|Edit|Delete"),
    "Tax rules": Words(
        "tax_rule",
        "Order|Country/Region|Private|Without tax ID|With tax ID|Home company|Taxes", "Region",
        actions="New|Edit|Delete"),
    "Products": Words(
        "product", "Icon|Key|Visible|Active|Stock|Services", "",
        "General|Images|Pricing|Attributes|Options|Module", "New|Edit|Delete"),
    "Product groups": Words(
        "product_group", "Icon|Key|Visible|Products|Order", "", "General|Images|Products",
        "New|Edit|Delete"),
    "Products of a group": Words(
        "product_group_item", "Key|Visible|Order|Stock", view="of_group"),
    "Attribute groups": Words(
        "attribute_group", "Icon|Key|Visible|Attributes", "", "General|Images|Attributes",
        "New|Edit|Delete"),
    "Option groups": Words(
        "option_group", "Icon|Key|Visible|Options|Products", "", "General|Images|Options",
        "New|Edit|Delete"),
    "Task queue": Words(
        "job_run", "Job|Status|Queue|Dates", "Tags|Started|Completed", "Task", "Open"),
    "Admin sessions": Words("staff_session_log", "Date|Admin|URL", "IP address|Method|Channel"),
    "Client sessions": Words(
        "client_session_log", "Date|Client|URL", "User|IP address|Method|Channel"),
    "Activity log": Words("activity", "Date|Initializer|Action|Description", "", "What"),
    "Module log": Words("module_log", "Date|Name|Action|Level", "", "Entry", "Open"),
    "Notification history": Words(
        "notification", "Date|Recipient|Notification", "", "Message|Deliveries", "Open"),
    "Admins": Words(
        "staff", "Email|First name|Last name|Status", "", "Groups|IP addresses|Sessions",
        "New|Edit|Delete"),
    "Groups": Words("staff_group", "Name|Description|Type", actions="New|Edit|Delete"),
    "Rules of a group": Words(
        "notification_rule", "Category|Notification|Layout|Template|Senders",
        actions="New|Edit|Delete"),
    "Scheduler": Words("schedule", "Name|Description|Last run|Next run|Cron|On"),
    "Senders": Words(
        "notification_sender", "Name|Module|Description", actions="New|Edit|Delete"),
    "Layouts": Words("notification_layout", "Name|Description", actions="New|Edit|Delete"),
    "Templates": Words(
        "notification_template", "Name|Category|Status", actions="New|Edit|Delete"),
    "Countries": Words(
        "country", "Flag|Code|Name|Calling code|Regions", "Own name", "Regions", "Open"),
    "Regions of a country": Words("region", "Code|Native name", view="of_country"),
    "Currencies": Words(
        "currency", "Code|Prefix|Suffix|Default|Format|Base conversion rate",
        actions="New|Edit|Delete"),
    "Modules": Words("module", "Name|Status|Type|Description"),
}


# What stands in the menu, group by group, below the headings of its parts.
MENU = {
    "Menu": {
        "": "Dashboard",
        "Clients": "Manage clients|Manage users",
        "Services": "Create new service|All services",
        "Finance": "Transactions|Home companies|Tax rules",
        "Products": "Products|Product groups|Attribute groups|Option groups",
        "Monitoring": "Task queue|Admin sessions|Client sessions|Activity log|Module log"
                      "|Notification history",
    },
    "Settings": {
        "Staff": "Admins|Groups",
        "Automation": "Scheduler",
        "E-mail and notifications": "Notification senders|Notification layouts"
                                    "|Notification templates",
        "DNS manager": "Server groups|Servers|Zones",
        "SSL manager": "Certificate authorities|SSL certificates",
        "General": "Time-based|Finance|Clients|Social links|Countries|Currencies",
        "Add-ons": "Modules",
    },
    "Customization": {
        "Admin template": "Info|Layout options",
        "Client template": "Info|Layout options|Login page",
    },
}
RUNNING = ("job_run", "staff_session_log", "client_session_log")


@pytest.fixture(scope="module")
def boss(filled: Panel) -> StaffBrowser:
    create_staff(filled, email="boss@shop.example", roles=["super_admin"])
    with filled.reading(SYSTEM) as records:
        rows = records.list("staff", ListQuery(columns=("email",), size=200)).rows
        found = {row["email"]: row.id for row in rows}
    return StaffBrowser(
        SimpleNamespace(panel=filled, ids={"boss": found["boss@shop.example"]}), "boss"
    )


@pytest.mark.parametrize("name", PAGES)
def test_the_list_has_its_columns_and_what_stands_beneath_them(boss: StaffBrowser, name: str):
    wanted = PAGES[name]
    query = f"view={wanted.view}&columns=1" if wanted.view != "staff" else "columns=1"
    panel = re.search(
        r'<ol class="pw-columns-shown">(.*?)</ol>',
        boss.page(f"/admin/{wanted.entity}/?{query}"), re.S,
    )
    assert panel is not None
    labels = [words(each) for each in re.findall(r"<label>(.*?)</label>", panel[1], re.S)]
    # Where two would read alike the chooser adds what tells them apart: `Owner (User)`.
    shown = [re.sub(r" \([^()]*\)$", "", label) for label in labels]

    assert split(wanted.columns) - set(shown) == set()
    assert split(wanted.beneath) - beneath(boss.house.panel, wanted) == set()


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if page.tabs])
def test_the_page_of_a_row_has_its_tabs(filled: Panel, name: str):
    wanted = PAGES[name]
    model = filled.generated.entities[wanted.entity]
    there = {labels.text(tab.label, key) for key, tab in model.detail.tabs.items()}
    there |= {labels.derived(part.tab) for part in model.form.values() if part.tab}

    assert split(wanted.tabs) - there == set()


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if page.actions])
def test_rows_are_made_and_handled_as_the_page_offers(boss: StaffBrowser, name: str):
    wanted = PAGES[name]
    page = boss.page(f"/admin/{wanted.entity}/?view={wanted.view}")
    offered = {CREATE} if f'href="/admin/{wanted.entity}/new' in page else set()
    menu = re.search(r'data-menu="([^"]+)"', page)
    if menu is None:
        pytest.skip("the sample has no such row yet")
    entries = re.findall(
        r'<(?:a|div class="pw-menu-refused")[^>]*>(.*?)</(?:a|div)>', boss.page(menu[1]), re.S
    )
    offered |= {words(re.sub(r"<small>.*?</small>", "", entry, flags=re.S)) for entry in entries}

    assert {
        action for action in split(wanted.actions)
        if not any(each.startswith(action) for each in offered)
    } == set()


def test_the_menu_has_its_parts_groups_and_items(boss: StaffBrowser):
    found = menu_of(boss.page("/admin/"))

    assert list(found) == list(MENU)
    for part, groups in MENU.items():
        assert [group for group in found[part] if group] == [group for group in groups if group]
        for group, items in groups.items():
            assert split(items) - set(found[part][group]) == set(), (part, group)


@pytest.mark.parametrize(("entity", "heading"), [
    ("job_run", "Task queue"), ("staff_session_log", "Admin sessions"),
    ("client_session_log", "Client sessions"), ("activity", "Activity log"),
    ("module_log", "Module log"), ("notification", "Notification history"),
    ("staff", "Admins"), ("staff_group", "Groups"),
])
def test_a_page_is_called_as_the_menu_calls_it(boss: StaffBrowser, entity: str, heading: str):
    page = boss.page(f"/admin/{entity}/")

    assert f'<h1 id="list-heading">{heading}</h1>' in page


@pytest.mark.parametrize("entity", RUNNING)
def test_lists_of_what_is_running_refresh_themselves(boss: StaffBrowser, entity: str):
    page = boss.page(f"/admin/{entity}/")

    assert 'data-refresh="10"' in page
    assert "data-refresh-switch" in page


def test_what_is_over_stands_still(boss: StaffBrowser):
    assert "data-refresh=" not in boss.page("/admin/client/")


def test_admins_and_templates_say_their_status_in_words(boss: StaffBrowser):
    assert 'badge-ok">Active</span>' in boss.page("/admin/staff/")
    assert 'badge-info">Custom</span>' in boss.page("/admin/notification_template/")


def test_a_group_says_of_which_type_it_is(boss: StaffBrowser):
    assert 'badge-info">System</span>' in boss.page("/admin/staff_group/")
    form = boss.page("/admin/staff_group/new")
    assert re.search(r"Type.*System.*Groups.*Notification", words(form))


def test_countries_come_with_the_panel_and_are_not_deleted(boss: StaffBrowser):
    first = re.search(r'href="(/admin/country/\d+)"', boss.page("/admin/country/"))
    assert first is not None

    assert "Countries come with the panel and stay" in words(boss.page(f"{first[1]}/delete"))


@pytest.mark.parametrize("area", ["staff", "client"])
def test_the_info_of_a_template_says_how_the_area_looks(boss: StaffBrowser, area: str):
    page = words(boss.page(f"/admin/templates/{area}"))

    for line in ("Name Panelwright", "Brand colour #206bc4", "Header stays in place yes"):
        assert line in page


def test_tabs_of_customization_stand_by_themselves(boss: StaffBrowser):
    login, general = (
        re.search(r'<nav class="pw-tabs".*?</nav>',
                  boss.page(f"/admin/general-settings/{tab}"), re.S)
        for tab in ("login_page", "finance")
    )

    assert login is not None
    assert general is not None
    assert words(login[0]).split(" ") == ["Layout", "options", "Login", "page"]
    assert "Login page" not in words(general[0])


def test_the_persons_menu_leads_to_their_account_and_notifications(boss: StaffBrowser):
    page = boss.page("/admin/")

    for path in ("/admin/my/account", "/admin/my/password", "/admin/notification/?view=mine"):
        assert f'href="{path}"' in page
    assert boss.get("/admin/notification/?view=mine").status_code == 200


def test_a_count_leads_to_the_rows_that_it_counts(boss: StaffBrowser):
    page = boss.page("/admin/user/")
    link = re.search(r'<a href="(/admin/user/\d+\?tab=clients)">\d+</a>', page)

    assert link is not None
    assert "Owner" in words(boss.page(link[1]))


def test_a_service_that_stands_still_says_beneath_its_status_when_it_ends(boss: StaffBrowser):
    page = boss.page("/admin/service/?size=100")

    assert re.search(
        r'<div class="pw-beneath">(Cancellation|Termination) <time datetime="[^"]+" title="[^"]+">'
        r"(in )?\d+ \w+( ago)?</time></div>", page,
    )
    assert 'class="pw-beneath" title="Product group"' in page


def test_a_list_that_is_empty_says_what_it_is_for_and_offers_no_form_that_cannot_be_filled_in(
    boss: StaffBrowser,
):
    page = boss.page("/admin/schedule/")

    assert "Each recurring job of the panel" in words(page)
    assert "/admin/schedule/new" not in page


def test_a_country_shows_its_flag_with_its_name_for_readers(boss: StaffBrowser):
    page = boss.page("/admin/country/?q=Poland")

    assert 'role="img" title="Poland" aria-label="Poland">\U0001f1f5\U0001f1f1</span>' in page


def test_a_column_of_its_own_is_not_repeated_beneath_another(boss: StaffBrowser):
    page = boss.page("/admin/client/?col=company_name&col=balance&col=credit_limit")

    assert ">Credit limit <" not in page
    assert "Credit limit" in words(page)


def split(text: str) -> set[str]:
    return set(text.split("|")) if text else set()


def beneath(panel: Panel, wanted: Words) -> set[str]:
    """Return what is said of the values beneath the columns of a list."""
    view = panel.generated.entities[wanted.entity].views[wanted.view]
    found = set()
    for path in (path for paths in view.beneath.values() for path in paths):
        field = panel.generated.field_at(wanted.entity, path)
        assert field is not None
        own = field.label("en")
        found.add(labels.text(view.labels[path], path) if path in view.labels else own)
    return found


def menu_of(page: str) -> dict[str, dict[str, list[str]]]:
    """Return heading → group → items of the menu; items of no group stand under ""."""
    nav = re.search(r'<nav class="pw-nav".*?</nav>', page, re.S)
    assert nav is not None
    found: dict[str, dict[str, list[str]]] = {}
    parts = re.findall(
        r'pw-nav-heading">([^<]*)<|<summary>(.*?)</summary>|<a (?:[^>]*)>(.*?)</a>|(</details>)',
        nav[0], re.S,
    )
    part = group = ""
    for heading, summary, item, closed in parts:
        if heading:
            part = heading
            found[part] = {}
        elif summary:
            group = words(summary)
            found[part][group] = []
        elif closed:
            group = ""
        else:
            label = re.sub(r'<span class="pw-nav-count">.*?</span>', "", item)
            found[part].setdefault(group, []).append(words(label))
    return found
