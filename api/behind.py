"""What was published since a computed layer was made: nothing stale is served without saying so."""

from __future__ import annotations

import hashlib

from layers.spec import LayerSpec
from routing.derived.products import behind

from .service import Service


def behind_of(service: Service, spec: LayerSpec) -> list[str] | None:
    """Return what is not yet in the head of a computed layer; None for other layers."""
    return list(behind(service.store, spec.name)) if spec.derived else None


def tag_parts(missing: list[str] | None) -> list[str]:
    """Return what is missing as parts of an entity tag, which holds no white space."""
    return [hashlib.sha256("\n".join(missing).encode()).hexdigest()[:12]] if missing else []
