"""The derived layers: what each is computed from, whether that has changed, and making it anew.

Inputs name everything that the rows depend on: the graph build, the versions of the layers and
tables that are read, the settings, and the state that time alone brings about (which constraints
act at the moment, which seasons hold). So a layer is stale when its inputs' digest differs, and
never else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import orjson

from layers.derivation import Derivation, Inputs, digest_of, last_derivation, publish_derived
from layers.release import Release
from layers.store import Store
from lca.errors import UsageError
from lca.vocab import Sensitivity
from routing.controls import CONTROL_RECORDS
from routing.outlook import Outlook
from routing.planner import Planner
from routing.question import Terms
from routing.tables.listing import published_places

from .isolation_layer import isolation_rows
from .road_layer import road_rows

METHOD = 1
"""Grows when the same inputs give other rows, so that every layer is made anew."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a derived layer is to be made; what is empty is not used by it.

    ``places`` are layers of places; every published one without any.
    """

    vehicle: str = ""
    hubs: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    all_roads: bool = False

    @classmethod
    def of(cls, stated: Mapping[str, Any]) -> Settings:
        """Read settings as inputs keep them."""
        known = {item.name: stated[item.name] for item in fields(cls) if item.name in stated}
        return cls(**{name: _tuple(value) for name, value in known.items()})

    def merged(self, given: Settings) -> Settings:
        """Return these settings with those given in their place."""
        return replace(self, **{name: value for name, value in asdict(given).items() if value})

    def as_json(self) -> dict[str, Any]:
        """Return the settings as inputs keep them."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }


@dataclass(frozen=True, slots=True)
class Product:
    """A derived layer: how its rows are computed, and for whom.

    ``reads`` are the layers, besides constraints and what controls movement, that its rows depend
    on.
    """

    layer: str
    clearance: Sensitivity
    needs: tuple[str, ...]
    reads: Callable[[Store, Settings], Iterable[str]]
    rows: Callable[[Store, Outlook, Settings], gpd.GeoDataFrame]
    journeys: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a derived layer is up to date, and if not, why."""

    layer: str
    settings: Settings
    last: Derivation | None
    head: int | None
    """Number of the layer's newest release."""
    inputs: Inputs = field(repr=False)

    @property
    def stale(self) -> bool:
        """Whether making it now may give other rows."""
        if self.last is None or self.last.number != self.head:
            return True
        return self.last.inputs_sha256 != digest_of(self.inputs)

    @property
    def reasons(self) -> tuple[str, ...]:
        """What has changed, in words."""
        if self.last is None:
            return ("it was never made",)
        if self.last.number != self.head:
            return (_OLDER,)
        old, new = self.last.inputs, self.inputs
        return tuple(
            _difference(name, old.get(name), new.get(name))
            for name in sorted({*old, *new})
            if old.get(name) != new.get(name)
        )


def standing(
    store: Store, planner: Planner, layer: str, given: Settings | None = None
) -> Standing | None:
    """Return whether a derived layer is stale; None if it was never made and nobody says how.

    Raises
    ------
    UsageError
        If there is no such derived layer.
    """
    product = _product(layer)
    last = last_derivation(store, layer)
    before = Settings() if last is None else Settings.of(last.inputs["settings"])
    settings = before if given is None else before.merged(given)
    if any(not getattr(settings, name) for name in product.needs):
        return None
    outlook = _outlook(planner, product, settings)
    newest = store.workspace.newest(layer)
    inputs = _inputs(store, product, outlook, settings)
    return Standing(layer, settings, last, newest.number if newest else None, inputs)


def make(
    store: Store, planner: Planner, layer: str, given: Settings, *, author: str
) -> tuple[Release, bool]:
    """Make a derived layer if its inputs have changed; return its head, and whether it was made.

    Raises
    ------
    UsageError
        If there is no such derived layer, or a setting is missing that it needs.
    """
    product = _product(layer)
    found = standing(store, planner, layer, given)
    if found is None:
        missing = " and ".join(_OPTIONS[name] for name in product.needs)
        raise UsageError(
            f"{layer} was never made, so it has no settings.", do_next=f"Give {missing}."
        )
    head = store.workspace.newest(layer)
    if head is not None and head.withdrawn_at is None and not found.stale:
        return head, False
    outlook = _outlook(planner, product, found.settings)
    frame = product.rows(store, outlook, found.settings)
    inputs = _inputs(store, product, outlook, found.settings)
    message = "; ".join(found.reasons)[:500]
    return publish_derived(store, layer, frame, inputs, author=author, message=message), True


def behind(store: Store, layer: str) -> tuple[str, ...]:
    """Return why a derived layer's head is not up to date, in words; nothing for other layers.

    It costs a look at the catalogue; what time alone changes, only :func:`standing` finds.
    """
    last = last_derivation(store, layer) if store.workspace.spec(layer).derived else None
    if last is None:
        return ()
    newest = store.workspace.newest(layer)
    older = (_OLDER,) if newest is not None and newest.number != last.number else ()
    return (*older, *changed(store, layer))


def changed(store: Store, layer: str) -> tuple[str, ...]:
    """Return what was published since a derived layer was last made, in words."""
    last = last_derivation(store, layer)
    if last is None:
        return ()
    heads = store.heads()
    read = _read_layers(store, PRODUCTS[layer], Settings.of(last.inputs["settings"]))
    now = {
        "build": heads.build.digest if heads.build else None,
        "layers": _versions(heads.releases, read),
    }
    return tuple(
        _difference(name, last.inputs.get(name), value)
        for name, value in now.items()
        if last.inputs.get(name) != value
    )


def _product(layer: str) -> Product:
    found = PRODUCTS.get(layer)
    if found is None:
        raise UsageError(
            f"{layer} is not computed.", do_next="Choose one of " + ", ".join(PRODUCTS) + "."
        )
    return found


def _outlook(planner: Planner, product: Product, settings: Settings) -> Outlook:
    return planner.outlook(Terms(vehicle=settings.vehicle), product.clearance)


def _inputs(store: Store, product: Product, outlook: Outlook, settings: Settings) -> Inputs:
    read = _read_layers(store, product, settings)
    stated = {
        "method": METHOD,
        "build": outlook.network.digest,
        "layers": _versions(outlook.inputs.heads.releases, read),
        "tables": outlook.tables.key,
        "settings": settings.as_json(),
        "acting": _acting(outlook),
    }
    return stated | (_of_journeys(outlook) if product.journeys else {})


def _read_layers(store: Store, product: Product, settings: Settings) -> set[str]:
    return {"constraints", *CONTROL_RECORDS, *product.reads(store, settings)}


def _versions(heads: Mapping[str, Release], layers: Iterable[str]) -> dict[str, str]:
    return {name: heads[name].version for name in sorted(layers) if name in heads}


def _acting(outlook: Outlook) -> str:
    """Return a digest of what each constraint does at the moment, and whether it still stands."""
    effects = outlook.effects.effects
    told = [
        [
            item.constraint.id,
            effect.outcome.name,
            effect.speed_factor,
            effect.delay_s,
            item.constraint.standing(outlook.at).name,
        ]
        for item, effect in zip(outlook.coverage.placed, effects, strict=True)
    ]
    return hashlib.sha256(orjson.dumps(told)).hexdigest()


def _of_journeys(outlook: Outlook) -> dict[str, Any]:
    """Return what a journey depends on besides: the season, and the day if rules of time act."""
    seasons = [season.name for season in outlook.setting.season.seasons]
    timed = bool(outlook.rules.owners) or bool(len(outlook.rules.hours.arcs))
    local = outlook.local
    day = outlook.at.date() if local is None else local.naive.date()
    return {"seasons": seasons, "day": day.isoformat() if timed else None}


def _isolation(store: Store, outlook: Outlook, settings: Settings) -> gpd.GeoDataFrame:
    hubs = [outlook.place(text) for text in settings.hubs]
    return isolation_rows(outlook, hubs, published_places(store, outlook, settings.places))


def _place_layers(store: Store, settings: Settings) -> Iterable[str]:
    """Return the layers whose rows are asked about, or may be named as a hub."""
    del settings  # a hub may lie in any of them
    return (name for name, spec in store.specs.items() if spec.kind.holds_places)


PRODUCTS: Mapping[str, Product] = MappingProxyType(
    {
        "road_status": Product(
            "road_status",
            Sensitivity.PUBLIC,
            ("vehicle",),
            lambda _store, _settings: (),
            lambda _store, outlook, settings: road_rows(outlook, all_roads=settings.all_roads),
            journeys=False,
        ),
        "isolation": Product(
            "isolation",
            Sensitivity.STRICTLY_CONFIDENTIAL,
            ("vehicle", "hubs"),
            _place_layers,
            _isolation,
            journeys=True,
        ),
    }
)
_OPTIONS = {"vehicle": "--vehicle", "hubs": "--hub"}


def _difference(name: str, old: Any, new: Any) -> str:
    """Say in words what changed in one of the inputs."""
    if name == "layers":
        old, new = old or {}, new or {}
        changed = [key for key in sorted({*old, *new}) if old.get(key) != new.get(key)]
        return "published since: " + ", ".join(changed)
    return _WORDS.get(name, name.replace("_", " "))


_OLDER = "an older version was put in its place"
_WORDS = {
    "method": "the product computes it otherwise now",
    "build": "another graph build serves",
    "tables": "the tables of vehicles, speeds or seasons have changed",
    "settings": "other settings are given",
    "acting": "what the constraints do has changed",
    "seasons": "another season holds",
    "day": "another day, and rules of time act",
}


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
