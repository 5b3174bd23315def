import gzip
import os
import re

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from runtime.web.assets import (
    CONTENT_TYPES,
    FOLDER,
    PREFIX,
    Assets,
    UnknownAsset,
    asset_url,
    assets,
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts/face.css").write_text('@font-face { src: url("face.woff2") }')
    (tmp_path / "fonts/face.woff2").write_bytes(b"font")
    (tmp_path / "panel.css").write_text(
        "a { background: url(data:image/png;base64,AA==) }"
        "b { background: url(fonts/../logo.svg#mark) }" + "c { color: red }" * 100
    )
    (tmp_path / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path / "notes.txt").write_text("not served")
    (tmp_path / ".hidden.css").write_text("not served")
    return tmp_path


@pytest.fixture
def served(folder):
    return Assets(folder, recheck_seconds=0)


@pytest.fixture
def client(served):
    with TestClient(Starlette(routes=[Mount(PREFIX, app=served)])) as client:
        yield client


def test_address_answers_with_the_file_for_a_year(client, served):
    answer = client.get(served.url("panel.css"))

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_address_changes_with_the_content(folder, served):
    before = served.url("logo.svg")

    (folder / "logo.svg").write_text("<svg/>")

    assert served.url("logo.svg") != before


def test_address_is_looked_up_on_disk_once_in_a_while(folder):
    patient = Assets(folder, recheck_seconds=60)
    before = patient.url("logo.svg")

    (folder / "logo.svg").write_text("<svg/>")

    assert patient.url("logo.svg") == before


def test_unchanged_file_is_read_once(folder, served):
    before = served.url("logo.svg")
    status = (folder / "logo.svg").stat()

    (folder / "logo.svg").write_bytes(b"x" * status.st_size)
    os.utime(folder / "logo.svg", ns=(status.st_atime_ns, status.st_mtime_ns))

    assert served.url("logo.svg") == before


def test_old_address_gives_the_new_file_but_is_not_kept(folder, client, served):
    before = served.url("logo.svg")
    (folder / "logo.svg").write_text("<svg/>")

    answer = client.get(before)

    assert answer.text == "<svg/>"
    assert answer.headers["cache-control"] == "no-cache"


def test_style_sheet_names_its_fonts_by_their_own_hash(client, served):
    css = client.get(served.url("fonts/face.css")).text

    named = re.findall(r'url\("([^"]+)"\)', css)
    assert named == [served.url("fonts/face.woff2")]
    assert client.get(named[0]).content == b"font"


def test_style_sheet_changes_its_address_when_what_it_names_does(folder, served):
    before = served.url("fonts/face.css")

    (folder / "fonts/face.woff2").write_bytes(b"another font")

    assert served.url("fonts/face.css") != before


def test_style_sheet_that_names_a_missing_file_is_refused(folder, served):
    (folder / "broken.css").write_text("a { background: url(none.svg) }")

    with pytest.raises(UnknownAsset, match="none.svg"):
        served.url("broken.css")


def test_data_urls_and_fragments_in_a_style_sheet_survive(client, served):
    css = client.get(served.url("panel.css")).text

    assert "url(data:image/png;base64,AA==)" in css
    assert f'url("{served.url("logo.svg")}#mark")' in css


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip", "deflate, gzip;q=0.5", "*"])
def test_text_is_compressed_for_who_accepts_it(client, served, accepted):
    with client.stream(
        "GET", served.url("panel.css"), headers={"Accept-Encoding": accepted}
    ) as answer:
        raw = b"".join(answer.iter_raw())

    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(raw).decode().startswith("a { background")
    assert int(answer.headers["content-length"]) == len(raw) < 400


@pytest.mark.parametrize("accepted", ["identity", "br", "gzip;q=0", "gzip; q=0.0"])
def test_text_stays_plain_for_who_does_not(client, served, accepted):
    answer = client.get(served.url("panel.css"), headers={"Accept-Encoding": accepted})

    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"


def test_fonts_are_not_compressed_twice(client, served):
    answer = client.get(served.url("fonts/face.woff2"))

    assert "content-encoding" not in answer.headers
    assert answer.headers["content-type"] == "font/woff2"


def test_known_content_is_not_sent_again(client, served):
    etag = client.get(served.url("logo.svg")).headers["etag"]

    answer = client.get(served.url("logo.svg"), headers={"If-None-Match": etag})

    assert (answer.status_code, answer.content) == (304, b"")


def test_head_has_the_headers_alone(client, served):
    answer = client.head(served.url("logo.svg"))

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize(
    "path",
    [
        "/static/x/../assets.py",
        "/static/x/%2e%2e/assets.py",
        "/static/x/..%2fassets.py",
        "/static/x//etc/passwd.css",
        "/static/x/notes.txt",
        "/static/x/.hidden.css",
        "/static/x/fonts",
        "/static/x/none.css",
        "/static/x/logo.svg/",
        "/static/x/a%00.css",
        "/static/x",
        "/static/",
    ],
)
def test_anything_else_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_only_reading_is_allowed(client, served):
    answer = client.post(served.url("logo.svg"))

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("name", ["../assets.py", "none.css", "", "/etc/hosts.css", "notes.txt"])
def test_asking_for_the_address_of_an_unknown_file_is_refused(served, name):
    with pytest.raises(UnknownAsset):
        served.url(name)


def test_every_file_of_the_panel_can_be_served():
    with TestClient(Starlette(routes=[Mount(PREFIX, app=assets)])) as client:
        names = [
            file.relative_to(FOLDER).as_posix()
            for file in FOLDER.rglob("*")
            if file.suffix in CONTENT_TYPES
        ]

        statuses = {client.get(asset_url(name)).status_code for name in names}

    assert statuses == {200}
    assert "vendor/tabler/tabler.min.css" in names


def test_no_file_of_the_panel_names_another_host():
    for file in FOLDER.rglob("*.css"):
        found = re.findall(
            r"""url\((?!["']?data:|#)["']?([^)"']*)|@import(?! url)""", file.read_text()
        )
        assert all(re.fullmatch(r"[\w./-]+", url) for url in found), file
    for file in [*FOLDER.rglob("*.css"), *FOLDER.rglob("*.js")]:
        assert "sourceMappingURL" not in file.read_text(), file


def test_every_vendored_package_carries_its_licence():
    folders = [folder for folder in (FOLDER / "vendor").iterdir() if folder.is_dir()]

    names = {folder.name for folder in folders}
    assert names == {"codemirror", "htmx", "inter", "tabler", "tabler-icons"}
    assert all((folder / "LICENSE").stat().st_size > 500 for folder in folders)
