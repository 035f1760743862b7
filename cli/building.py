"""Build roads from a file and put them in use: no closure is lifted, and no question waits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from layers.closures import require_confirmed
from layers.release import Heads
from layers.store import Store
from lca.constraint import Constraint
from lca.errors import Conflict, LiftsClosures, StoreUnavailable
from lca.lifting import LiftedClosure
from lca.table import records_of
from routing.build import build_from_file
from routing.control_rows import published_controls
from routing.displaced import Displaced, closures_without_road, displaced
from routing.inputs import InputReader
from routing.network import RoadNetwork
from routing.place import Gazetteer, PlaceNames
from routing.registry import register_network, registered_network

from .context import Session
from .kernels import compile_kernels


def build_roads(
    session: Session,
    store: Store,
    file: Path,
    name: str,
    *,
    message: str,
    confirm_lost: Collection[str] = (),
) -> RoadNetwork:
    """Build a road graph from a file, make it the current one, and prepare it for questions."""
    network = read_roads(session, file, name)
    put_in_use(session, store, network, message=message, confirm_lost=confirm_lost)
    return network


def read_roads(session: Session, file: Path, name: str) -> RoadNetwork:
    """Build a road graph from a file and say what it is made of; the store stays as it is."""
    session.say(f"Building the road graph from {file.name} ({file.stat().st_size / 1e6:,.1f} MB) …")
    network = build_from_file(file, name)
    for line in network.info.report.text().splitlines():
        session.say(f"  {line}")
    return network


def put_in_use(
    session: Session,
    store: Store,
    network: RoadNetwork,
    *,
    message: str,
    confirm_lost: Collection[str] = (),
) -> Sequence[Displaced]:
    """Make a road graph the current one, and prepare it: nobody waits for that at a question.

    Returns
    -------
    sequence of Displaced
        The constraints that lie otherwise on it.

    Raises
    ------
    LiftsClosures
        If it would lift standing closures that are not among ``confirm_lost``.
    Conflict
        If constraints or roads were published while they were compared.
    """
    heads = store.heads()
    moved, lifted = _compared(session, store, heads, network)
    refused = {one.id for one in lifted}.difference(confirm_lost)
    for one in moved:
        if one.constraint.id not in refused:  # the error tells those
            session.say(f"constraint {one.text()}")
    _require_confirmed(lifted, confirm_lost)
    _require_same(heads, store.heads())
    register_network(store, network, message=message)
    compile_kernels(session.say)
    session.say("  preparing the path engine, which is done once …")
    if not store.heads().withdrawn:
        InputReader(store).read()
    return moved


def _compared(
    session: Session, store: Store, heads: Heads, newer: RoadNetwork
) -> tuple[Sequence[Displaced], Sequence[LiftedClosure]]:
    """Return the constraints that lie otherwise on newer roads, and the closures lifted by that."""
    release = heads.release("constraints")
    if heads.build is None or heads.build.digest == newer.digest:
        return (), ()
    constraints = [
        *(() if release is None else records_of(Constraint, store.frame(release.version))),
        *published_controls(store, heads),
    ]
    names = PlaceNames(Gazetteer(store), heads)
    try:
        older = registered_network(store, heads.build.digest)
    except StoreUnavailable as error:
        # To build the roads anew is what mends it, so it must be possible.
        session.say(f"{error.text()}\nOnly closures that lie on no road at all can be told.")
        return (), closures_without_road(constraints, newer, names)
    moved = displaced(constraints, older, newer, names)
    return moved, [one.as_lifted() for one in moved if one.lost_closure]


def _require_confirmed(lifted: Sequence[LiftedClosure], confirmed: Collection[str]) -> None:
    try:
        require_confirmed(lifted, confirmed, layer="Roads")
    except LiftsClosures as error:
        error.do_next = (
            "Nothing was changed. Place each closure on its road again (lca constraint add, then "
            "end the old one), or confirm it with --confirm-lost ID."
        )
        raise


def _require_same(before: Heads, now: Heads) -> None:
    """Refuse if what was compared has changed since: a closure may have come."""
    if (before.build, before.releases.get("constraints")) != (
        now.build,
        now.releases.get("constraints"),
    ):
        raise Conflict(
            "Constraints or roads were published while the new roads were compared with them.",
            do_next="Run the command again.",
        )


def show_build(session: Session, network: RoadNetwork) -> None:
    """Show what was built."""
    session.data(
        {"digest": network.digest, "info": network.info.as_json()},
        f"graph build {network.digest[:12]} ({network.info.name}): "
        f"{network.segment_count:,} segments, {network.node_count:,} nodes",
    )
