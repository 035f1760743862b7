"""Pages of a logistics capacity assessment: ports, airports, border posts, lists and matrices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import permutations
from pathlib import Path
from typing import Any

from scripts.corpus.case import Case, Expected, Seed
from scripts.corpus.ground import COAST, COUNTRY, COUNTRY_NAME, INLAND, NAMES, OFFICE, day
from scripts.corpus.pagefiles import Page, Part, save_book, save_docx, save_html

_SAVERS: Mapping[str, Callable[[Path, Page], None]] = {
    "html": save_html,
    "docx": save_docx,
    "xlsx": save_book,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Story:
    """A page, the records by layer that are in it, and what must be told of it."""

    name: str
    page: tuple[Part, ...]
    records: Mapping[str, tuple[Expected, ...]]
    rejected: Mapping[str, int] = field(default_factory=dict)
    seeds: tuple[Seed, ...] = ()


def page_cases() -> Iterator[Case]:
    """Yield every page as a browser, Word and a workbook have it."""
    stories: list[_Story] = [*_ports(), _airport(), *_border_posts(), _mills(), *_matrices()]
    for story in stories:
        for suffix, save in _SAVERS.items():
            none: dict[str, tuple[Expected, ...]] = dict.fromkeys(story.rejected, ())
            layers = {**none, **story.records}
            yield Case(
                name=f"page_{story.name.lower().replace(' ', '_')}.{suffix}",
                family="pages",
                fault=story.name,
                profile="lca-pages",
                rows={
                    layer: len(story.records.get(layer, ())) + story.rejected.get(layer, 0)
                    for layer in layers
                },
                records=layers,
                write=partial(_save, save, story.page),
                seeds=story.seeds,
                options={
                    "source_org": OFFICE,
                    "date_of_information": day(0),
                    "exercise": True,
                    "country": COUNTRY,
                },
            )


def _save(save: Callable[[Path, Page], None], page: Page, path: Path) -> None:
    save(path, page)


def _sexagesimal(degrees: float, letters: str) -> str:
    whole, rest = divmod(round(abs(degrees) * 3600), 3600)
    return f"{whole}° {rest // 60}' {rest % 60}\" {letters[degrees < 0]}"


def _rounded(degrees: float) -> float:
    return round(degrees * 3600) / 3600


def _port(
    *,
    lines: Mapping[str, str] | None = None,
    berths: tuple[str, ...] = ("600", "8.5", "450", "12.6"),
    length: str = "Length (m)",
) -> tuple[Part, ...]:
    lat, lon = COAST[1]
    told = {
        "Country": COUNTRY_NAME,
        "Port's Complete Name": NAMES[1],
        "Latitude": _sexagesimal(lat, "NS"),
        "Longitude": _sexagesimal(lon, "EW"),
        "Managing Company or Port Authority": "Exercise ports",
        "Maximum draft": "12.6 m",
        **(lines or {}),
    }
    return (
        Part(f"2.1.1 Chile Port of {NAMES[1]}", 1),
        Part("Port Location and Contact", 2),
        Part(rows=tuple(told.items())),
        Part("Berthing Specifications", 2),
        Part(
            rows=(
                ("Type of Berth", "Quantity", length, "Maximum Draft (m)", "Comments"),
                ("Conventional Berth", "4", berths[0], berths[1], "quays 1 to 4"),
                ("Container Berth", "2", berths[2], berths[3], ""),
            )
        ),
    )


def _port_records(**changes: Any) -> dict[str, tuple[Expected, ...]]:
    lat, lon = COAST[1]
    port = {
        "name": NAMES[1],
        "iso3": COUNTRY,
        "operator_name": "Exercise ports",
        "max_draft_m": 12.6,
        "source_type": "lca",
        "lca_section": "2.1.1",
        "date_of_information": day(0),
        "latitude": _rounded(lat),
        "longitude": _rounded(lon),
    }
    of_it = {"facility_name": NAMES[1], "source_org": OFFICE}
    berths = (
        {"use": "conventional", "count": 4, "length_m": 600.0, "max_draft_m": 8.5, **of_it},
        {"use": "container", "count": 2, "length_m": 450.0, "max_draft_m": 12.6, **of_it},
    )
    return {"ports": (port | changes,), "berths": berths}


def _ports() -> Iterator[_Story]:
    lat, lon = COAST[1]
    good = _port_records()
    yield _Story(name="port", page=_port(), records=good)
    yield _Story(
        name="port in feet",
        page=_port(lines={"Maximum draft": "41 ft"}),
        records=_port_records(max_draft_m=12.4968),
    )
    yield _Story(
        name="berths in feet",
        page=_port(berths=("1968.503937", "8.5", "1476.377953", "12.6"), length="Length (ft)"),
        records=good,
    )
    yield _Story(
        name="port with unknown lines",
        page=_port(lines={"Colour of the gate": "green", "Height limit": "none of it"}),
        records=good,
        seeds=(Seed("Colour of the gate|not read|unread"),),
    )
    yield _Story(
        name="port with nothing known",
        page=_port(lines={"Maximum draft": "N/A", "Tidal range": "TBC", "Pilotage": "-"}),
        records=_port_records(tidal_range_m=None, pilotage_compulsory=None),
    )
    yield _Story(
        name="port with a draft that cannot be read",
        page=_port(lines={"Approach channel depth": "ask the pilot"}),
        records=_port_records(channel_depth_m=None),
        seeds=(Seed(r"page\.unreadable"),),
    )
    swapped = {"Latitude": f"{lon:.4f}", "Longitude": f"{lat:.4f}"}
    yield _Story(
        name="port with swapped axes",
        page=_port(lines=swapped),
        records={"berths": good["berths"]},
        rejected={"ports": 1},
        seeds=(Seed(r"coordinates\.swapped", rejects=True),),
    )
    inland = {"Longitude": _sexagesimal(lon + 5, "EW")}
    yield _Story(
        name="port far inland",
        page=_port(lines=inland),
        records=_port_records(longitude=_rounded(lon + 5)),
        seeds=(Seed(r"coordinates\."),),
    )


def _airport() -> _Story:
    lat, lon = INLAND[2]
    page = (
        Part(f"2.2.1 Chile {NAMES[2]} Airport", 1),
        Part("Airport Location and Contact", 2),
        Part(
            rows=(
                ("Country", COUNTRY_NAME),
                ("Name of location / airport", NAMES[2]),
                ("Latitude", _sexagesimal(lat, "NS")),
                ("Longitude", _sexagesimal(lon, "EW")),
            )
        ),
        Part("Runway(s)", 2),
        Part(
            rows=(
                ("Runway", "Runway Dimensions", "Orientation", "Surface"),
                ("1", "1,200 x 30 m", "09/27", "Gravel"),
                ("2", "2,970 x 45 m", "18/36", "Asphalt, good condition"),
            )
        ),
    )
    airport = {
        "name": NAMES[2],
        "iso3": COUNTRY,
        "runway_length_m": 2970.0,
        "runway_width_m": 45.0,
        "runway_surface": "paved",
        "latitude": _rounded(lat),
        "longitude": _rounded(lon),
    }
    runways = (
        {"length_m": 1200.0, "width_m": 30.0, "surface": "gravel", "facility_name": NAMES[2]},
        {"length_m": 2970.0, "width_m": 45.0, "surface": "paved", "facility_name": NAMES[2]},
    )
    return _Story(name="airport", page=page, records={"airports": (airport,), "runways": runways})


def _border_posts() -> Iterator[_Story]:
    lat, lon = INLAND[3]
    place = f"{_sexagesimal(lat, 'NS')} {_sexagesimal(lon, 'EO')}"
    record = {
        "name": NAMES[3],
        "iso3": COUNTRY,
        "iso3_other_side": "ARG",
        "opening_hours": "08:00-17:00",
        "daily_truck_capacity": 100,
        "latitude": _rounded(lat),
        "longitude": _rounded(lon),
    }
    in_french = (
        ("Pays", "Chili"),
        ("Nom du poste frontière", NAMES[3]),
        ("Pays limitrophe", "Argentine"),
        ("Coordonnées GPS", place),
        ("Heures d'ouverture", "de 08:00 à 17:00"),
        ("Capacité quotidienne", "100 camions"),
    )
    in_spanish = (
        ("País", "Chile"),
        ("Nombre del paso fronterizo", NAMES[3]),
        ("País vecino", "Argentina"),
        ("Coordenadas", place),
        ("Horario", "08:00 - 17:00"),
        ("Capacidad diaria", "100 camiones"),
    )
    for name, title, rows in (
        ("border post in French", f"2.3.1 Poste frontière de {NAMES[3]}", in_french),
        ("border post in Spanish", f"2.3.1 Paso fronterizo de {NAMES[3]}", in_spanish),
    ):
        page = (Part(title, 1), Part(rows=rows))
        yield _Story(name=name, page=page, records={"border_crossings": (record,)})


def _mills() -> _Story:
    rows = (
        ("Name of mill", "Commodity", "Capacity (MT/day)", "Latitude", "Longitude"),
        *(
            (NAMES[one], grain, str(50 + one), str(INLAND[one][0]), str(INLAND[one][1]))
            for one, grain in enumerate(("Wheat", "Maize", "Wheat"))
        ),
    )
    records = tuple(
        {
            "name": NAMES[one],
            "capacity_t_day": 50.0 + one,
            "latitude": INLAND[one][0],
            "longitude": INLAND[one][1],
        }
        for one in range(3)
    )
    page = (Part("2.7 Chile Milling Assessment", 1), Part(rows=rows))
    return _Story(name="mills", page=page, records={"mills": records})


_TOWNS = ("Aton", "Bereth", "Cusha", "Dorom")
_KM = {("Aton", "Bereth"): 100, ("Aton", "Cusha"): 200, ("Aton", "Dorom"): 400} | {
    ("Bereth", "Cusha"): 150,
    ("Bereth", "Dorom"): 350,
    ("Cusha", "Dorom"): 300,
}


def _distances(changes: Mapping[tuple[str, str], str]) -> tuple[Part, ...]:
    rows = []
    for start in _TOWNS:
        cells = (
            changes.get((start, end), "" if start == end else str(_between(start, end)))
            for end in _TOWNS
        )
        rows.append((start, *cells))
    return (
        Part("2.3 Chile Road Network", 1),
        Part("Distance Matrix", 2),
        Part(rows=(("", *_TOWNS), *rows)),
    )


def _between(start: str, end: str) -> int:
    return _KM.get((start, end)) or _KM[end, start]


def _legs(changes: Mapping[tuple[str, str], float | None]) -> dict[str, tuple[Expected, ...]]:
    """Return a leg for each way that is stated, in the order of the rows."""
    legs = []
    for start, end in permutations(_TOWNS, 2):
        km = changes.get((start, end), float(_between(start, end)))
        if km is not None:
            legs.append({"place_from": start, "place_to": end, "distance_km": km, "mode": "road"})
    return {"travel_legs": tuple(legs)}


def _matrices() -> Iterator[_Story]:
    way, back = ("Aton", "Dorom"), ("Dorom", "Aton")
    yield _Story(name="matrix", page=_distances({}), records=_legs({}))
    yield _Story(
        name="matrix that differs there and back",
        page=_distances({way: "430", back: "400"}),
        records=_legs({way: 430.0}),
        seeds=(Seed(r"matrix\.asymmetric"),),
    )
    yield _Story(
        name="matrix with a detour",
        page=_distances({way: "1,700", back: "1,700"}),
        records=_legs({way: 1700.0, back: 1700.0}),
        seeds=(Seed(r"matrix\.detour"),),
    )
    yield _Story(
        name="matrix with a way to itself",
        page=_distances({("Cusha", "Cusha"): "12"}),
        records=_legs({}),
        rejected={"travel_legs": 1},
        seeds=(Seed(r"matrix\.diagonal", rejects=True),),
    )
    yield _Story(
        name="matrix with nothing stated",
        page=_distances({way: "-", back: "N/A", ("Aton", "Aton"): "X"}),
        records=_legs({way: None, back: None}),
    )
    yield _Story(
        name="matrix with a word",
        page=_distances({way: "far"}),
        records=_legs({way: None}),
        rejected={"travel_legs": 1},
        seeds=(Seed("number|distance|read", rejects=True),),
    )
