"""Adding an entity to a copy of the sample takes one YAML file and no Python."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from runtime.accounts.passwords import Passwords
from runtime.accounts.staff import set_password
from runtime.actors import SYSTEM
from runtime.app import create_app
from runtime.demo import fill
from runtime.panel import Panel, open_panel
from runtime.plugins import load_folders
from runtime.records.values import Filter, ListQuery
from runtime.settings import Settings
from tests.sample.conftest import BASE, SAMPLE, short_sample

FILE = Path(__file__).with_name("equipment.yaml")
PASSWORD = "correct horse battery"
CHEAP = Passwords(memory_kib=64, passes=1)


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Panel]:
    folder = tmp_path_factory.mktemp("one-file")
    shutil.copytree(short_sample(), folder / "config")
    shutil.copy(FILE, folder / "config/entities/services")
    settings = Settings(f"sqlite:///{folder}/panel.sqlite3", folder, ("k" * 40,), base_url=BASE)
    panel = open_panel([folder / "config"], settings, create=True)
    fill(panel, "small")
    yield panel
    panel.close()


@pytest.fixture(scope="module")
def owners(panel: Panel) -> dict[int, str]:
    """Client → e-mail of its owner, of two clients."""
    with panel.reading(SYSTEM) as records:
        owning = ListQuery(
            columns=("client", "user"), filters=(Filter("owner", "eq", ("yes",)),), size=100
        )
        rows = records.list("client_user", owning).rows
        active = {
            row.id for row in records.list("client", ListQuery(size=100)).rows
            if row["status"] == "active"
        }
        chosen = [row for row in rows if row["client"] in active][:2]
        emails = {row["client"]: records.get("user", row["user"])["email"] for row in chosen}
    for row in chosen:
        set_password(panel, "user", row["user"], PASSWORD, CHEAP)
    return emails


@pytest.fixture(scope="module")
def staff(panel: Panel) -> TestClient:
    with panel.reading(SYSTEM) as records:
        everybody = records.list("staff", ListQuery(size=100)).rows
        support = next(row for row in everybody if row["email"].startswith("support@"))
    set_password(panel, "staff", support.id, PASSWORD, CHEAP)
    return signed_in(panel, "/admin/login", support["email"])


def signed_in(panel: Panel, path: str, email: str) -> TestClient:
    app = create_app(panel, passwords=CHEAP)
    browser = TestClient(app, base_url=BASE, follow_redirects=False)
    answer = send(browser, path, path, email=email, password=PASSWORD)
    assert answer.status_code == 303, answer.text
    return browser


def send(browser: TestClient, page: str, action: str, **values: object):
    """Send a form of `page` to `action` with the page's own token."""
    text = browser.get(page, headers={"Accept": "text/html"}).text
    token = re.search(r'name="csrf-token" content="([^"]+)"', text)
    assert token, f"no token on {page}"
    return browser.post(action, data={"csrf_token": token[1], **values})


def test_file_is_the_only_thing_added():
    lines = FILE.read_text().splitlines()

    assert len(lines) < 40
    assert sum(line.startswith("  ") and ":" in line for line in lines[7:15]) == 8


def test_staff_create_move_and_list_and_only_the_client_concerned_sees(
    panel: Panel, staff: TestClient, owners: dict[int, str]
):
    (mine, owner), (_, stranger) = owners.items()
    assert 'href="/admin/equipment/"' in staff.get("/admin/").text

    made = send(
        staff, "/admin/equipment/new", "/admin/equipment/new",
        client=mine, name="Old faithful", serial="SN-1", kind="server", price="120.00",
        notes="smells of smoke",
    )
    assert made.status_code == 303, made.text
    page = made.headers["location"]
    assert "Received" in staff.get(page).text

    moved = send(staff, page, f"{page.rstrip('/')}/moves/repair")
    assert moved.status_code == 303, moved.text
    listed = staff.get("/admin/equipment/").text
    assert "Old faithful" in listed
    assert "Repaired" in listed

    inside, outside = signed_in(panel, "/login", owner), signed_in(panel, "/login", stranger)
    shown = inside.get("/equipment/").text
    assert 'href="/equipment/"' in inside.get("/").text
    assert "Old faithful" in shown
    assert "smoke" not in inside.get(page.removeprefix("/admin")).text
    assert "Old faithful" not in outside.get("/equipment/").text
    assert outside.get(page.removeprefix("/admin")).status_code == 404


def test_its_states_change_by_moves_alone(
    panel: Panel, staff: TestClient, owners: dict[int, str]
):
    client = next(iter(owners))

    made = send(
        staff, "/admin/equipment/new", "/admin/equipment/new",
        client=client, name="Sneaky", serial="SN-2", status="returned",
    )

    with panel.reading(SYSTEM) as records:
        serial = Filter("serial", "eq", ("SN-2",))
        rows = records.list("equipment", ListQuery(filters=(serial,))).rows
    assert made.status_code == 303
    assert [row["status"] for row in rows] == ["received"]


def test_example_of_the_documentation_loads_beside_the_sample(tmp_path: Path):
    text = (Path(__file__).parents[2] / "docs/sample-config.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "equipment.yaml").write_text(example, encoding="utf-8")

    project = load_folders([SAMPLE, tmp_path])

    assert "equipment.status" in project.machines
    assert "equipment" in project.roles["client_member"].allow
