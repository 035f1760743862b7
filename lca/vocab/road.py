"""What a road is like, in the words of UNSDI-T v2 and with its codes."""

from __future__ import annotations

from enum import StrEnum


class RoadClass(StrEnum):
    """UNSDI-T ``FClass``; WFP's road extract numbers the same words otherwise."""

    HIGHWAY = "highway"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    TERTIARY = "tertiary"
    LOCAL = "local"
    TRAIL = "trail"
    PRIVATE = "private"
    PATHWAY = "pathway"
    UNKNOWN = "unknown"

    @property
    def unsdi_t(self) -> int:
        """UNSDI-T's code; a pathway is a trail there."""
        return _FUNCTIONAL_CLASSES.index(self.TRAIL if self is self.PATHWAY else self)

    @property
    def wfp(self) -> int:
        """The code of WFP's road extract, where 7 is a pathway and private has none."""
        if self is self.PATHWAY:
            return 7
        return 0 if self is self.PRIVATE else self.unsdi_t


_FUNCTIONAL_CLASSES = (
    RoadClass.UNKNOWN,
    RoadClass.HIGHWAY,
    RoadClass.PRIMARY,
    RoadClass.SECONDARY,
    RoadClass.TERTIARY,
    RoadClass.LOCAL,
    RoadClass.TRAIL,
    RoadClass.PRIVATE,
)


class RoadSurface(StrEnum):
    """UNSDI-T ``SrfTpe``."""

    UNKNOWN = "unknown"
    PAVED = "paved"
    GRAVEL = "gravel"
    DIRT_SAND = "dirt_sand"
    STEEL = "steel"
    WOOD = "wood"
    GRASS = "grass"

    @property
    def unsdi_t(self) -> int:
        """UNSDI-T's code."""
        return list(RoadSurface).index(self)


class SurfaceCondition(StrEnum):
    """UNSDI-T ``SrfCond``: rough is below 40 km/h, smooth above."""

    UNKNOWN = "unknown"
    ROUGH = "rough"
    SMOOTH = "smooth"
    SNOW_ICE = "snow_ice"
    MUD = "mud"

    @property
    def unsdi_t(self) -> int:
        """UNSDI-T's code."""
        return list(SurfaceCondition).index(self)


class SurfacePreparation(StrEnum):
    """UNSDI-T ``SrfPrep``, also of runways."""

    UNKNOWN = "unknown"
    NATURAL = "natural"
    TRAFFIC = "traffic"
    ENGINEERED = "engineered"
    UNCOMPACTED = "uncompacted"

    @property
    def unsdi_t(self) -> int:
        """UNSDI-T's code."""
        return list(SurfacePreparation).index(self)


class RoadStatus(StrEnum):
    """UNSDI-T ``OpStatus``."""

    UNKNOWN = "unknown"
    OPEN = "open"
    RESTRICTED = "restricted"
    CLOSED = "closed"
    ABANDONED = "abandoned"

    @property
    def unsdi_t(self) -> int:
        """UNSDI-T's code."""
        return list(RoadStatus).index(self)


class TransportMode(StrEnum):
    """By what people and goods travel a leg; SDI-T's ``routetype``."""

    ROAD = "road"
    RAIL = "rail"
    WATERWAY = "waterway"
    SEA = "sea"
    AIR = "air"
    UNKNOWN = "unknown"

    @property
    def sdi_t(self) -> str:
        """SDI-T's ``routetype`` value."""
        return "Railway" if self is self.RAIL else self.value.capitalize()
