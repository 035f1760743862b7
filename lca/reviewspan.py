"""After how long a record must be looked at again, where it does not say so itself."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

from .constraint import Constraint
from .facility import FACILITY_CLASSES
from .facilitypart import Berth, HandlingEquipment, Runway
from .place import Place
from .roadassessment import RoadAssessment
from .travelleg import TravelLeg
from .vocab import ConstraintType

_WORDS: Mapping[type, str] = MappingProxyType(
    {
        **{cls: word.value for word, cls in FACILITY_CLASSES.items()},
        Constraint: "constraint",
        RoadAssessment: "road_assessment",
        TravelLeg: "travel_leg",
        Berth: "berth",
        Runway: "runway",
        HandlingEquipment: "handling_equipment",
        Place: "place",
    }
)


def review_span(
    record_class: type, constraint_type: ConstraintType | None = None
) -> timedelta | None:
    """Return how long a record stays fresh after its date of information.

    Parameters
    ----------
    record_class : type
        The class of the record, as :class:`lca.facility.Port`.
    constraint_type : ConstraintType, optional
        Of a constraint: its type, by which spans differ.

    Returns
    -------
    timedelta or None
        None if no span is stated for its kind: it is then never stale by itself.
    """
    word = _WORDS.get(record_class)
    type_word = constraint_type.value if constraint_type is not None else ""
    return None if word is None else _spans().get((word, type_word))


@lru_cache(maxsize=1)
def _spans() -> Mapping[tuple[str, str], timedelta]:
    table = resources.files("data").joinpath("reference", "review_spans.csv")
    with table.open(encoding="utf-8") as stream:
        return MappingProxyType(
            {
                (row["record"], row["constraint_type"]): timedelta(days=int(row["days"]))
                for row in csv.DictReader(stream)
            }
        )
