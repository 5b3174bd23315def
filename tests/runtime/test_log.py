import json
import logging
import sys

import pytest

from runtime.log import (
    BriefLines,
    JsonLines,
    RequestIds,
    TextLines,
    bind_request_id,
    current_request_id,
    record_crash,
    set_up_logging,
)


def record(message: str, **extra: object) -> logging.LogRecord:
    made = logging.makeLogRecord(
        {"msg": message, "name": "runtime.x", "levelname": "INFO", **extra}
    )
    RequestIds().filter(made)
    return made


def test_a_line_carries_the_id_of_its_request():
    with bind_request_id("abc123"):
        line = TextLines().format(record("moved", entity="service"))

    assert line.endswith("info runtime.x [abc123] moved entity=service")
    assert current_request_id() == ""


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb"])
def test_a_visitor_cannot_write_lines_of_their_own(text):
    line = TextLines().format(record("seen", path=text))

    assert len(line.splitlines()) == 1


@pytest.mark.parametrize(
    "sign", ["\x1b", "\x00", "\x9b", "\x7f", "\t", "\u2028", "\u202e", "\ud800"]
)
def test_control_characters_are_escaped_wherever_they_come_from(sign):
    try:
        raise RuntimeError(f"boom {sign}[31m")
    except RuntimeError:
        made = record(f"a{sign}b", path=f"/{sign}[31mRED", exc_info=sys.exc_info())

    line = TextLines().format(made)
    entry = JsonLines().format(made)

    assert sign not in line.partition("\n")[0]
    assert sign == "\t" or sign not in line
    assert sign not in entry
    assert json.loads(entry)["path"] == f"/{sign}[31mRED"


def test_an_escape_sequence_in_an_address_can_still_be_read():
    assert "path=/\\n\\x1b[31mRED\\x00" in TextLines().format(
        record("seen", path="/\n\x1b[31mRED\x00")
    )


def test_a_machine_gets_one_object_per_line():
    with bind_request_id("abc123"):
        entry = json.loads(JsonLines().format(record("seen", path="/x\ny")))

    assert entry["request_id"] == "abc123"
    assert (entry["event"], entry["path"]) == ("seen", "/x\ny")


def test_a_traceback_stands_below_its_line():
    try:
        raise RuntimeError("boom")
    except RuntimeError:
        made = record("failed", exc_info=sys.exc_info())

    assert "RuntimeError: boom" in TextLines().format(made)
    assert "RuntimeError: boom" in json.loads(JsonLines().format(made))["traceback"]


def test_a_crash_is_logged_under_the_number_that_is_told(caplog):
    said = record_crash(RuntimeError("boom"))

    (line,) = caplog.records
    assert line.exc_info[1].args == ("boom",)
    assert said.startswith("the log has the details under ")


@pytest.fixture
def quiet_root():
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    for handler in before:
        root.removeHandler(handler)
    yield root
    for handler in list(root.handlers):
        root.removeHandler(handler)
        handler.close()
    for handler in before:
        root.addHandler(handler)
    root.setLevel(level)


def failure():
    try:
        raise RuntimeError("boom")
    except RuntimeError as error:
        return error


def test_the_file_has_the_traceback_and_the_console_one_line(tmp_path, quiet_root, capsys):
    set_up_logging(tmp_path / "log")
    with bind_request_id("abc123"):
        logging.getLogger("runtime.x").error("failed", exc_info=failure())
    logging.getLogger("runtime.x").info("answered")

    whole = (tmp_path / "log" / "panel.log").read_text()
    said = capsys.readouterr().err
    assert "RuntimeError: boom" in whole
    assert "[abc123] failed" in whole
    assert "answered" in whole
    assert said.count("\n") == 1
    assert "[abc123] failed" in said
    assert "Traceback" not in said
    assert (tmp_path / "log" / "panel.log").stat().st_mode & 0o077 == 0


def test_without_a_folder_to_write_everything_goes_to_the_console(tmp_path, quiet_root, capsys):
    (tmp_path / "log").write_text("a file where the folder should be")
    set_up_logging(tmp_path / "log")
    logging.getLogger("runtime.x").info("answered")

    assert "answered" in capsys.readouterr().err


def test_a_crash_before_logging_is_set_up_names_the_file_that_tells_all(tmp_path, quiet_root):
    for handler in list(quiet_root.handlers):
        quiet_root.removeHandler(handler)
    said = record_crash(failure(), tmp_path / "log")

    file = tmp_path / "log" / "panel.log"
    assert said.startswith(f"{file} has the details under ")
    assert "RuntimeError: boom" in file.read_text()


def test_a_brief_line_keeps_what_the_file_will_print(quiet_root):
    made = record("failed", exc_info=(RuntimeError, failure(), None))
    BriefLines().format(made)

    assert made.exc_info is not None
