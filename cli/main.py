"""The command ``lca``: one root, its sub-commands, and the way errors become exit codes."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

import lca
from lca.errors import AmbiguousPlace, LcaError

from . import (
    bulk,
    codelist,
    constraint,
    derived,
    draft,
    exchange,
    exporting,
    form,
    history,
    importing,
    layer,
    lookup,
    mapping,
    operation,
    plans,
    profile,
    roads,
    roundtrip,
    route,
    serve,
    showing,
    tables,
    tagging,
    template,
    tiling,
    token,
    upkeep,
    vehicle,
    watch,
)
from .context import Session
from .errors import error_json, error_text, exit_code, unusable

app = typer.Typer(
    name="lca",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Logistics capacity assessments and access constraints as versioned map layers, "
    "with routes that follow what is published.",
    epilog="Exit codes: 0 ok, 1 error, 2 usage, 3 not found, 4 validation failed, 5 conflict, "
    "6 not viable, 7 unknown (6 and 7 are answers, not failures).",
)

_BARE_PAIR = re.compile(r"\s*[+-]?\d+(\.\d+)?\s*[,;]\s*[+-]?\d+(\.\d+)?\s*")


def _version(value: bool) -> None:
    if value:
        sys.stdout.write(f"lca {lca.__version__}\n")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    store: Annotated[
        str | None,
        typer.Option(
            envvar="LCA_STORE",
            metavar="DIR|URL",
            help="Folder of the store, made on first use, or postgresql://…/DATABASE?folder=DIR.",
        ),
    ] = None,
    version: Annotated[  # noqa: ARG001
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Hold what the sub-commands share."""
    if ctx.obj is None:
        ctx.obj = Session(store_path=store)
    elif store is not None:
        ctx.obj.store_path = store


app.command("demo")(serve.demo)
app.command("serve")(serve.serve)
app.command("import")(importing.import_file)
app.command("template")(template.template)
app.command("form")(form.form)
app.command("route")(route.route)
app.command("alternatives")(plans.alternative_ways)
app.command("compare-routes")(plans.compare_routes)
app.command("convoy")(plans.convoy)
app.command("largest")(plans.largest_vehicle)
app.command("matrix")(tables.travel_times)
app.command("reach")(tables.within_hours)
app.command("isolation")(tables.cut_off)
app.command("critical")(tables.critical_links)
app.command("gateways")(tables.entry_points)
app.command("gaps")(tables.unknown_stretches)
app.command("codelist")(codelist.codelist)
app.command("map")(mapping.make_map)
app.command("backup")(upkeep.backup)
app.command("restore")(upkeep.restore)
app.command("doctor")(upkeep.doctor)
app.command("gc")(upkeep.collect_garbage)
app.add_typer(operation.app, name="operation", help="The operation of a country.")
app.add_typer(roads.app, name="roads", help="Road graphs.")
app.add_typer(layer.app, name="layer", help="Versions of a layer.")
# Each of these adds commands of its own to ``lca layer`` when it is imported.
OF_LAYERS = (bulk, derived, exchange, exporting, history, roundtrip, showing, tagging)
app.add_typer(draft.app, name="draft", help="Drafts and their review.")
app.add_typer(constraint.app, name="constraint", help="Access constraints.")
app.add_typer(profile.app, name="profile", help="Reading profiles, and one of your own.")
app.add_typer(lookup.app, name="lookup", help="Ports and airports of the world.")
app.add_typer(vehicle.app, name="vehicle", help="Vehicle classes.")
app.add_typer(tiling.app, name="tiles", help="Vector tiles.")
app.add_typer(watch.app, name="watch", help="Saved questions.")
app.add_typer(token.app, name="token", help="Tokens for the service.")


def run(arguments: Sequence[str], *, session: Session | None = None) -> int:
    """Run ``lca`` with some arguments and return its exit code.

    Parameters
    ----------
    arguments : sequence of str
        What stands after ``lca`` on the command line.
    session : Session, optional
        Store and clock to use instead of the options' and the system's.
    """
    try:
        _refuse_bare_pairs(arguments)
        typer.main.get_command(app).main(list(arguments), prog_name="lca", obj=session)
    except LcaError as error:
        return _tell(error, arguments)
    except OSError as error:
        if error.filename is None:  # not a file that somebody named
            raise
        return _tell(unusable(error), arguments)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    return 0


def _tell(error: LcaError, arguments: Sequence[str]) -> int:
    wants_json = "--json" in arguments
    sys.stderr.write((error_json(error) if wants_json else error_text(error)) + "\n")
    return exit_code(error)


def _refuse_bare_pairs(arguments: Sequence[str]) -> None:
    """Refuse ``-29.95,-71.34`` before it is taken for an option: nobody says which is which."""
    for argument in arguments:
        if _BARE_PAIR.fullmatch(argument):
            raise AmbiguousPlace(
                f"{argument!r} does not say which number is the latitude.",
                do_next="Write it as lat=-29.95,lon=-71.34.",
            )


def main() -> None:
    """Run ``lca`` as a program."""
    sys.exit(run(sys.argv[1:]))
