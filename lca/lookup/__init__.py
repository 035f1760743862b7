"""Look up ports and aerodromes of the world in tables that are installed with the product.

Nothing is asked of a network. Each answer names its source, edition and licence. A look-up helps
to find a code or to doubt a position; what it says is nobody's assessment.
"""

from .aerodromes import aerodromes, airport, near_airports
from .found import Found, Source
from .gazetteer import Gazetteer
from .seaports import near_ports, port, ports_installed, seaports

__all__ = [
    "Found",
    "Gazetteer",
    "Source",
    "aerodromes",
    "airport",
    "near_airports",
    "near_ports",
    "port",
    "ports_installed",
    "seaports",
]
