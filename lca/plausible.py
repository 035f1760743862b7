"""Between which figures a measure can be meant; what lies outside is asked about, not refused.

The bounds are wide: a figure outside of them is nearly always a slip of unit or digit. Where the
source is ``[project]`` they are this project's judgement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

PROJECT = "[project]"
_TRUCKS = "LOG truck table, with room for abnormal loads"
_SHIPS = "largest vessels afloat (about 400 m, 62 m, 25 m of draught)"
_RUNWAYS = "longest runways in use (about 5,500 m)"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The lowest and highest figure that can be meant, in the field's unit, and who says so."""

    low: float
    high: float
    unit: str | None
    source: str = PROJECT


def _bounds(
    low: float, high: float, unit: str | None, *names: str, source: str = PROJECT
) -> dict[str, Bounds]:
    return dict.fromkeys(names, Bounds(low, high, unit, source))


PLAUSIBLE: Mapping[str, Bounds] = MappingProxyType(
    {
        # Ports.
        **_bounds(0.5, 30, "m", "max_draft_m", source=_SHIPS),
        **_bounds(
            0.3,
            60,
            "m",
            *("channel_depth_m", "cargo_pier_depth_m", "anchorage_depth_m", "depth_m"),
            *("depth_dry_m", "depth_wet_m"),
        ),
        **_bounds(0, 17, "m", "tidal_range_m", source="highest tides, Bay of Fundy"),
        **_bounds(5, 460, "m", "max_vessel_length_m", source=_SHIPS),
        **_bounds(2, 80, "m", "vessel_beam_max_m", source=_SHIPS),
        **_bounds(1, 400, None, "berths", "count"),
        **_bounds(1, 100_000, "t/day", "discharge_bag_t_day", "bulk_discharge_t_day"),
        **_bounds(1, 1.5e9, "t", "annual_capacity_t", "annual_bulk_t", "annual_break_bulk_t"),
        **_bounds(0, 60e6, "TEU", "annual_container_teu"),
        **_bounds(
            0, 200_000, "TEU/day", "container_takeoff_day", "container_takeoff_emergency_day"
        ),
        **_bounds(0, 365, "d", "congestion_days", "free_days"),
        **_bounds(1900, 2100, None, "throughput_year"),
        # Aerodromes.
        **_bounds(-450, 5_500, "m", "elevation_m", source="lowest and highest land with people"),
        **_bounds(
            150,
            6_000,
            "m",
            "runway_length_m",
            "runway_usable_length_m",
            "usable_length_m",
            source=_RUNWAYS,
        ),
        **_bounds(5, 100, "m", "runway_width_m"),
        **_bounds(0.3, 650, "t", "mtow_max_t", source="largest aircraft, 640 t"),
        **_bounds(0.5, 60, "t", "main_deck_loader_max_t"),
        **_bounds(0.5, 60, "t", "forklift_max_t"),
        **_bounds(1, 10, None, "fire_category", source="ICAO Annex 14"),
        **_bounds(-20, 20, "%", "runway_gradient_pct", "gradient_pct"),
        **_bounds(0, 360, "°", "heading_deg"),
        # Storage, mills and fuel.
        **_bounds(4, 1e6, "m²", "area_m2", "available_m2", "storage_area_m2", "cargo_storage_m2"),
        **_bounds(1, 1e6, "t", "available_t", "storage_t"),
        **_bounds(5, 1e7, "m³", "volume_m3"),
        **_bounds(2, 40, "m", "height_m"),
        **_bounds(0.1, 30, "t/m²", "floor_load_t_m2"),
        **_bounds(-90, 60, "°C", "temp_min_c", "temp_max_c"),
        **_bounds(3, 40, "m", "truck_max_length_m", source=_TRUCKS),
        **_bounds(
            0, 1e9, "l", "diesel_stock_l", "petrol_stock_l", "jet_a1_stock_l", "kerosene_stock_l"
        ),
        **_bounds(0, 1e7, "l", "avgas_stock_l"),
        **_bounds(
            0.005,
            20,
            "USD/l",
            *("diesel_price_usd", "petrol_price_usd", "jet_a1_price_usd", "kerosene_price_usd"),
        ),
        **_bounds(0.1, 20_000, "t/day", "output_t_day", "capacity_t_day"),
        # Roads, bridges and what controls them.
        **_bounds(0.3, 200, "t", "max_gross_t", source=_TRUCKS),
        **_bounds(0.2, 60, "t", "max_payload_t", "largest_payload_t", source=_TRUCKS),
        **_bounds(
            0.5,
            40,
            "t",
            "max_axle_t",
            "single_axle_limit_t",
            "steering_axle_limit_t",
            source=_TRUCKS,
        ),
        **_bounds(2, 60, "t", "tandem_axle_limit_t", "tridem_axle_limit_t", source=_TRUCKS),
        **_bounds(1.5, 12, "m", "max_height_m", source=_TRUCKS),
        **_bounds(1.2, 20, "m", "max_width_m", source=_TRUCKS),
        **_bounds(3, 60, "m", "max_length_m", source=_TRUCKS),
        **_bounds(1.5, 60, "m", "road_width_m"),
        **_bounds(1.5, 8, "m", "lane_width_m"),
        **_bounds(1, 16, None, "lanes"),
        **_bounds(5, 130, "km/h", "speed_limit_kmh"),
        **_bounds(1, 120, "km/h", "current_speed_kmh", "general_speed_kmh"),
        **_bounds(0, 35, "°", "gradient_deg"),
        **_bounds(0, 5_000, "1/day", "daily_truck_capacity"),
        **_bounds(0, 30 * 24, "h", "queue_h", "clearance_h"),
        **_bounds(0, 180, "d", "clearance_days", "permit_lead_days"),
        # Railways and distances.
        **_bounds(600, 1_676, "mm", "gauge_mm", source="narrowest and widest gauges in use"),
        **_bounds(0.1, 5_000, "km", "distance_km"),
        **_bounds(0.05, 60 * 24, "h", "travel_time_h"),
        **_bounds(0, 40e6, "people", "population"),
    }
)
"""The bounds of each measure by the name of its field, wherever it stands."""


def doubtful(record: Any) -> Iterator[tuple[str, float, Bounds]]:
    """Yield field, figure and bounds of each measure of a record that can hardly be meant."""
    for name, bounds in PLAUSIBLE.items():
        value = getattr(record, name, None)
        if value is not None and not bounds.low <= value <= bounds.high:
            yield name, value, bounds
