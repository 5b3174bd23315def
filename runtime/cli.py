"""The command `panelwright`: every subcommand, thin over the part that does the work.

Exit status: 0 fine, 1 problems found, 2 wrong use. A person never sees a traceback.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from runtime.cli_backup import add_commands

app = typer.Typer(
    name="panelwright",
    help="A folder of YAML becomes a running business panel.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
staff = typer.Typer(help="Logins to the staff area.", no_args_is_help=True)
app.add_typer(staff, name="staff")

Folders = Annotated[list[Path], typer.Argument(help="Configuration folders, base first.")]


def main() -> None:
    """Run the command line; turn every expected error into one message and a status."""
    from config import ConfigError
    from runtime.settings import StartProblem

    try:
        status = app(standalone_mode=False)
    except ConfigError as error:
        fail(str(error))
    except StartProblem as error:
        fail(f"panelwright: {error}")
    except typer.Exit as error:
        raise SystemExit(error.exit_code) from None
    except (KeyboardInterrupt, typer.Abort):
        raise SystemExit(130) from None
    except BrokenPipeError:
        # The reader of our output went away, as `panelwright routes | head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except Exception as error:  # noqa: BLE001 - the last resort: logged in full, told in a sentence
        _usage_or_crash(error)
    raise SystemExit(status if isinstance(status, int) else 0)


def fail(message: str, status: int = 1) -> None:
    """Print `message` where errors go and end with `status`."""
    print(message, file=sys.stderr)
    raise SystemExit(status)


def _usage_or_crash(error: Exception) -> None:
    if hasattr(error, "format_message"):
        fail(f"panelwright: {error.format_message()}", 2)
    if _is_disk_full(error):
        fail("panelwright: the disk is full: make room where PANEL_VAR and the database lie, "
             "then start again")
    from runtime.log import record_crash

    # `check` makes no folder unasked: without one of ours the details go to a temporary file.
    var = Path(os.environ.get("PANEL_VAR") or "var")
    told = record_crash(error, var / "log" if var.is_dir() else None)
    fail(f"panelwright: something went wrong in the program; {told}")


def _is_disk_full(error: BaseException | None) -> bool:
    """Say whether the system or SQLite had no room, also where another error wraps that."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if "database or disk is full" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


@app.command()
def check(
    folders: Folders,
    output: Annotated[str, typer.Option("--format", help="text, json or sarif.")] = "text",
) -> None:
    """Say everything that is wrong with a configuration, each with its line."""
    from config import ConfigError
    from runtime.plugins import load_folders
    from runtime.reports import FORMATS, report

    if output not in FORMATS:
        fail(f"panelwright: --format is one of {', '.join(FORMATS)}, not '{output}'", 2)
    try:
        project = load_folders(folders)
    except ConfigError as error:
        print(report(error.problems, output))
        raise SystemExit(1) from None
    if output == "text":
        own = len(project.entities) - len(project.system_entities)
        where = ", ".join(map(str, folders))
        print(
            f"{where}: no problems in {_counted(own, 'entity', 'entities')}, "
            f"{_counted(len(project.roles), 'role')}, {_counted(len(project.machines), 'machine')}"
        )
    else:
        print(report([], output))


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


@app.command()
def schema(
    folders: Annotated[list[Path] | None, typer.Argument(help="For names of a project.")] = None,
    into: Annotated[Path | None, typer.Option(help="Write one file per kind here.")] = None,
) -> None:
    """Print the JSON Schema of the YAML kinds, for editors."""
    from config.schema import json_schemas
    from runtime.plugins import load_folders

    schemas = json_schemas(load_folders(folders) if folders else None)
    if into is None:
        print(json.dumps(schemas, indent=2, ensure_ascii=False))
        return
    into.mkdir(parents=True, exist_ok=True)
    for kind, content in schemas.items():
        text = json.dumps(content, indent=2, ensure_ascii=False)
        (into / f"{kind}.schema.json").write_text(text + "\n", encoding="utf-8")
    print(f"{len(schemas)} schemas in {into}")


@app.command()
def why(
    address: Annotated[str, typer.Argument(help="For example entity/invoice/fields/due_date.")],
    folders: Folders,
) -> None:
    """Tell which layer, file and line set a value, and what it replaced."""
    from config.provenance import explain_origin
    from runtime.plugins import load_folders

    answer = explain_origin(load_folders(folders), address)
    if answer.found:
        print(answer.text)
    else:
        fail(answer.text)


@app.command()
def texts(
    folders: Annotated[
        list[Path] | None, typer.Argument(help="Configuration folders; none: the program's own.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit status 1 when a translation is missing.")
    ] = False,
) -> None:
    """Write every text that has no translation yet into the catalogues (locales/*.po)."""
    from runtime.texts.languages import FOLDER
    from runtime.texts.updating import as_lines, update_folders, update_interface

    try:
        updates = update_folders(folders) if folders else update_interface(FOLDER)
    except ValueError as error:
        fail(f"panelwright: {error}")
    print("\n".join(as_lines(updates)))
    if strict and any(update.missing for update in updates):
        raise SystemExit(1)


@app.command()
def routes(
    folders: Folders,
    as_json: Annotated[bool, typer.Option("--json", help="For tools.")] = False,
) -> None:
    """List every route with its area, what it does and who may call it."""
    from runtime.app import classified_routes
    from runtime.plugins import load_folders

    rows = classified_routes(load_folders(folders))
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    for row in rows:
        print(f"{'/'.join(row['methods']):10} {row['path']:52} {row['area']:7} {row['action']}")


@app.command()
def new(folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet.")]) -> None:
    """Make a small panel to start from."""
    from runtime.starter import make_starter

    files = make_starter(folder)
    print(f"{len(files)} files in {folder}. Start it with: panelwright serve {folder}")


@app.command()
def serve(
    folders: Folders,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    demo: Annotated[bool, typer.Option(help="Fill an empty panel with sample data.")] = False,
    insecure_http: Annotated[
        bool, typer.Option(help="Allow plain http beyond this machine (tests only).")
    ] = False,
    workers: Annotated[int, typer.Option(help="How many processes answer.")] = 1,
) -> None:
    """Run the whole panel, in one process or several."""
    from runtime.server import run_panel

    run_panel(
        folders, host=host, port=port, demo=demo, insecure_http=insecure_http, workers=workers
    )


@app.command()
def plan(
    folders: Folders,
    sql: Annotated[bool, typer.Option("--sql", help="Print the statements too.")] = False,
    output: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Tell what `apply` would change in the database. Status 0 nothing, 3 waiting, 4 refused."""
    from runtime.panel import unfitted_panel
    from runtime.schema.planning import planned
    from runtime.schema.report import as_json, as_text, status

    if output not in ("text", "json"):
        fail(f"panelwright: --format is text or json, not '{output}'", 2)
    with unfitted_panel(folders) as panel:
        found = planned(panel)
    print(as_json(found) if output == "json" else as_text(found, sql=sql))
    raise SystemExit(status(found))


@app.command()
def apply(folders: Folders) -> None:
    """Change the database to what the configuration says; nothing is done if anything waits."""
    from runtime.panel import unfitted_panel
    from runtime.schema.planning import apply_plan

    with unfitted_panel(folders, create=True) as panel:
        done = apply_plan(panel, told=lambda each: print(f"  {each.said}", flush=True))
    number = len(done.plan.operations)
    print(f"done: {_counted(number, 'operation')}" if number else "nothing to do")


@app.command()
def demo(folders: Folders) -> None:
    """Fill an empty panel with believable sample data."""
    from runtime.demo import FILLING, fill, may_fill
    from runtime.panel import open_panel

    with open_panel(folders, create=True) as panel:
        if may_fill(panel):
            print(FILLING, flush=True)
        for line in fill(panel):
            print(line)


@app.command()
def explain(
    actor: Annotated[str, typer.Argument(help="staff:ADDRESS or user:ADDRESS (an e-mail).")],
    action: Annotated[str, typer.Argument(help="see, create, edit, delete, export or a move.")],
    target: Annotated[str, typer.Argument(help="entity, entity:ID or entity.field.")],
    folders: Folders,
) -> None:
    """Tell which rule lets a person do something, or why not."""
    from runtime.explain import explain_access
    from runtime.panel import open_panel

    with open_panel(folders) as panel:
        decision = explain_access(panel, actor, action, target)
    print(decision.text)
    raise SystemExit(0 if decision.allowed else 1)


@staff.command("create")
def staff_create(
    email: Annotated[str, typer.Argument(help="The person's e-mail address.")],
    folders: Folders,
    name: Annotated[str, typer.Option(help="First and last name.")] = "",
    role: Annotated[
        list[str] | None,
        typer.Option(help="A role, may be repeated; left out, the one that manages everything."),
    ] = None,
) -> None:
    """Make a login to the staff area and print its first password."""
    from runtime.accounts.staff import create_staff, managing_role
    from runtime.panel import open_panel

    with open_panel(folders, create=True) as panel:
        roles = tuple(role or [managing_role(panel)])
        password = create_staff(panel, email=email, name=name, roles=roles)
    called = f"the role{'' if len(roles) == 1 else 's'} {', '.join(roles)}"
    print(f"{email} may log in with the first password {password}")
    print(f"    and has {called}")


add_commands(app)
