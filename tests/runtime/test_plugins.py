"""Finding and loading extensions, and what they add to the language."""

import pytest

from config.errors import ConfigError
from config.project import load_project
from runtime.plugins import enabled_extensions, load_extensions, vocabulary
from runtime.settings import StartProblem


@pytest.fixture
def write(tmp_path):
    (tmp_path / "extensions").mkdir()

    def write(name, code):
        (tmp_path / "extensions" / f"{name}.py").write_text(code)
        return [tmp_path]

    return write


HEAD = "from runtime.api import Driver, Function, PageEntry, hookimpl\n"


def test_an_extension_is_a_file_in_the_config_folder(write):
    folders = write("mine", HEAD + (
        "def check(services, entity, id, move): return None\n"
        "@hookimpl\ndef register_functions(): return [Function('mine.check', 'guard', check)]\n"
        "@hookimpl\ndef register_pages(): return [PageEntry('mine.page', 'staff')]\n"
        "@hookimpl\ndef required_fields(): return {'client': {'name': 'text'}}\n"
    ))
    extensions = load_extensions(["mine"], folders)
    words = vocabulary(extensions)

    assert extensions.names == ("mine",)
    assert words.functions["mine.check"].purpose == "guard"
    assert words.pages["mine.page"].area == "staff"
    assert words.extensions["mine"].required_fields == {"client": {"name": "text"}}


def test_the_site_file_says_which_are_enabled(tmp_path):
    (tmp_path / "a.yaml").write_text("# a comment\nsite: x\nextensions: [one, two]\n")
    (tmp_path / "b.yaml").write_text("entity: y\nfields: {extensions: text}\n")
    assert enabled_extensions([tmp_path]) == ("one", "two")
    (tmp_path / "a.yaml").write_text("site: x\nextensions: ['../evil', one]\n")
    assert enabled_extensions([tmp_path]) == ("one",)


def test_one_that_is_not_installed_is_told_at_its_line(tmp_path):
    (tmp_path / "site.yaml").write_text("site: x\nextensions: [absent_one]\n")
    extensions = load_extensions(["absent_one"], [tmp_path])
    with pytest.raises(ConfigError) as error:
        load_project([tmp_path], vocabulary(extensions))

    assert extensions.names == ()
    assert "site.yaml:2" in str(error.value)
    assert "absent_one" in str(error.value)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("1 / 0", "cannot be loaded: ZeroDivisionError"),
        (HEAD + "@hookimpl\ndef record_moved(entity, wrong): pass", "does not fit this panel"),
        (HEAD + "@hookimpl\ndef record_moovd(entity): pass", "a hook that does not exist"),
        (HEAD + "f = Function('a.b', 'guard', print)\n"
         "@hookimpl\ndef register_functions(): return [f, f]", "two extensions register"),
    ],
)
def test_a_broken_extension_stops_the_start_in_one_sentence(write, code, said):
    with pytest.raises(StartProblem, match=said):
        load_extensions(["broken"], write("broken", code))


def test_hook_record_moved_that_fails_keeps_no_other_from_running(write, caplog):
    folders = write("first", HEAD + "@hookimpl\ndef record_moved(entity): 1 / 0\n")
    write("second", HEAD + "SEEN = []\n@hookimpl\ndef record_moved(id, to_state):"
                           " SEEN.append((id, to_state))\n")
    extensions = load_extensions(["second", "first"], folders)
    extensions.tell("record_moved", entity="x", id=1, move="m", from_state="a", to_state="b")

    assert extensions.manager.get_plugin("second").SEEN == [(1, "b")]
    assert "an extension failed" in caplog.text


def test_hook_register_drivers_offers_a_driver(write):
    folders = write("pay", HEAD + (
        "from pydantic import BaseModel\n"
        "class Form(BaseModel):\n    key: str\n"
        "@hookimpl\ndef register_drivers():\n"
        "    return [Driver('payment_gateway', 'cash', {'': 'Cash'}, Form, lambda form: None)]\n"
    ))
    words = vocabulary(load_extensions(["pay"], folders))
    assert words.drivers["payment_gateway"]["cash"].label == {"": "Cash"}


def driver(label):
    return HEAD + (
        "from pydantic import BaseModel\nclass Form(BaseModel): pass\n"
        "@hookimpl\ndef register_drivers():\n"
        f"    return [Driver('payment_gateway', 'cash', {label}, Form, lambda form: None)]\n"
    )


def test_a_driver_labelled_by_language_is_offered_by_its_label(write):
    words = vocabulary(load_extensions(["tills"], write("tills", driver("{'en': 'Till'}"))))

    assert words.drivers["payment_gateway"]["cash"].label == {"en": "Till"}


def test_a_driver_with_a_plain_text_as_label_stops_the_start_in_one_sentence(write):
    with pytest.raises(StartProblem, match="the driver cash needs a label by language"):
        load_extensions(["tills"], write("tills", driver("'Till'")))


def test_a_folder_that_ends_like_a_file_is_not_read_as_one(tmp_path):
    (tmp_path / "old.yaml").mkdir()
    (tmp_path / "site.yaml").write_text("site: shop\nextensions: [one]\n")

    assert enabled_extensions([tmp_path]) == ("one",)


def words_of(write, code):
    return vocabulary(load_extensions(["mine"], write("mine", HEAD + code)))


def test_hook_register_functions_lets_yaml_name_them(write):
    words = words_of(write, (
        "def check(services, entity, id, move): return None\n"
        "@hookimpl\ndef register_functions(): return [Function('mine.check', 'guard', check)]\n"
    ))

    assert {name: each.purpose for name, each in words.functions.items()} == {
        "mine.check": "guard"
    }


def test_hook_register_pages_lets_menus_name_them_in_their_area(write):
    words = words_of(write, (
        "@hookimpl\ndef register_pages(): return [PageEntry('mine.page', 'client')]\n"
    ))

    assert words.pages["mine.page"].area == "client"


def test_hook_register_widgets_lets_dashboards_name_them(write):
    words = words_of(write, (
        "from runtime.api import WidgetEntry\n"
        "@hookimpl\ndef register_widgets(): return [WidgetEntry('mine.load')]\n"
    ))

    assert set(words.widgets) == {"mine.load"}


def test_hook_required_fields_that_are_missing_are_told_where_the_entity_stands(write, tmp_path):
    (tmp_path / "site.yaml").write_text("site: shop\nextensions: [mine]\n")
    (tmp_path / "note.yaml").write_text("entity: note\nfields:\n  text: text\n")
    (tmp_path / "role.yaml").write_text("role: all\narea: staff\nallow: {note: all}\n")
    folders = write("mine", HEAD + (
        "@hookimpl\ndef required_fields(): return {'note': {'amount': 'money'}}\n"
    ))
    words = vocabulary(load_extensions(["mine"], folders))

    with pytest.raises(ConfigError) as problem:
        load_project([tmp_path], words)

    (only,) = problem.value.problems
    assert only.position.file.endswith("note.yaml")
    assert "amount" in str(only)


@pytest.mark.parametrize("kind", [
    "list[SecretStr]", "dict[str, SecretStr]", "Inner", "list[Inner] | None", "SecretBytes",
    "SecretStr | int",
])
def test_a_driver_with_secrets_that_would_not_be_sealed_stops_the_start(write, kind):
    code = (
        "from pydantic import BaseModel, SecretBytes, SecretStr\n"
        "from runtime.api import Driver, hookimpl\n\n"
        "class Inner(BaseModel):\n    key: SecretStr\n\n"
        f"class Cash(BaseModel):\n    fine: SecretStr | None = None\n    keys: {kind}\n\n"
        "@hookimpl\ndef register_drivers():\n"
        "    return [Driver('payment_gateway', 'cash', {'en': 'Cash'}, Cash, Cash)]\n"
    )
    with pytest.raises(StartProblem, match="the driver cash has secrets inside its setting keys"):
        load_extensions(["tills"], write("tills", code))
