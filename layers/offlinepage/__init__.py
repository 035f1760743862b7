"""The page around an offline map: its texts, its list of constraints, its legend and its script."""

from .records import Record, json_island, records_of
from .text import page_text

__all__ = ["Record", "json_island", "page_text", "records_of"]
