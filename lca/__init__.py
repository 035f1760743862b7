"""The logistics domain: words, typed records, and the reading and judging of assessment data."""

__version__ = "0.1.0"
