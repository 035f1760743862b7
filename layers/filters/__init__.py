"""Filters of a layer's rows: CQL2 text or JSON, judged here and compiled to SQL with bound values.

The library ``cql2`` only reads the text. What it read is taken apart by a white list of operators
(see ``compiler``), so that nothing of a filter ever becomes SQL but names of the layer's columns.
"""

from .compiler import Filter, all_of, parse_filter
from .interval import Interval
from .properties import filter_by_properties

__all__ = ["Filter", "Interval", "all_of", "filter_by_properties", "parse_filter"]
