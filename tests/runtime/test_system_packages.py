import pytest

from runtime import system_packages
from tests.servers.components import absent


@pytest.fixture
def lacking(monkeypatch):
    """Make the system lack the named libraries, until the returned list is emptied."""
    absent = ["pango-1.0", "harfbuzz-subset"]
    found = lambda name: None if name in absent else f"lib{name}.so"  # noqa: E731
    monkeypatch.setattr(system_packages.ctypes.util, "find_library", found)
    return absent


def test_nothing_is_said_when_nothing_is_missing(lacking, capsys):
    lacking.clear()

    assert system_packages.main(["--install"]) == 0
    assert capsys.readouterr().out == ""


def test_missing_libraries_are_named_with_the_command_that_brings_them(
    lacking, monkeypatch, capsys
):
    monkeypatch.setattr(system_packages.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(system_packages.shutil, "which", lambda name: f"/usr/bin/{name}")

    status = system_packages.main(["--install"])

    assert status == 1
    assert capsys.readouterr().out == (
        "PDF files cannot be written yet: this system lacks pango-1.0, harfbuzz-subset."
        " Everything else works. To mend it, run\n"
        "    sudo apt-get install -y --no-install-recommends libpango-1.0-0 libharfbuzz-subset0\n"
    )


def test_other_systems_are_told_the_package_names(lacking, monkeypatch, capsys):
    monkeypatch.setattr(system_packages.shutil, "which", lambda name: None)

    assert system_packages.main(["--install"]) == 1
    assert "your system's package manager" in capsys.readouterr().out


def test_root_on_debian_gets_them_installed(lacking, monkeypatch, capsys):
    installed = []
    monkeypatch.setattr(system_packages, "can_install", lambda: True)

    def install(packages):
        installed.extend(packages)
        lacking.clear()
        return True

    monkeypatch.setattr(system_packages, "install", install)

    assert system_packages.main(["--install"]) == 0
    assert installed == ["libpango-1.0-0", "libharfbuzz-subset0"]
    assert "Installing" in capsys.readouterr().out


def test_nothing_is_installed_unless_asked(lacking, monkeypatch):
    monkeypatch.setattr(system_packages, "install", pytest.fail)

    assert system_packages.main([]) == 1


def test_failed_installation_ends_with_the_sentence(lacking, monkeypatch, capsys):
    monkeypatch.setattr(system_packages, "can_install", lambda: True)
    monkeypatch.setattr(system_packages, "install", lambda packages: False)

    assert system_packages.main(["--install"]) == 1
    assert "PDF files cannot be written yet" in capsys.readouterr().out


def test_package_list_is_fetched_only_after_a_first_failure(monkeypatch):
    commands = []

    def runs(command, environment, *, quiet):
        commands.append(command[-1])
        return commands.count("libpango-1.0-0") == 2

    monkeypatch.setattr(system_packages, "_runs", runs)
    monkeypatch.setattr(system_packages, "_POLICY", system_packages.Path("/nowhere/policy-rc.d"))

    assert system_packages.install(["libpango-1.0-0"])
    assert commands == ["libpango-1.0-0", "update", "libpango-1.0-0"]


def test_services_cannot_start_during_an_installation(tmp_path):
    policy = tmp_path / "policy-rc.d"

    with system_packages.services_kept_stopped(policy):
        assert "exit 101" in policy.read_text()
        assert policy.stat().st_mode & 0o111

    assert not policy.exists()


def test_policy_of_the_machine_is_left_alone(tmp_path):
    policy = tmp_path / "policy-rc.d"
    policy.write_text("mine")

    with system_packages.services_kept_stopped(policy):
        assert policy.read_text() == "mine"

    assert policy.read_text() == "mine"


def test_weasyprint_loads_where_nothing_is_missing():
    """A wrong name in the list would show here: the import loads each library."""
    if missing := system_packages.missing_libraries():
        absent("libraries of WeasyPrint", ", ".join(missing))

    import weasyprint

    assert weasyprint.HTML(string="<p>x").write_pdf().startswith(b"%PDF-")
