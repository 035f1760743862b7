"""Kinds of facility, and the state in which a facility is."""

from __future__ import annotations

from enum import StrEnum


class FacilityType(StrEnum):
    """Kinds of logistics facility, by the sections of a logistics capacity assessment."""

    PORT = "port"
    AIRPORT = "airport"
    STORAGE = "storage"
    BORDER_CROSSING = "border_crossing"
    FUEL = "fuel"
    FERRY = "ferry"
    BRIDGE = "bridge"
    CHECKPOINT = "checkpoint"
    CUSTOMS_OFFICE = "customs_office"
    WEIGHBRIDGE = "weighbridge"
    RAIL_STATION = "rail_station"
    MILL = "mill"
    SERVICE_PROVIDER = "service_provider"


class OperationalStatus(StrEnum):
    """Status of a facility in LogIE's words; SDI-T's Open, Restricted, Closed, Planned map to it."""

    OPERATIONAL = "operational"
    RESTRICTED = "restricted"
    NOT_OPERATIONAL = "not_operational"
    PLANNED = "planned"
    DESTROYED = "destroyed"
    UNKNOWN = "unknown"

    @property
    def sdi_t(self) -> str:
        """SDI-T's ``status`` value."""
        return _SDI_T_STATUS[self]

    @property
    def closed(self) -> bool:
        """Whether a vehicle cannot be received there."""
        return self in {self.NOT_OPERATIONAL, self.PLANNED, self.DESTROYED}


_SDI_T_STATUS = {
    OperationalStatus.OPERATIONAL: "Open",
    OperationalStatus.RESTRICTED: "Restricted",
    OperationalStatus.NOT_OPERATIONAL: "Closed",
    OperationalStatus.PLANNED: "Planned",
    OperationalStatus.DESTROYED: "Closed",
    OperationalStatus.UNKNOWN: "Unknown",
}


class Damage(StrEnum):
    """How a structure looks, in UN-SDI Light's words; SDI-T's ``dmg`` Yes and No map to it."""

    INTACT = "intact"
    DAMAGED = "damaged"
    DESTROYED = "destroyed"
    UNKNOWN = "unknown"

    @property
    def sdi_t(self) -> str:
        """SDI-T's ``dmg`` value."""
        return {self.INTACT: "No", self.UNKNOWN: "Unknown"}.get(self, "Yes")


class Repairability(StrEnum):
    """Who can repair it, in UN-SDI Light's words."""

    LOCAL = "local"
    EXTERNAL_EXPERTISE = "external_expertise"
    NOT_REPAIRABLE = "not_repairable"
    UNKNOWN = "unknown"


class SecurityState(StrEnum):
    """Security at a facility, in UN-SDI Light's words."""

    GOOD = "good"
    MARGINAL = "marginal"
    POOR = "poor"
    UNKNOWN = "unknown"


class HumanitarianUse(StrEnum):
    """What a humanitarian operation uses a facility for, in UN-SDI Light's words."""

    ENTRY_POINT = "entry_point"
    PRIMARY_HUB = "primary_hub"
    SECONDARY_HUB = "secondary_hub"
    FINAL_DELIVERY_POINT = "final_delivery_point"
    OPERATIONALLY_SIGNIFICANT = "operationally_significant"
    NONE = "none"
    UNKNOWN = "unknown"


class AuthorityType(StrEnum):
    """Who runs a facility; SDI-T's Civil, Private, Military and Civil/Military map to it."""

    CIVIL_PUBLIC = "civil_public"
    CIVIL_PRIVATE = "civil_private"
    MILITARY = "military"
    CIVIL_MILITARY = "civil_military"
    UNKNOWN = "unknown"

    @property
    def sdi_t(self) -> str:
        """SDI-T's ``authority`` value."""
        return _SDI_T_AUTHORITY[self]


_SDI_T_AUTHORITY = {
    AuthorityType.CIVIL_PUBLIC: "Civil",
    AuthorityType.CIVIL_PRIVATE: "Private",
    AuthorityType.MILITARY: "Military",
    AuthorityType.CIVIL_MILITARY: "Civil/Military",
    AuthorityType.UNKNOWN: "Unknown",
}


class AccessMode(StrEnum):
    """By what a facility is reached, or for what a customs office clears."""

    ROAD = "road"
    RAIL = "rail"
    WATERWAY = "waterway"
    SEA = "sea"
    AIR = "air"


class PortType(StrEnum):
    """Where a port lies, in UN-SDI Light's words; SDI-T has the first three."""

    SEA = "sea"
    RIVER = "river"
    LAKE = "lake"
    BEACH = "beach"
    BANK = "bank"
    PIER = "pier"
    UNKNOWN = "unknown"

    @property
    def sdi_t(self) -> str:
        """SDI-T's ``prttype`` value; ``Unknown`` where SDI-T has none."""
        known = self in {self.SEA, self.RIVER, self.LAKE}
        return self.value.capitalize() if known else "Unknown"


class PortSize(StrEnum):
    """SDI-T ``prtsize``."""

    HUGE = "huge"
    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"
    VERY_SMALL = "very_small"
    UNKNOWN = "unknown"

    @property
    def sdi_t(self) -> str:
        """SDI-T's ``prtsize`` value."""
        return self.value.replace("_", " ").title()


class BerthUse(StrEnum):
    """What a berth is for, after the berthing table of a logistics capacity assessment."""

    CONVENTIONAL = "conventional"
    CONTAINER = "container"
    RO_RO = "ro_ro"
    SILO = "silo"
    TANKER = "tanker"
    TUG = "tug"
    WATER_BARGE = "water_barge"
    OTHER = "other"
    UNKNOWN = "unknown"


class EquipmentKind(StrEnum):
    """Handling equipment, after the tables of a logistics capacity assessment."""

    DOCKSIDE_CRANE = "dockside_crane"
    CONTAINER_GANTRY = "container_gantry"
    MOBILE_CRANE = "mobile_crane"
    REACHSTACKER = "reachstacker"
    RO_RO_TUGMASTER = "ro_ro_tugmaster"
    GRAIN_ELEVATOR = "grain_elevator"
    TRANSTAINER = "transtainer"
    FORKLIFT = "forklift"
    MAIN_DECK_LOADER = "main_deck_loader"
    CONVEYOR = "conveyor"
    TRUCK_SCALE = "truck_scale"
    OTHER = "other"
    UNKNOWN = "unknown"


class AerodromeType(StrEnum):
    """Kinds of landing place, in UN-SDI Light's words; SDI-T has one helipad."""

    AIRPORT = "airport"
    AIRFIELD = "airfield"
    AIRSTRIP = "airstrip"
    HELIPAD_ESTABLISHED = "helipad_established"
    HELIPAD_IMPROVISED = "helipad_improvised"
    UNKNOWN = "unknown"

    @property
    def sdi_t(self) -> str:
        """SDI-T's ``apttype`` value."""
        return self.value.partition("_")[0].capitalize()


class AerodromeClass(StrEnum):
    """SDI-T ``aptclass``."""

    INTERNATIONAL = "international"
    DOMESTIC = "domestic"
    UNKNOWN = "unknown"

    @property
    def sdi_t(self) -> str:
        """SDI-T's ``aptclass`` value."""
        return self.value.capitalize()


class RunwaySurface(StrEnum):
    """Surface of a runway, in UN-SDI Light's words and laterite."""

    PAVED = "paved"
    GRAVEL = "gravel"
    DIRT_SAND = "dirt_sand"
    GRASS = "grass"
    LATERITE = "laterite"
    WATER = "water"
    OTHER = "other"
    UNKNOWN = "unknown"

    @property
    def sdi_t(self) -> str:
        """SDI-T's ``rwpaved`` value."""
        return {self.PAVED: "Yes", self.OTHER: "Unknown", self.UNKNOWN: "Unknown"}.get(self, "No")


class UnhasStatus(StrEnum):
    """What an aerodrome is to the humanitarian air service."""

    HUB = "hub"
    CONNECTION = "connection"
    ON_REQUEST = "on_request"
    NONE = "none"
    UNKNOWN = "unknown"


class StorageKind(StrEnum):
    """Kinds of store; a record may also name another in its own words."""

    WAREHOUSE = "warehouse"
    MSU_RUBB = "msu_rubb"
    CONTAINER = "container"
    OPEN_YARD = "open_yard"
    SILO = "silo"
    COLD_STORE = "cold_store"
    TANK = "tank"


class OwnerKind(StrEnum):
    """Who owns a store."""

    COMMERCIAL = "commercial"
    GOVERNMENT = "government"
    UN = "un"
    NGO = "ngo"
    COMMON_SERVICE = "common_service"
    OTHER = "other"
    UNKNOWN = "unknown"


class TemperatureControl(StrEnum):
    """How a store is cooled."""

    NONE = "none"
    AMBIENT_CONTROLLED = "ambient_controlled"
    CHILLED = "chilled"
    FROZEN = "frozen"
    UNKNOWN = "unknown"


class PowerSupply(StrEnum):
    """Where a facility has its electricity from."""

    GRID = "grid"
    GENERATOR = "generator"
    GRID_AND_GENERATOR = "grid_and_generator"
    SOLAR = "solar"
    NONE = "none"
    UNKNOWN = "unknown"


class Goods(StrEnum):
    """What a store is fit for."""

    FOOD = "food"
    NFI = "nfi"
    MEDICAL = "medical"
    HAZMAT = "hazmat"


class CrossingKind(StrEnum):
    """By what a border is crossed."""

    ROAD = "road"
    RAIL = "rail"
    RIVER = "river"
    FOOT = "foot"
    UNKNOWN = "unknown"


class FuelKind(StrEnum):
    """Where fuel comes from."""

    RETAIL = "retail"
    DEPOT = "depot"
    REFINERY = "refinery"
    AIRPORT = "airport"
    UNKNOWN = "unknown"


class Payment(StrEnum):
    """How fuel is paid for."""

    CASH = "cash"
    COUPON = "coupon"
    CONTRACT = "contract"


class DutyExemption(StrEnum):
    """Whether humanitarian goods are free of duty."""

    YES = "yes"
    NO = "no"
    CASE_BY_CASE = "case_by_case"
    UNKNOWN = "unknown"


class RailFacilityKind(StrEnum):
    """Kinds of place on a railway where goods are handled."""

    STATION = "station"
    FREIGHT_TERMINAL = "freight_terminal"
    INLAND_CONTAINER_DEPOT = "inland_container_depot"
    SIDING = "siding"
    UNKNOWN = "unknown"


class ServiceKind(StrEnum):
    """Logistics services, after section 3 of a logistics capacity assessment."""

    TRANSPORTER = "transporter"
    VEHICLE_RENTAL = "vehicle_rental"
    TAXI = "taxi"
    FREIGHT_FORWARDER = "freight_forwarder"
    CLEARING_AGENT = "clearing_agent"
    HANDLING = "handling"
    LABOUR = "labour"
    FUEL_SUPPLIER = "fuel_supplier"
    STORAGE_OPERATOR = "storage_operator"
    ELECTRICITY = "electricity"
    TELECOMMUNICATIONS = "telecommunications"
    LOCAL_MARKET = "local_market"
    ACCOMMODATION = "accommodation"
    OTHER = "other"
    UNKNOWN = "unknown"
