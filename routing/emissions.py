"""What a way emits: tonne-kilometres times a factor, with the factor and its source shown.

After ISO 14083 and the GLEC Framework: emissions of a transport operation are its tonne-kilometres
times an intensity well to wheel. Nothing is estimated where no factor is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lca.emission import DistanceBasis, EmissionFactor, factor_for
from lca.errors import InvalidInput
from lca.vehicle import VehicleClass

METHOD = "tonne-kilometres x intensity, after ISO 14083:2023 and the GLEC Framework"
ACTUAL_OVER_PLANNED = 1.05
"""GLEC's distance adjustment: actual distances are taken as 5 % above planned ones."""
_GRAMS_PER_TONNE = 1e6
_PARTS = {"wtt": "well to tank", "ttw": "tank to wheel"}


@dataclass(frozen=True, slots=True)
class Emissions:
    """What carrying a load over a distance emits; what is not known is None, with the reason.

    Attributes
    ----------
    distance_km : float
        The planned way, one direction.
    charged_km : float
        The distance that the factor is applied to.
    wtw_t, wtt_t, ttw_t : float or None
        Tonnes of CO2e well to wheel, and its parts well to tank and tank to wheel.
    return_wtw_t : float or None
        Tonnes of CO2e of driving the same way back empty; no part of the others.
    """

    vehicle: VehicleClass
    distance_km: float
    charged_km: float
    cargo_t: float
    cargo_assumed: bool
    factor: EmissionFactor | None
    wtw_t: float | None
    wtt_t: float | None
    ttw_t: float | None
    reason: str | None
    return_wtw_t: float | None
    return_reason: str | None

    @property
    def tkm(self) -> float:
        """Tonne-kilometres of the load."""
        return self.charged_km * self.cargo_t

    def as_json(self) -> dict[str, Any]:
        """Return the emissions as a JSON object."""
        return {
            "tco2e_wtw": _rounded(self.wtw_t),
            "tco2e_wtt": _rounded(self.wtt_t),
            "tco2e_ttw": _rounded(self.ttw_t),
            "reason": self.reason,
            "tkm": round(self.tkm, 1),
            "distance_km": round(self.distance_km, 2),
            "charged_km": round(self.charged_km, 2),
            "distance_note": self.distance_note,
            "cargo_t": self.cargo_t,
            "cargo_assumed": self.cargo_assumed,
            "return_empty": {
                "tco2e_wtw": _rounded(self.return_wtw_t),
                "reason": self.return_reason,
            },
            "method": METHOD,
            "factor": None if self.factor is None else _factor_json(self.factor),
        }

    @property
    def distance_note(self) -> str:
        """Which distance was used, and whether it was adjusted."""
        if self.factor is not None and self.factor.distance_basis is DistanceBasis.ACTUAL:
            return (
                "The factor is for actual distances: the planned way was lengthened by 5 %, "
                "GLEC's distance adjustment."
            )
        return (
            "Planned distance of the way, as the factors of GLEC are for; the distance "
            "adjustment of 5 % between planned and actual kilometres was not applied."
        )

    def as_text(self) -> str:
        """Return the emissions in one or two lines."""
        load = f"{self.cargo_t:g} t over {self.distance_km:.1f} km ({self.tkm:,.0f} tkm)"
        assumed = ", a full load assumed" if self.cargo_assumed else ""
        if self.factor is None:
            return f"CO2e for {load}{assumed}: not known; {self.reason}"
        source = f"{self.factor.name}; {self.factor.source_ref or self.factor.source_org}"
        if self.wtw_t is not None:
            return f"CO2e for {load}{assumed}: {self.wtw_t:.3f} t well to wheel ({source})"
        parts = {"wtt": self.wtt_t, "ttw": self.ttw_t}
        known = " and ".join(
            f"{value:.3f} t {_PARTS[name]}" for name, value in parts.items() if value is not None
        )
        return f"CO2e for {load}{assumed}: {known} ({source}); {self.reason}"


def emissions(
    distance_km: float,
    vehicle: VehicleClass,
    factors: Iterable[EmissionFactor],
    *,
    cargo_t: float | None = None,
) -> Emissions:
    """Return what carrying a load over a planned way emits.

    Parameters
    ----------
    distance_km : float
        Length of the planned way, one direction.
    factors : iterable of EmissionFactor
        Those there are; see :func:`lca.emission.factor_for` for which is taken.
    cargo_t : float, optional
        What is carried; the vehicle's whole payload if not given.

    Raises
    ------
    InvalidInput
        If the load is not above 0, or more than the vehicle carries.
    """
    carried = vehicle.payload_t if cargo_t is None else cargo_t
    if not (0 < carried <= vehicle.payload_t):
        raise InvalidInput(
            f"The vehicle carries up to {vehicle.payload_t:g} t, not {carried:g} t.",
            where=vehicle.code,
            do_next="Give a load above 0 up to its payload; several vehicles are counted each.",
        )
    factor = factor_for(vehicle, factors)
    actual = factor is not None and factor.distance_basis is DistanceBasis.ACTUAL
    charged_km = distance_km * (ACTUAL_OVER_PLANNED if actual else 1.0)

    tkm = charged_km * carried
    per_km = None if factor is None else factor.empty_g_per_km
    return Emissions(
        vehicle=vehicle,
        distance_km=distance_km,
        charged_km=charged_km,
        cargo_t=carried,
        cargo_assumed=cargo_t is None,
        factor=factor,
        wtw_t=_tonnes(tkm, None if factor is None else factor.wtw),
        wtt_t=_tonnes(tkm, None if factor is None else factor.wtt_g_per_tkm),
        ttw_t=_tonnes(tkm, None if factor is None else factor.ttw_g_per_tkm),
        reason=_reason(vehicle, factor),
        return_wtw_t=_tonnes(charged_km, per_km),
        return_reason=_return_reason(factor),
    )


def _tonnes(amount: float, grams_each: float | None) -> float | None:
    return None if grams_each is None else amount * grams_each / _GRAMS_PER_TONNE


def _reason(vehicle: VehicleClass, factor: EmissionFactor | None) -> str | None:
    """Say why the whole is not known, None if it is."""
    load_yours = "load yours into the layer emission_factors"
    if factor is None:
        return f"no factor for {vehicle.code} ({vehicle.gross_t:g} t gross): {load_yours}."
    if factor.wtw is not None:
        return None
    missing = "tank-to-wheel" if factor.ttw_g_per_tkm is None else "well-to-tank"
    return f"well to wheel is not known, because the factor lacks its {missing} part: {load_yours}."


def _return_reason(factor: EmissionFactor | None) -> str | None:
    if factor is None:
        return "no factor."
    if factor.empty_g_per_km is not None:
        return None
    if factor.empty_running is not None:
        return (
            f"the factor already contains {factor.empty_running:.0%} empty running, and none for "
            "an empty vehicle is known."
        )
    return "the factor contains average empty running, and none for an empty vehicle is known."


def _factor_json(factor: EmissionFactor) -> dict[str, Any]:
    return {
        "id": factor.id,
        "name": factor.name,
        "scheme": factor.scheme,
        "fuel": factor.fuel,
        "wtw_g_per_tkm": factor.wtw,
        "wtt_g_per_tkm": factor.wtt_g_per_tkm,
        "ttw_g_per_tkm": factor.ttw_g_per_tkm,
        "load_factor": factor.load_factor,
        "empty_running": factor.empty_running,
        "region": factor.region,
        "year": factor.year,
        "source_org": factor.source_org,
        "source_ref": factor.source_ref,
        "licence": factor.licence,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
