"""What somebody meant who wrote a coordinate with one slip of the hand."""

from __future__ import annotations

from collections.abc import Iterator

from lca.geo import LonLat

from .coordinates import BOUND, Axis

_POWERS_OF_TEN = (10.0, 0.1, 100.0, 0.01)
_PLACEHOLDERS = frozenset({"99", "999", "9999", "99.9", "99.99", "99.999", "999.99", "99.9999"})
_NEXT_TO_NOUGHT = 0.01


def digit_slips(position: LonLat) -> Iterator[tuple[Axis, LonLat, str]]:
    """Yield each position that is one slip away: the axis, the position, and the slip in words.

    One slip is one digit of the whole degrees that was replaced, left out, doubled or exchanged
    with its neighbour, or a decimal point that was moved. Minutes and decimals are left alone: a
    slip there moves a place by less than a degree, and nobody can see it.
    """
    for axis, value in (("latitude", position.lat), ("longitude", position.lon)):
        seen = {value}
        for other, how in _slips_of(value):
            if other not in seen and abs(other) <= BOUND[axis]:  # type: ignore[index]
                seen.add(other)
                moved = (
                    LonLat(position.lon, other)
                    if axis == "latitude"
                    else LonLat(other, position.lat)
                )
                yield axis, moved, how  # type: ignore[misc]


def _slips_of(value: float) -> Iterator[tuple[float, str]]:
    sign = -1.0 if value < 0 else 1.0
    size = abs(value)
    digits, rest = str(int(size)), size - int(size)
    for at in range(len(digits)):
        before, after = digits[:at], digits[at + 1 :]
        for digit in "0123456789":
            yield sign * (int(before + digit + after) + rest), "one digit replaced"
        if before + after:
            yield sign * (int(before + after) + rest), "one digit too many"
        if after:
            exchanged = before + after[0] + digits[at] + after[1:]
            yield sign * (int(exchanged) + rest), "two digits exchanged"
    for at in range(len(digits) + 1):
        for digit in "0123456789":
            yield sign * (int(digits[:at] + digit + digits[at:]) + rest), "one digit missing"
    for power in _POWERS_OF_TEN:
        yield round(value * power, 9), "the decimal point moved"


def sign_slips(position: LonLat) -> tuple[tuple[str, LonLat], ...]:
    """Return the positions with one or both signs changed, by the axes concerned."""
    lon, lat = position.lon, position.lat
    return (
        ("latitude", LonLat(lon, -lat)),
        ("longitude", LonLat(-lon, lat)),
        ("latitude and longitude", LonLat(-lon, -lat)),
    )


def swapped(position: LonLat) -> LonLat | None:
    """Return the position with its coordinates exchanged; None if that is none."""
    return LonLat(position.lat, position.lon) if abs(position.lon) <= BOUND["latitude"] else None


def is_placeholder(value: float) -> bool:
    """Tell whether a coordinate is what people write for one that they do not have."""
    return f"{abs(value):g}" in _PLACEHOLDERS


def is_nought(value: float) -> bool:
    """Tell whether a coordinate is nought, or so near to it that it was rounded from nothing."""
    return abs(value) < _NEXT_TO_NOUGHT


def is_in_whole_minutes(position: LonLat) -> bool:
    """Tell whether a position was given in minutes without seconds: it is good to 2 km.

    Twentieths of a degree are whole minutes too; decimals that end there do not count.
    """
    minutes = (position.lat * 60, position.lon * 60)
    whole = all(abs(one - round(one)) < 1e-6 for one in minutes)
    return whole and any(round(one) % 3 for one in minutes)
