"""How far two colours look apart: CAM02-UCS distance, four modes of colour vision, WCAG contrast."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
VISION: dict[str, Array] = {
    "normal": np.eye(3),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
_RGB_TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)
_CAT02 = np.array([[0.7328, 0.4296, -0.1624], [-0.7036, 1.6975, 0.0061], [0.0030, 0.0136, 0.9834]])
_HPE = np.array([[0.38971, 0.68898, -0.07868], [-0.22981, 1.18340, 0.04641], [0.0, 0.0, 1.0]])
# sRGB viewing conditions: 64 lx, grey world of 20 %, average surround.
_ADAPTING, _GREY, _F, _C, _NC = 64 / np.pi / 5, 20.0, 1.0, 0.69, 1.0


def linear(colour: str) -> Array:
    """Return ``#rrggbb`` as linear RGB, 0-1."""
    encoded = np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two colours."""
    lights = sorted(float(_RGB_TO_XYZ[1] @ linear(colour)) for colour in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def distance(one: str, other: str, vision: str = "normal") -> float:
    """Return the CAM02-UCS distance of two colours as a mode of vision sees them."""
    seen = [np.clip(VISION[vision] @ linear(colour), 0, 1) for colour in (one, other)]
    return float(np.linalg.norm(_cam02_ucs(seen[0]) - _cam02_ucs(seen[1])))


def _cam02_ucs(rgb: Array) -> Array:
    white = _CAT02 @ (_RGB_TO_XYZ @ np.ones(3)) * 100
    k = 1 / (5 * _ADAPTING + 1)
    fl = 0.2 * k**4 * 5 * _ADAPTING + 0.1 * (1 - k**4) ** 2 * np.cbrt(5 * _ADAPTING)
    n = _GREY / 100
    nbb = 0.725 * (1 / n) ** 0.2
    z = 1.48 + np.sqrt(n)
    degree = _F * (1 - np.exp((-_ADAPTING - 42) / 92) / 3.6)
    adapt = degree * 100 / white + 1 - degree

    def response(lms: Array) -> Array:
        power = (fl * np.abs(_HPE @ np.linalg.solve(_CAT02, adapt * lms)) / 100) ** 0.42
        answered: Array = 400 * power / (power + 27.13) + 0.1
        return answered

    r, g, b = response(_CAT02 @ (_RGB_TO_XYZ @ rgb) * 100)
    rw, gw, bw = response(white)
    red_green, yellow_blue = r - 12 * g / 11 + b / 11, (r + g - 2 * b) / 9
    hue = np.arctan2(yellow_blue, red_green)
    achromatic = (2 * r + g + b / 20 - 0.305) * nbb
    achromatic_white = (2 * rw + gw + bw / 20 - 0.305) * nbb
    lightness = 100 * (achromatic / achromatic_white) ** (_C * z)
    eccentric = (np.cos(hue + 2) + 3.8) / 4
    t = (
        50000
        / 13
        * _NC
        * nbb
        * eccentric
        * np.hypot(red_green, yellow_blue)
        / (r + g + 21 * b / 20)
    )
    colourful = t**0.9 * np.sqrt(lightness / 100) * (1.64 - 0.29**n) ** 0.73 * fl**0.25
    scaled = np.log1p(0.0228 * colourful) / 0.0228
    return np.array(
        [1.7 * lightness / (1 + 0.007 * lightness), scaled * np.cos(hue), scaled * np.sin(hue)]
    )
