"""The order in which the path engine contracts a network's vertices, made once and kept."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lca.errors import UsageError
from routing.topology import Topology

from .inertial import inertial_order
from .sealed import load_sealed, save_sealed

ORDER_VERSION = 1
"""Goes up when a method would order the same network otherwise; kept orders are then made anew."""

Order = NDArray[np.uint32]
Progress = Callable[[float], None]


def node_order(
    topology: Topology,
    cache: Path | None = None,
    *,
    method: str | None = None,
    progress: Progress | None = None,
) -> Order:
    """Return the vertices in the order of their contraction, the top of the hierarchy last.

    It takes 24 s of CPU for 4 million arcs, in compiled code that lets other threads run. Costs do not
    depend on the order, only the time to find them does.

    Parameters
    ----------
    topology : Topology
        The roads.
    cache : Path, optional
        Folder that keeps the order between runs; made if it is not there. An order that is damaged
        or of another network is made anew, and a folder that cannot be written keeps nothing.
    method : str, optional
        A key of :data:`METHODS`, the first without it.
    progress : callable, optional
        Told the share that is done, now and then; not for an order that was kept.

    Returns
    -------
    uint32[n]
        ``order[rank]`` is the vertex of a rank.

    Raises
    ------
    UsageError
        If there is no method of that name, or it is not installed.
    """
    name = method or next(iter(METHODS))
    make = METHODS.get(name)
    if make is None:
        raise UsageError(
            f"There is no way {name!r} to order the nodes.",
            do_next="Choose one of " + ", ".join(METHODS),
        )
    key = f"order {ORDER_VERSION} {name} {topology.digest} {topology.fingerprint}"
    if cache is not None and (kept := load_sealed(cache, key)) is not None:
        return kept["order"]
    order = make(topology, progress)
    order.flags.writeable = False
    if cache is not None:
        save_sealed(cache, key, {"order": order})
    return order


def _inertial(topology: Topology, progress: Progress | None) -> Order:
    return inertial_order(topology.lon, topology.lat, topology.tail, topology.head, progress)


def _pyroutingkit(topology: Topology, _progress: Progress | None) -> Order:
    try:
        import pyroutingkit  # noqa: PLC0415 - its wheel is not on every machine
    except ImportError as error:
        raise UsageError(
            f"pyroutingkit is not installed or does not fit this machine ({error}).",
            do_next="Choose inertial, which is always there.",
        ) from error
    made = pyroutingkit.CCHTopology()
    made.build(
        # The binding reads a non-contiguous array wrongly.
        np.ascontiguousarray(topology.tail, np.uint32),
        np.ascontiguousarray(topology.head, np.uint32),
        np.ascontiguousarray(topology.lat, np.float32),
        np.ascontiguousarray(topology.lon, np.float32),
        topology.vertex_count,
    )
    with tempfile.TemporaryDirectory() as folder:
        # The binding tells its order to nobody, but it writes it.
        made.save(folder)
        return np.fromfile(Path(folder) / "order", np.uint32)


METHODS: Mapping[str, Callable[[Topology, Progress | None], Order]] = {
    "inertial": _inertial,
    "pyroutingkit": _pyroutingkit,
}
"""Ways to order the nodes by name, the preferred one first."""
