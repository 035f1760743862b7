"""``lca serve`` and ``lca demo``: run the service on this machine."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import platformdirs
import typer
import uvicorn

from layers.access import Role, create_token
from layers.location import Location
from lca.errors import PortInUse, UsageError
from lca.vocab import Sensitivity

from .context import Session, session_of
from .demo import build_demo, demo_store_path
from .kernels import compile_kernels

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(min=1, max=65535)]


def serve(ctx: typer.Context, host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Serve the store: the viewer, the API and the routes."""
    session = session_of(ctx)
    session.open_store()
    _require_port(host, port)
    compile_kernels(session.say)
    session.say(f"Serving {session.location} on http://{host}:{port} (Ctrl-C stops it)")
    _run(session, host, port)


def demo(
    ctx: typer.Context,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    folder: Annotated[Path | None, typer.Option(help="Where the demo store is kept.")] = None,
    build_only: Annotated[
        bool, typer.Option("--build-only", help="Build the store, print its path, do not serve.")
    ] = False,
) -> None:
    """Build the demo store (Coquimbo – La Serena, an exercise) and serve it."""
    session = session_of(ctx)
    if not build_only:
        _require_port(host, port)
    if session.store_path is None:
        parent = folder or platformdirs.user_data_path("lca-access-map")
        session.store_path = demo_store_path(parent, session.clock())
    if session.location.server is not None:
        raise UsageError("The demo store is a folder.", do_next="Leave --store and LCA_STORE out.")
    build_demo(session.location.folder, clock=session.clock, say=session.say)
    if build_only:
        session.data({"store": str(session.location)}, str(session.location))
        return
    compile_kernels(session.say)
    store = session.open_store()
    token = create_token(
        store,
        role=Role.ADMIN,
        clearance=Sensitivity.RESTRICTED,
        name="demo",
        expires_at=store.now() + timedelta(days=7),
    )
    session.say(_welcome(session.location, host, port, token))
    _run(session, host, port)


def _welcome(store: Location, host: str, port: int, token: str) -> str:
    lca = f"{_program()} --store {store}"
    return f"""
LCA Access Map, demo: Coquimbo – La Serena, Chile. EXERCISE DATA: the earthquake, the
constraints, the stores and the fuel points are invented; the roads are OpenStreetMap's.

  Open        http://{host}:{port}
  Publish     sign in on the page with this token (valid for 7 days):
              {token}

Try:
  1. Check a route from the port to the airport for truck_heavy_3.
  2. Sign in under Edit. East of Coquimbo (29.96 S, 71.32 W) the Avenida Costanera and Ruta 5
     Norte run side by side, the only ways on: close the three carriageways, by clicking them or
     by drawing an area across.
  3. The route is asked again: it names what blocks it. End the closure: it is viable again.

The same from another terminal:
  {lca} route CLCQQ SCSE --vehicle truck_heavy_3
  {lca} constraint list
  {lca} map constraints ports airports --out access.png

Ctrl-C stops it."""


def _program() -> str:
    """Return how this program was called, so that what we print can be pasted."""
    found = shutil.which("lca")
    called = Path(sys.argv[0])
    if called.name != "lca" or (found and Path(found).resolve() == called.resolve()):
        return "lca"
    return str(called)


def _require_port(host: str, port: int) -> None:
    """Refuse early, and in words, if the address cannot be served on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortInUse(
                    f"Port {port} on {host} is used by another program.",
                    do_next=f"Stop it, or choose another: lca demo --port {port + 1} "
                    f"(make demo PORT={port + 1}).",
                ) from error
            raise UsageError(f"Cannot listen on {host}:{port}: {error.strerror}.") from error


def _run(session: Session, host: str, port: int) -> None:
    # The service reads its settings from the environment, in api.asgi, once.
    os.environ["LCA_STORE"] = session.location.address
    config = uvicorn.Config(
        "api.asgi:create",
        factory=True,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)
    try:
        server.run()
    except KeyboardInterrupt:
        session.say("Stopped.")
