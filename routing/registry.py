"""Graph builds of a store: save and register one, load one by its digest."""

from __future__ import annotations

from layers.release import BuildRef
from layers.store import Store

from .build_store import load_network, save_network
from .network import RoadNetwork


def register_network(store: Store, network: RoadNetwork, *, message: str) -> BuildRef:
    """Save a network as a graph build of the store, and make it the current one.

    The bytes are durable before the catalogue names them.
    """
    save_network(network, store.builds_dir / network.digest)
    return store.register_build(network.digest, network.info.name, message)


def registered_network(store: Store, digest: str) -> RoadNetwork:
    """Load a graph build of the store.

    Raises
    ------
    StoreUnavailable
        If it is missing or damaged.
    """
    return load_network(store.builds_dir / digest)
