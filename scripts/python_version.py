"""Refuse, in words, a Python that the locked packages do not support."""

import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    found = ".".join(str(part) for part in sys.version_info[:3])
    sys.exit(
        f"The locked packages need Python 3.11 to 3.13; this is {found}.\n"
        "Name another with: make demo PYTHON=python3.12\n"
        "(pip install . works on newer ones where their wheels exist.)"
    )
