"""Border crossings that a policy avoids, as closures of the roads on which they lie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from layers.store import Store
from lca.control import stem_of
from lca.errors import NotFound
from lca.vocab import EffectKind, Sensitivity

from .control_match import bind
from .control_rows import controlling
from .effects import Control, Placed
from .inputs import Inputs

BORDERS = "border_crossings"


def avoided_borders(
    store: Store, inputs: Inputs, ids: Sequence[str], clearance: Sensitivity
) -> Iterator[Placed]:
    """Yield a closure for each crossing to avoid that states nothing which already acts on a road.

    Raises
    ------
    NotFound
        If there is no such crossing for the asker: what is avoided must be known.
    """
    release = inputs.heads.releases.get(BORDERS)
    rows = [] if release is None else controlling(store, BORDERS, release)
    known = {row.id: row for row in rows if row.sensitivity.rank <= clearance.rank}
    missing = sorted(set(ids) - known.keys())
    if missing:
        raise NotFound(
            f"There is no border crossing {', '.join(missing)} to avoid.",
            do_next="Give ids as the layer border_crossings lists them.",
        )
    acting = {item.control.id for item in inputs.controls if item.control is not None}
    for name in sorted(set(ids) - acting):
        row = known[name]
        stem = stem_of(BORDERS, row)
        closure = replace(stem, id=f"{stem.id}#avoided", effect=EffectKind.BLOCKED)
        control = Control(BORDERS, row.id, row.name, row.status)
        yield Placed(closure, bind(stem, inputs.build.network).match, control=control)
