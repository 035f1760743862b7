"""A number with its error: exact, or estimated from a sample with a 95 % interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Z_95 = 1.96
"""Quantile of the normal distribution for an interval that holds 19 times of 20."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value between ``low`` and ``high``, all three equal where it is exact."""

    value: float
    low: float
    high: float

    @classmethod
    def exact(cls, value: float) -> Estimate:
        """Return a number that is known."""
        return cls(value, value, value)

    @classmethod
    def of_share(cls, hits: int, draws: int, total: float) -> Estimate:
        """Return a total's share from independent draws, with Wilson's score interval (1927)."""
        share, z2 = hits / draws, Z_95**2
        middle = (share + z2 / (2 * draws)) / (1 + z2 / draws)
        half = Z_95 / (1 + z2 / draws)
        half *= math.sqrt(share * (1 - share) / draws + z2 / (4 * draws**2))
        low = 0.0 if hits == 0 else max(middle - half, 0.0)
        high = 1.0 if hits == draws else min(middle + half, 1.0)
        return cls(share * total, low * total, high * total)

    @classmethod
    def of_mean(cls, drawn: NDArray[np.float64], total: float) -> Estimate:
        """Return a total of values from independent draws, with the normal interval of the mean."""
        mean = float(drawn.mean())
        half = Z_95 * float(drawn.std(ddof=1)) / math.sqrt(len(drawn)) if len(drawn) > 1 else mean
        return cls(mean * total, max(mean - half, 0.0) * total, (mean + half) * total)

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            "value": round(self.value, 2),
            "low": round(self.low, 2),
            "high": round(self.high, 2),
        }

    def as_text(self) -> str:
        """Return it as text, with its interval if it is not exact."""
        if self.low == self.high:
            return f"{self.value:,.0f}"
        return f"{self.value:,.0f} ({self.low:,.0f} to {self.high:,.0f})"
