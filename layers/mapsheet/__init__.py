"""Situation-report maps: one A4 sheet as SVG and PNG, with everything that it must say."""

from .assembly import sheet_of
from .render import png_of, render_map
from .sheet import LayerVersion, MapSheet, file_name

__all__ = ["LayerVersion", "MapSheet", "file_name", "png_of", "render_map", "sheet_of"]
