"""Outlooks of a story, and the letters of its map as places."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lca.vehicle import VehicleClass
from routing.outlook import Outlook
from routing.place import ResolvedPlace
from routing.question import Terms

from .story import TRUCK, Story


def outlook_of(story: Story, vehicle: str | VehicleClass = TRUCK, **terms: Any) -> Outlook:
    """Return the roads of a story as a vehicle finds them."""
    return story.planner.outlook(Terms(vehicle=vehicle, **terms))


def letter(outlook: Outlook, story: Story, name: str, **row: Any) -> ResolvedPlace:
    """Return a letter of the map as a place of that name."""
    position = story.town.place(name)
    place = outlook.place(f"lat={position.lat:.9f},lon={position.lon:.9f}")
    return replace(place, id=row.pop("id", None), name=name, row=row)


def letters(outlook: Outlook, story: Story, names: str) -> list[ResolvedPlace]:
    """Return some letters of the map as places."""
    return [letter(outlook, story, name) for name in names]
