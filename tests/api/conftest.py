"""A small operation served for each test: one road, a port at its one end, an airport at the other."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from support.asciimap import AsciiMap, draw
from support.checkedclient import CheckedClient, client_for
from support.clock import Clock

from api.app import create_app
from api.settings import Settings
from layers.access import Role, create_token
from layers.operation import Operation
from layers.store import Store
from lca.record import fields_of
from lca.table import frame_of_rows
from lca.vocab import Sensitivity
from routing.registry import register_network

START = "2026-11-18T15:00:00+00:00"
TOLD = datetime.fromisoformat("2026-11-17T09:00:00+00:00")


def row(feature_id: str, name: str, geometry: Any = None, **more: Any) -> dict[str, Any]:
    """A record's row with the provenance that every record needs."""
    return {
        "id": feature_id,
        "name": name,
        "geometry": geometry,
        "source_org": "Road survey",
        "date_of_information": TOLD,
        "location_precision": "accurate",
        **more,
    }


@pytest.fixture(scope="session")
def town() -> AsciiMap:
    """One road from A to C over B, and a side road to D."""
    return draw(
        """
        A----B----C
             |
             D
        """,
        {"AB": {"highway": "primary", "name": "Shore road"}, "BC": {"name": "Hill road"}, "BD": {}},
        column_m=200,
        row_m=500,
    )


@pytest.fixture(scope="session")
def store_template(town: AsciiMap, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The operation's store, made once and copied for each test."""
    path = tmp_path_factory.mktemp("template") / "store"
    clock = Clock(START)
    with Store.open(path, clock=clock) as store:
        store.set_operation(Operation("TST-EX", "Test exercise", True, "Africa/Lagos"))
        register_network(store, town.network, message="Drawn")
        tables = {
            "ports": [row("PORT", "Harbour of Ayé", town.place("A").point, un_locode="XXAYE")],
            "airports": [row("AERO", "Airfield C", town.place("C").point, icao="XXCC")],
            "constraints": [
                row(
                    f"C-{number:02}",
                    f"Advice {number}",
                    town.between("BD", 0.1 * number).point,
                    constraint_type="other",
                    effect="advisory",
                    status="verified",
                )
                for number in range(1, 6)
            ],
        }
        for layer, rows in tables.items():
            clock.tick(minutes=1)
            frame = frame_of_rows(fields_of(store.specs[layer].record_class), rows)
            draft = store.draft(layer, frame, author="Ana", message=f"First {layer}")
            store.publish(draft.id, author="Ana")
    return path


@dataclass
class Served:
    """A served operation, with a client for each kind of caller."""

    app: FastAPI
    store: Store
    clock: Clock
    town: AsciiMap
    _clients: dict[tuple[str, str], CheckedClient] = field(default_factory=dict)

    @property
    def public(self) -> CheckedClient:
        """A caller without a token."""
        return client_for(self.app)

    def holder(self, role: str, clearance: str = "strictly_confidential") -> CheckedClient:
        """A caller with the token of a role and a clearance."""
        key = (role, clearance)
        if key not in self._clients:
            self._clients[key] = client_for(self.app, self.token(role, clearance))
        return self._clients[key]

    def token(self, role: str, clearance: str = "strictly_confidential") -> str:
        """A fresh token."""
        expires = self.clock() + timedelta(days=30)
        name = f"the {role}"
        return create_token(self.store, Role(role), Sensitivity(clearance), name, expires)

    def closure(self, feature_id: str = "CLOSED", **properties: Any) -> dict[str, Any]:
        """A feature that closes the only road, between B and C."""
        place = self.town.between("BC", 0.5)
        return {
            "type": "Feature",
            "id": feature_id,
            "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
            "properties": {
                "name": "Landslide on the hill road",
                "constraint_type": "landslide",
                "effect": "blocked",
                "source_org": "Road survey",
                "source_ref": "Radio call 7",
                "date_of_information": "2026-11-18T14:00:00Z",
                "location_precision": "accurate",
                **properties,
            },
        }

    def publish(self, feature: dict[str, Any], layer: str = "constraints") -> dict[str, Any]:
        """Add a feature as an editor, a minute later."""
        self.clock.tick(minutes=1)
        response = self.holder("editor").post(f"/collections/{layer}/items", json=feature)
        assert response.status_code == 201, response.text
        body: dict[str, Any] = response.json()
        return body

    def ask(self, client: CheckedClient | None = None, **changes: Any) -> Any:
        """Ask for the way from the port to the airport."""
        question = {"origin": "PORT", "destination": "AERO", "vehicle": "truck_heavy_3", **changes}
        return (client or self.public).post("/routes", json=question)


@pytest.fixture
def clock() -> Clock:
    """A clock that the test moves by hand."""
    return Clock(START)


@pytest.fixture
def served(store_template: Path, town: AsciiMap, tmp_path: Path) -> Iterator[Served]:
    """The operation, served from a store of the test's own."""
    path = tmp_path / "store"
    shutil.copytree(store_template, path)
    clock = Clock(START)
    clock.tick(hours=1)
    app = create_app(Settings(store=path, engine="scipy"), clock=clock)
    yield Served(app, app.state.service.store, clock, town)
    app.state.service.store.close()
