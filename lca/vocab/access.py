"""What stands in the way, whom it concerns, and what it does to traffic."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class ConstraintType(StrEnum):
    """What happened. The first sixteen are SDI-T's ``obstype`` values, the rest field texts'."""

    OTHER = "other"
    FLOOD = "flood"
    MINES_UXO = "mines_uxo"
    ROADBLOCK = "roadblock"
    ROAD_DAMAGE = "road_damage"
    RAILWAY_DAMAGE = "railway_damage"
    BRIDGE_DAMAGE = "bridge_damage"
    CULVERT_DAMAGE = "culvert_damage"
    FERRY = "ferry"
    CHECKPOINT_OFFICIAL = "checkpoint_official"
    CHECKPOINT_UNOFFICIAL = "checkpoint_unofficial"
    TRAFFIC_RESTRICTION = "traffic_restriction"
    LANDSLIDE = "landslide"
    WRECKAGE = "wreckage"
    FORD = "ford"
    TREES = "trees"
    TSUNAMI = "tsunami"
    MUD = "mud"
    WEIGHT_LIMIT = "weight_limit"
    HEIGHT_LIMIT = "height_limit"
    RAIN_BARRIER = "rain_barrier"
    SEASONAL_CLOSURE = "seasonal_closure"
    CURFEW_NIGHT_BAN = "curfew_night_ban"
    CONVOY_ESCORT_REQUIRED = "convoy_escort_required"
    PERMIT_REQUIRED = "permit_required"
    BORDER_CLOSURE = "border_closure"
    PORT_CLOSURE = "port_closure"
    AIRSPACE_NOTAM = "airspace_notam"
    FUEL_SHORTAGE = "fuel_shortage"
    ACTIVE_HOSTILITIES = "active_hostilities"
    INSECURITY_INCIDENT = "insecurity_incident"
    CONTAMINATION = "contamination"
    WORKS = "works"
    INFORMATION_GAP = "information_gap"

    @property
    def sdi_t(self) -> str:
        """SDI-T's ``obstype`` value; ``Unknown`` where SDI-T has none."""
        return _SDI_T_OBSTYPE.get(self, "Unknown")


_SDI_T_OBSTYPE = {
    ConstraintType.FLOOD: "Flood",
    ConstraintType.TSUNAMI: "Flood",
    ConstraintType.MINES_UXO: "Mines/UXO",
    ConstraintType.ROADBLOCK: "Roadblock",
    ConstraintType.ROAD_DAMAGE: "Road damage",
    ConstraintType.RAILWAY_DAMAGE: "Railway damage",
    ConstraintType.BRIDGE_DAMAGE: "Bridge damage",
    ConstraintType.CULVERT_DAMAGE: "Culvert damage",
    ConstraintType.FERRY: "Ferry",
    ConstraintType.CHECKPOINT_OFFICIAL: "Checkpoint Official",
    ConstraintType.CHECKPOINT_UNOFFICIAL: "Checkpoint Unofficial",
    ConstraintType.TRAFFIC_RESTRICTION: "Traffic restriction",
    ConstraintType.LANDSLIDE: "Landslide",
    ConstraintType.WRECKAGE: "Wreckage",
    ConstraintType.FORD: "Ford",
    ConstraintType.TREES: "Trees",
}


class EffectKind(StrEnum):
    """What a constraint does to traffic."""

    BLOCKED = "blocked"
    RESTRICTED = "restricted"
    DIFFICULT = "difficult"
    DELAY_ONLY = "delay_only"
    ADVISORY = "advisory"
    UNKNOWN = "unknown"


class Direction(StrEnum):
    """Which direction a constraint concerns.

    ``forward`` runs along the constraint's own line, from its first point to its last; for a
    point it runs along the OSM way's drawing direction. An area has no direction.
    """

    BOTH = "both"
    FORWARD = "forward"
    BACKWARD = "backward"


class ConstraintStatus(StrEnum):
    """How far a constraint is believed; ``resolved`` is the explicit, sourced end."""

    REPORTED = "reported"
    VERIFIED = "verified"
    DISPUTED = "disputed"
    RESOLVED = "resolved"
    REJECTED = "rejected"

    @property
    def stands(self) -> bool:
        """Whether the constraint is stated as holding (design, rule of truth 1)."""
        return self in {self.REPORTED, self.VERIFIED, self.DISPUTED}


class SecurityCategory(StrEnum):
    """UNSDI-T v2 ``Sec``: security on a road, A low to E critical."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"

    @property
    def unsdi_t(self) -> int:
        """UNSDI-T's code, 1 for A up to 5 for E."""
        return "ABCDE".index(self.value) + 1


class Drive(StrEnum):
    """Driven wheels that a stretch demands or a vehicle has."""

    D4X2 = "4x2"
    D4X4 = "4x4"
    D6X6 = "6x6"

    @property
    def rank(self) -> int:
        """Off-road ability: a higher rank may go wherever a lower one may."""
        return (self.D4X2, self.D4X4, self.D6X6).index(self)


class Practicability(IntEnum):
    """UNSDI-T v2 ``CurntPrac``: the largest class of vehicle that can pass.

    UNSDI-T does not say whether its tonnages are gross mass or payload; like WFP we read payload.
    """

    UNSPECIFIED = 0
    NON_MOTORISED = 1
    MOTORBIKE = 2
    FOUR_WHEEL_DRIVE = 3
    LIGHT_TRUCK = 4
    HEAVY_TRUCK = 5
    TRUCK_TRAILER = 6

    @property
    def unsdi_t(self) -> int:
        """UNSDI-T's code, which is the value."""
        return self.value

    @property
    def label(self) -> str:
        """The class in words."""
        return _PRACTICABILITY_LABELS[self]


_PRACTICABILITY_LABELS = {
    Practicability.UNSPECIFIED: "unspecified",
    Practicability.NON_MOTORISED: "non-motorised",
    Practicability.MOTORBIKE: "motorbike",
    Practicability.FOUR_WHEEL_DRIVE: "4WD up to 3.5 t",
    Practicability.LIGHT_TRUCK: "light truck up to 10 t",
    Practicability.HEAVY_TRUCK: "heavy truck up to 20 t",
    Practicability.TRUCK_TRAILER: "truck with trailer over 20 t",
}


class Bypass(StrEnum):
    """SDI-T ``hasbypass``: whether traffic gets around the place some other way."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    @property
    def sdi_t(self) -> str:
        """SDI-T's ``hasbypass`` value."""
        return self.value.capitalize()


class RepairState(StrEnum):
    """How far a repair is; a repair that is done ends nothing until somebody states the end."""

    NONE = "none"
    PLANNED = "planned"
    ONGOING = "ongoing"
    DONE = "done"
    UNKNOWN = "unknown"


class Cargo(StrEnum):
    """What a vehicle carries, or what a constraint is about; ``unstated`` may be any of them."""

    UNSTATED = "unstated"
    HUMANITARIAN = "humanitarian"
    COMMERCIAL = "commercial"
    FUEL = "fuel"
    MEDICAL = "medical"


class Actor(StrEnum):
    """Who operates a vehicle, or whom a constraint is about; ``unstated`` may be any of them."""

    UNSTATED = "unstated"
    UN = "un"
    NGO = "ngo"
    GOVERNMENT = "government"
    COMMERCIAL = "commercial"


class ConstraintTarget(StrEnum):
    """What a constraint is about: its ids are then those of these things."""

    ROAD = "road"
    FACILITY = "facility"
    AREA = "area"
    CORRIDOR = "corridor"


class Verdict(StrEnum):
    """The answer to "can this vehicle get there"; never "safe"."""

    VIABLE = "viable"
    VIABLE_WITH_CONDITIONS = "viable_with_conditions"
    NOT_VIABLE = "not_viable"
    UNKNOWN = "unknown"
