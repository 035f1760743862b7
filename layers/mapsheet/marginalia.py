"""What stands around the map: title, dates, north arrow, credits, disclaimers, exercise mark."""

from __future__ import annotations

from layers.mapclass import long_date, short_date
from layers.palette import EXERCISE_COLOUR, INK_COLOUR, PAGE_COLOUR, QUIET_COLOUR

from .frame import MapFrame, Rect
from .scalebar import bar_length, scale_bar
from .sheet import MapSheet
from .svg import element, group, number, text_line
from .typeface import Weight, shorten, width_of, wrap

STRIP = 21.0
_LONGEST_BAR = 240.0
_SOURCES_SHARE = 0.62
_EXERCISE = "EXERCISE · INVENTED DATA · NOT FOR REAL MOVEMENT"


def exercise_strip(y: float, width: float) -> str:
    """Draw the band that marks an exercise across the whole width of the page."""
    size = 11.5
    step = width_of(_EXERCISE, size, "bold") + 60
    count = int(width // step)
    words = [
        text_line(
            _EXERCISE, width * (index + 0.5) / count, y + STRIP - 6.5, size=size, weight="bold",
            fill=PAGE_COLOUR, text_anchor="middle",
        )
        for index in range(count)
    ]  # fmt: skip
    # It reaches over the edge, where a page's last pixel is only half covered.
    band = element("rect", x=-4, y=y, width=width + 8, height=STRIP, fill=EXERCISE_COLOUR)
    return group([band, *words], data_mark="exercise")


def header(sheet: MapSheet, rect: Rect) -> str:
    """Draw title and operation at the left, dates and version at the right."""
    as_of = f"Valid as of {long_date(sheet.as_of)}"
    dates = f"{sheet.version_words} · produced {long_date(sheet.produced_at)}".removeprefix(" · ")
    map_number = f"Map no. {sheet.file_name}"
    right: tuple[tuple[str, float, float, Weight, str], ...] = (
        (as_of, 15, rect.y + 22, "bold", INK_COLOUR),
        (dates, 10, rect.y + 37, "regular", QUIET_COLOUR),
        (map_number, 9, rect.bottom - 5, "regular", QUIET_COLOUR),
    )
    room = rect.width - 30 - max(width_of(line, size, weight) for line, size, _, weight, _ in right)
    name = f"Exercise: {sheet.title}" if sheet.exercise else sheet.title
    beneath = " · ".join(part for part in (sheet.subtitle, sheet.operation) if part)
    parts = _title_lines(name, rect, room)
    parts.append(
        text_line(shorten(beneath, 12, room), rect.x, rect.bottom - 5, size=12, fill=QUIET_COLOUR)
    )
    parts += [
        text_line(line, rect.right, y, size=size, weight=weight, fill=colour, text_anchor="end")
        for line, size, y, weight, colour in right
    ]
    return group(parts, id="header")


def _title_lines(name: str, rect: Rect, room: float) -> list[str]:
    """Draw the title in one line as large as fits, or in two smaller ones."""
    for size in (25.0, 21.0, 18.0):
        if width_of(name, size, "bold") <= room:
            return [_title_line(name, rect.x, rect.y + 30, size)]
    lines = wrap(name, 16, room, weight="bold", lines=2)
    return [
        _title_line(line, rect.x, rect.y + 17 + 18 * index, 16) for index, line in enumerate(lines)
    ]


def _title_line(text: str, x: float, y: float, size: float) -> str:
    return text_line(text, x, y, size=size, weight="bold", fill=INK_COLOUR)


def heading(text: str, x: float, y: float, width: float) -> str:
    """Draw the heading of a block of the side panel with a rule beneath."""
    rule = element(
        "line", x1=x, y1=y + 5, x2=x + width, y2=y + 5, stroke=INK_COLOUR, stroke_width="1"
    )
    return text_line(text, x, y, size=11.5, weight="bold", fill=INK_COLOUR) + rule


def furniture(frame: MapFrame) -> tuple[str, tuple[Rect, ...]]:
    """Draw scale bar and north arrow in the map's corners; return the room they take."""
    rect = frame.rect
    length_m, width = bar_length(frame, _LONGEST_BAR)
    scale = Rect(rect.right - width - 48, rect.bottom - 50, width + 40, 42)
    north = Rect(rect.right - 38, rect.y + 8, 30, 44)
    parts = [
        _plate(scale),
        scale_bar(length_m, width, scale.x + 16, scale.y + 18),
        text_line(
            f"1 : {frame.scale:,.0f} on A4".replace(",", " "), scale.x + 16, scale.y + 12, size=9,
            fill=QUIET_COLOUR,
        ),
        _plate(north),
        _north_arrow(north),
    ]  # fmt: skip
    return group(parts, id="furniture"), (scale, north)


def _plate(rect: Rect) -> str:
    return element(
        "rect", x=rect.x, y=rect.y, width=rect.width, height=rect.height, rx=3, fill=PAGE_COLOUR,
        fill_opacity="0.88",
    )  # fmt: skip


def _north_arrow(rect: Rect) -> str:
    x, top, foot = rect.x + rect.width / 2, rect.y + 16, rect.bottom - 5
    left = (
        f"{number(x)},{number(top)} {number(x - 7)},{number(foot)} {number(x)},{number(foot - 6)}"
    )
    right = left.replace(number(x - 7), number(x + 7), 1)
    return group(
        [
            element("polygon", points=left, fill=INK_COLOUR),
            element(
                "polygon", points=right, fill=PAGE_COLOUR, stroke=INK_COLOUR, stroke_width="0.8"
            ),
            text_line(
                "N", x, rect.y + 13, size=11, weight="bold", fill=INK_COLOUR, text_anchor="middle"
            ),
        ],
        id="north-arrow",
    )


def footer(sheet: MapSheet, frame: MapFrame, rect: Rect) -> str:
    """Draw sources, versions and licences at the left, disclaimers and datum at the right."""
    left = (rect.width - 24) * _SOURCES_SHARE
    right = rect.x + left + 24
    return group(
        [
            *_paragraph("Sources, versions and licences", source_lines(sheet), rect, rect.x, left),
            *_paragraph(
                "Please note", [*sheet.disclaimers, datum(frame)], rect, right, rect.right - right
            ),
        ],
        id="footer",
    )


def source_lines(sheet: MapSheet) -> list[str]:
    """Return the credits of roads, layers and records, each with its licence."""
    lines = [f"Roads: {sheet.roads_credit}."] if sheet.roads is not None else []
    by_credit: dict[tuple[str, str], list[str]] = {}
    for layer in sheet.versions:
        words = f"{layer.title} version {layer.number} ({layer.short_id}, {short_date(layer.published_at)})"
        by_credit.setdefault((layer.attribution, layer.licence), []).append(words)
    lines += [
        f"{', '.join(words)}: {attribution} ({licence})."
        for (attribution, licence), words in by_credit.items()
    ]
    credited = sheet.record_credits
    return [*lines, f"Records by {'; '.join(credited)}."] if credited else lines


def datum(frame: MapFrame) -> str:
    """Return projection and datum in words."""
    centre = frame.projection.centre
    lat = f"{abs(centre.lat):.1f}° {'N' if centre.lat >= 0 else 'S'}"
    lon = f"{abs(centre.lon):.1f}° {'E' if centre.lon >= 0 else 'W'}"
    return f"Projection: azimuthal equidistant around {lat}, {lon}; datum WGS 84."


def _paragraph(title: str, texts: list[str], rect: Rect, x: float, width: float) -> list[str]:
    """Draw the texts as one run, at the largest size that fits the height."""
    words = " ".join(texts)
    sizes = (9.4, 8.8, 8.2, 7.6, 7.0, 6.4)
    size = next(
        (
            size
            for size in sizes
            if (len(wrap(words, size, width)) + 1.2) * size * 1.25 <= rect.height
        ),
        sizes[-1],
    )
    parts = [text_line(title, x, rect.y + 8.5, size=9.4, weight="bold", fill=INK_COLOUR)]
    baseline = rect.y + 9
    for line in wrap(words, size, width):
        baseline += size * 1.25
        parts.append(text_line(line, x, baseline, size=size, fill=INK_COLOUR))
    return parts
