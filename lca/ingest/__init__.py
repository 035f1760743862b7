"""Read assessment files, which may be hostile, into typed tables and a report of what is wrong.

The names below load on first use: the reader's child process imports modules of this package and
must neither pay for geopandas nor hold it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .assessment import Reading, read_assessment
    from .cover import Cover
    from .limits import Limits
    from .template import write_workbook

__all__ = ["Cover", "Limits", "Reading", "read_assessment", "write_workbook"]

_HOMES = {
    "Cover": "cover",
    "Limits": "limits",
    "Reading": "assessment",
    "read_assessment": "assessment",
    "write_workbook": "template",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
