"""The judgement as a whole: honest files are left alone, and every rule is explained."""

from __future__ import annotations

import random
import re
from pathlib import Path

from shapely import LineString
from support.judging import NOW, judged, record, table

from lca.constraint import Constraint
from lca.facility import Airport, BorderCrossing, Fuel, Port, Storage
from lca.ingest.countries import country_boxes
from lca.vocab import ConstraintType, EffectKind, PortType

REPO = Path(__file__).resolve().parents[4]
PAGE = REPO / "docs" / "reference" / "reading" / "judgement.md"
_TOWNS = (
    "Kosti Nyala Atbara Kassala Gedaref Dongola Merowe Shendi Rabak Sennar Zalingei Tokar Sinja "
    "Halfa Geneina Damazin Obeid Fasher Kadugli Wad Suakin Delgo Karima Berber Singa Renk"
)
TOWNS = _TOWNS.split()
COUNTRIES = ("SDN", "CHL", "FJI", "NPL", "COD", "IDN", "PHL", "HTI", "MLI", "AGO", "NOR", "USA")


def honest(chance, iso3, count):
    """Rows of one country as somebody careful writes them: exercise data."""
    box = max(country_boxes()[iso3], key=lambda one: one.polygon.area)

    def somewhere():
        return round(chance.uniform(box.south, box.north), 5), round(
            chance.uniform(box.west, box.east), 5
        )

    def name(what, number):
        return f"{chance.choice(TOWNS)} {what} {number}"

    stores = [
        record(
            Storage,
            name("store", n),
            *somewhere(),
            area_m2=chance.choice([120.0, 800.0, 5_000.0]),
            status_comment=f"{chance.randint(2, 9)} doors, roof of {chance.randint(1990, 2025)}",
        )
        for n in range(count)
    ]
    fuels = [
        record(Fuel, f"Exercise Petrol {n}", *somewhere(), diesel_stock_l=2_000.0)
        for n in range(count)
    ]
    strips = [
        record(
            Airport,
            name("airstrip", n),
            *somewhere(),
            runway_length_m=chance.uniform(600, 3_500),
            elevation_m=chance.uniform(0, 2_000),
        )
        for n in range(count)
    ]
    rivers = [
        record(Port, name("quay", n), *somewhere(), max_draft_m=3.0, port_type=PortType.RIVER)
        for n in range(count)
    ]
    posts = [record(BorderCrossing, name("post", n), *somewhere()) for n in range(count)]
    cuts = []
    for n in range(count):
        lat, lon = somewhere()
        line = LineString([(lon, lat), (lon + 0.01, lat + 0.01)])
        kind = chance.choice([ConstraintType.LANDSLIDE, ConstraintType.WEIGHT_LIMIT])
        cut = record(
            Constraint,
            name("cut", n),
            geometry=line,
            constraint_type=kind,
            effect=EffectKind.RESTRICTED,
            max_gross_t=chance.choice([3.5, 10.0, 20.0, 40.0]),
        )
        cuts.append(cut)
    return {
        "storage": stores,
        "fuel": fuels,
        "airports": strips,
        "ports": rivers,
        "border_crossings": posts,
        "constraints": cuts,
    }


def test_fewer_than_two_of_a_hundred_honest_rows_are_doubted():
    chance, rows, doubted = random.Random(20261122), 0, []
    for iso3 in COUNTRIES:
        tables = [table(layer, *of) for layer, of in honest(chance, iso3, 40).items()]
        rows += sum(one.rows_in for one in tables)
        doubted += [
            (iso3, issue.text())
            for issue in judged(*tables, country=iso3, now=NOW)
            if issue.row is not None
        ]
    assert rows == len(COUNTRIES) * 6 * 40
    assert len(doubted) < 0.02 * rows, doubted[:5]
    assert not any("Changed" in text for _, text in doubted)


def test_no_honest_row_is_changed_by_repairs():
    chance = random.Random(7)
    for iso3 in COUNTRIES[:4]:
        tables = [table(layer, *of) for layer, of in honest(chance, iso3, 25).items()]
        before = {id(one): one.records for one in tables}
        judged(*tables, country=iso3, fix=True)
        assert all(one.records == before[id(one)] for one in tables)


def test_every_rule_of_the_judges_is_explained_on_its_page():
    sources = [
        *(REPO / "lca" / "ingest" / "judgement").glob("*.py"),
        *(
            REPO / "lca" / "ingest" / f"{name}.py"
            for name in ("whereabouts", "harbours", "location")
        ),
        REPO / "lca" / "ingest" / "headings.py",
    ]
    mark = re.compile(
        r'"((?:coordinates|doubles|codes|figures|dates|sources|admin|privacy|text|ids)\.\w+)"'
    )
    rules = {rule for path in sources for rule in mark.findall(path.read_text(encoding="utf-8"))}
    explained = set(re.findall(r"`([a-z]+\.[a-z_]+)`", PAGE.read_text(encoding="utf-8")))
    assert len(rules) > 20
    assert rules <= explained
