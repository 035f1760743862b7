"""Every product of the planner, on one drawn town, in every rendering that a person may get.

What must hold of all of them, that no secret is told or that a hypothesis is marked, is then one
loop; a product that is added here is held to all of it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl

from lca.constraint import Constraint
from lca.errors import UsageError
from lca.vehicle import VehicleClass, vehicle_class
from lca.vocab import Sensitivity
from routing.outlook import Outlook
from routing.place import ResolvedPlace
from routing.plans.alternatives import alternatives
from routing.plans.comparison import compare
from routing.plans.convoy import Group, as_one
from routing.plans.convoyplan import plan_convoy
from routing.plans.largest import largest
from routing.plans.routecard import RouteCard
from routing.question import RouteQuestion, Terms
from routing.tables.critical import critical
from routing.tables.gaps import gaps
from routing.tables.gateways import gateways
from routing.tables.isolation import isolation
from routing.tables.matrix import matrix
from routing.tables.reach import reach
from routing.tables.sheet import Table, comma_separated, geojson, workbook
from routing.watch import save

from .asciimap import draw
from .planning import letter
from .story import NOON, TRUCK, Story

TOWN = draw(
    """
    A---B---C---G
        |   |
        E---F
    """,
    {"ABC": {}, "CG": {"name": "Mission road"}, "BEFC": {}},
    column_m=1_000.0,
    row_m=1_000.0,
)
"""Two ways from A to C, one road on to G."""

PEOPLE = {"C": 300, "F": 20, "G": 4_000}
TABLES = ("matrix", "reach", "isolation", "critical", "gateways", "gaps")
PLANS = ("route", "alternatives", "comparison", "convoy", "largest")
Renderings = dict[str, str]


class Products:
    """What one asker gets of each product, under one set of terms."""

    def __init__(
        self, story: Story, clearance: Sensitivity = Sensitivity.PUBLIC, **terms: Any
    ) -> None:
        self.story = story
        self.clearance = clearance
        self.terms = {"at": NOON, **terms}

    def outlook(self, vehicle: str | VehicleClass = TRUCK, **terms: Any) -> Outlook:
        """Return the roads as the asker may know them."""
        return self.story.planner.outlook(
            Terms(vehicle=vehicle, **(self.terms | terms)), self.clearance
        )

    def all(self) -> dict[str, Renderings]:
        """Return every rendering of every product."""
        return {
            **{name: self.plan(name) for name in PLANS},
            **{name: _table(self.table(name)) for name in TABLES},
        }

    def table(self, name: str) -> Table:
        """Return one of the planner's tables."""
        outlook = self.outlook()
        hub, *others = (self._place(outlook, one) for one in "ACFG")
        everybody = [hub, *others]
        published = self.outlook(without=(), what_if=())
        makers: Mapping[str, Callable[[], Table]] = {
            "matrix": lambda: matrix(outlook, everybody, everybody),
            "reach": lambda: reach(outlook, [hub], [0.05, 1.0], everybody),
            "isolation": lambda: isolation(outlook, [hub], others, published),
            "critical": lambda: critical(outlook, [hub], others),
            "gateways": lambda: gateways(outlook, others, hub),
            "gaps": lambda: gaps(outlook, [hub], others),
        }
        return makers[name]()

    def plan(self, name: str) -> Renderings:
        """Return the renderings of a plan to C and of one to G, end to end."""
        both = [self._plan(name, end) for end in "CG"]
        return {key: "\n".join(one.get(key, "") for one in both) for key in both[0] | both[1]}

    def card(self) -> RouteCard:
        """Return the route card of a convoy to C."""
        groups = (Group(2, vehicle_class(TRUCK)),)
        outlook = self.outlook(as_one(groups))
        return RouteCard(plan_convoy(outlook, groups, [self._place(outlook, one) for one in "AC"]))

    def watch(self) -> Renderings:
        """Return the first look of a watch of the way to G."""
        question = RouteQuestion(self._text("A"), self._text("G"), TRUCK)
        report = save(
            self.story.store,
            self.story.planner,
            "Watched",
            question,
            author="viewer",
            clearance=self.clearance,
        )
        body = {name: value for name, value in report.as_json().items() if name != "id"}
        return {"json": _json(body), "text": report.as_text()}

    def _plan(self, name: str, end: str) -> Renderings:
        outlook = self.outlook()
        origin, destination = self._place(outlook, "A"), self._place(outlook, end)
        if name == "route":
            question = RouteQuestion(self._text("A"), self._text(end), TRUCK, **self.terms)
            found: Any = self.story.planner.answer(question, self.clearance)
        elif name == "alternatives":
            found = alternatives(
                outlook, origin, destination, vehicles=(vehicle_class("truck_light"),)
            )
        elif name == "comparison":
            first = self.outlook(without=(), what_if=())
            found = compare(first, outlook, self._text("A"), self._text(end))
        elif name == "largest":
            classes = [vehicle_class(code) for code in ("truck_heavy_3", "truck_light")]
            found = largest(outlook, origin, destination, classes, [self._place(outlook, "B")])
        else:
            return self._convoy(end)
        return {"json": _json(found.as_json()), "text": found.as_text()}

    def _convoy(self, end: str) -> Renderings:
        groups = (Group(2, vehicle_class(TRUCK)),)
        outlook = self.outlook(as_one(groups))
        places = [self._place(outlook, one) for one in ("A", end)]
        plan = plan_convoy(outlook, groups, places, back_empty=True)
        told = {"json": _json(plan.as_json()), "text": plan.as_text()}
        try:
            card = RouteCard(plan)
        except UsageError:
            return told
        return {**told, "card": card.as_text(), "card html": card.as_html()}

    def _place(self, outlook: Outlook, name: str) -> ResolvedPlace:
        return letter(outlook, self.story, name, id=name, population=PEOPLE.get(name))

    def _text(self, name: str) -> str:
        position = TOWN.place(name)
        return f"lat={position.lat:.9f},lon={position.lon:.9f}"


def supposed(constraint: Constraint) -> dict[str, Any]:
    """Return the terms that suppose one constraint."""
    return {"what_if": (constraint,)}


def _table(table: Table) -> Renderings:
    book = openpyxl.load_workbook(io.BytesIO(workbook(table)))
    cells = [
        " | ".join(str(cell) for cell in row)
        for sheet in book.worksheets
        for row in sheet.iter_rows(values_only=True)
    ]
    return {
        "json": _json(table.as_json()),
        "text": table.as_text(),
        "xlsx": "\n".join([" | ".join(book.sheetnames), *cells]),
        "csv": comma_separated(table).decode("utf-8-sig"),
        "geojson": geojson(table).decode(),
    }


def _json(body: Any) -> str:
    return json.dumps(body, default=str, ensure_ascii=False, sort_keys=True)
