"""The environment, read once: what is missing is made or said."""

import stat

import pytest

from runtime.settings import Settings, StartProblem, driver_url


def test_an_empty_environment_makes_a_panel_of_its_own(tmp_path):
    var = tmp_path / "var"
    first = Settings.from_environment({"PANEL_VAR": str(var)})
    second = Settings.from_environment({"PANEL_VAR": str(var)})

    assert first == second
    assert first.database_url == f"sqlite:///{var}/panel.sqlite3"
    assert first.base_url == "http://127.0.0.1:8000"
    assert first.embedded
    assert len(first.secret_keys[0]) >= 32
    assert stat.S_IMODE((var / "secret.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(var.stat().st_mode) == 0o700


def test_another_database_needs_a_key_that_is_given(tmp_path):
    with pytest.raises(StartProblem, match="PANEL_SECRET_KEY is missing"):
        Settings.from_environment({
            "PANEL_VAR": str(tmp_path), "PANEL_DATABASE_URL": "postgresql://a@b/c"})


def test_several_keys_may_be_given(tmp_path):
    settings = Settings.from_environment({
        "PANEL_VAR": str(tmp_path), "PANEL_SECRET_KEY": f"{'n' * 32}  {'o' * 32}"})
    assert settings.secret_keys == ("n" * 32, "o" * 32)


def test_a_short_key_is_refused_without_being_shown(tmp_path):
    with pytest.raises(StartProblem) as problem:
        Settings.from_environment({"PANEL_VAR": str(tmp_path), "PANEL_SECRET_KEY": "hunter2"})
    assert "at least 32" in str(problem.value)
    assert "hunter2" not in str(problem.value)


@pytest.mark.parametrize("url", ["postgres://a@b/c", "postgresql://a@b/c",
                                 "postgresql+psycopg://a@b/c"])
def test_a_postgresql_address_gets_our_driver(url):
    assert driver_url(url) == "postgresql+psycopg://a@b/c"


@pytest.mark.parametrize("url", ["mysql://a@b/c", "sqlite:x", "nonsense", ""])
def test_an_unknown_database_is_refused(url):
    with pytest.raises(StartProblem, match="is not supported"):
        driver_url(url)


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(StartProblem, match="cannot be written"):
        Settings.from_environment({"PANEL_VAR": str(file / "var")})


def test_the_address_has_no_slash_at_its_end(tmp_path):
    settings = Settings.from_environment({
        "PANEL_VAR": str(tmp_path), "PANEL_BASE_URL": "https://panel.example.com/"})
    assert settings.base_url == "https://panel.example.com"
    assert settings.with_insecure_http().insecure_http
