"""Where fuel is had, of which kind, at what price."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from lca.record import described
from lca.vocab import FacilityType, FuelKind

from .facility import Attended


@dataclass(frozen=True, slots=True, kw_only=True)
class Fuel(Attended):
    """A fuel station or depot (LCA section 3.1).

    Prices are per litre, in ``price_currency`` and in US dollars, of the day ``price_date``.
    """

    facility_type: ClassVar[FacilityType] = FacilityType.FUEL

    diesel_available: bool | None = described("Diesel available", default=None)
    diesel_stock_l: float | None = described("Diesel in stock", unit="l", default=None)
    fuel_kind: FuelKind | None = described("Kind of fuel point", default=None)
    petrol_available: bool | None = described("Petrol available", default=None)
    petrol_stock_l: float | None = described("Petrol in stock", unit="l", default=None)
    jet_a1_available: bool | None = described("Jet A-1 available", default=None)
    jet_a1_stock_l: float | None = described("Jet A-1 in stock", unit="l", default=None)
    kerosene_available: bool | None = described("Kerosene available", default=None)
    kerosene_stock_l: float | None = described("Kerosene in stock", unit="l", default=None)
    throughput_l_day: float | None = described("Fuel sold", unit="l/day", default=None)
    price_currency: str | None = described("Currency of the prices (ISO 4217)", default=None)
    price_date: datetime | None = described("Prices as of", default=None)
    diesel_price: float | None = described("Price of diesel", unit="/l", default=None)
    petrol_price: float | None = described("Price of petrol", unit="/l", default=None)
    jet_a1_price: float | None = described("Price of Jet A-1", unit="/l", default=None)
    kerosene_price: float | None = described("Price of kerosene", unit="/l", default=None)
    diesel_price_usd: float | None = described(
        "Price of diesel in dollars", unit="USD/l", default=None
    )
    petrol_price_usd: float | None = described(
        "Price of petrol in dollars", unit="USD/l", default=None
    )
    jet_a1_price_usd: float | None = described(
        "Price of Jet A-1 in dollars", unit="USD/l", default=None
    )
    kerosene_price_usd: float | None = described(
        "Price of kerosene in dollars", unit="USD/l", default=None
    )
    rationing: bool | None = described("Rationed", default=None)
    national_priorities: bool | None = described("National priorities decide", default=None)
    priority_regime: str | None = described("Who is served first", default=None)
    subsidised: bool | None = described("Subsidised for low incomes", default=None)
    expansion_possible: bool | None = described(
        "Supply can grow to humanitarian needs", default=None
    )
    humanitarian_contract_possible: bool | None = described(
        "Humanitarian organisations may contract directly", default=None
    )
    payment: tuple[str, ...] | None = described("Paid by (words separated by ;)", default=None)
