import stat

import pytest

from runtime.files import FileStore


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "files")


def test_what_was_kept_is_read_back_and_described(store):
    kept = store.keep(b"abc")

    assert store.path(kept.place).read_bytes() == b"abc"
    assert kept.size == 3
    assert kept.digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_equal_contents_share_one_place(store, tmp_path):
    assert store.keep(b"same") == store.keep(b"same")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_files_are_readable_by_their_owner_alone(store):
    path = store.path(store.keep(b"private").place)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("place", ["", "../secret.key", "ab/../../x", "/etc/passwd", "ab/cd", "a"])
def test_a_place_that_was_never_given_is_not_found(store, place):
    with pytest.raises(FileNotFoundError):
        store.path(place)


def test_a_failed_write_leaves_nothing(store, tmp_path, monkeypatch):
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))

    with pytest.raises(OSError, match="disk full"):
        store.keep(b"lost")

    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_removed_file_is_gone_and_removing_it_again_says_so(store):
    place = store.keep(b"x").place
    store.remove(place)

    with pytest.raises(FileNotFoundError):
        store.remove(place)
