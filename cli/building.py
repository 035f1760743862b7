"""Build roads from a file and put them in use, prepared so that no question waits."""

from __future__ import annotations

from pathlib import Path

from layers.store import Store
from routing.build import build_from_file
from routing.inputs import InputReader
from routing.network import RoadNetwork
from routing.registry import register_network

from .context import Session


def build_roads(
    session: Session, store: Store, file: Path, name: str, *, message: str
) -> RoadNetwork:
    """Build a road graph from a file, make it the current one, and prepare it for questions."""
    session.say(f"Building the road graph from {file.name} ({file.stat().st_size / 1e6:,.1f} MB) …")
    network = build_from_file(file, name)
    put_in_use(session, store, network, message=message)
    return network


def put_in_use(session: Session, store: Store, network: RoadNetwork, *, message: str) -> None:
    """Make a road graph the current one, and prepare it: nobody waits for that at a question."""
    register_network(store, network, message=message)
    session.say(
        f"  {network.segment_count:,} segments; preparing the path engine, which is done once …"
    )
    if not store.heads().withdrawn:
        InputReader(store).read()


def show_build(session: Session, network: RoadNetwork) -> None:
    """Show what was built."""
    session.data(
        {"digest": network.digest, "info": network.info.as_json()},
        f"graph build {network.digest[:12]} ({network.info.name}): "
        f"{network.segment_count:,} segments, {network.node_count:,} nodes",
    )
