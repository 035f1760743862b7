"""What a status says of the vehicles that may pass restricts to them: never less than its words."""

from __future__ import annotations

import csv
from datetime import UTC, datetime

import pytest
from support.readtables import sheet_of

from lca.constraint import Constraint
from lca.effect import Outcome, effect_on
from lca.ingest import read_assessment
from lca.ingest.closedto import LetsPass, lets_pass
from lca.ingest.cover import Cover
from lca.ingest.instructions import Instructions
from lca.ingest.judgement.classes import take_said_classes
from lca.ingest.plan import plan_sheet
from lca.ingest.profiles.profile import load_profiles
from lca.ingest.rows import read_planned
from lca.ingest.sheets import kind_of_layer
from lca.table import records_of
from lca.vehicle import vehicle_classes
from lca.vocab import Drive, EffectKind, Practicability

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
P = Practicability
LIGHT, FOUR_BY_FOUR = P.FOUR_WHEEL_DRIVE, LetsPass(P.FOUR_WHEEL_DRIVE, None, Drive.D4X4)
SAID = {
    "Closed to heavy trucks": LetsPass(P.LIGHT_TRUCK),
    "Impassable for trucks": LetsPass(LIGHT),
    "closed for trucks over 10 t": LetsPass(max_gross_t=10),
    "Closed to vehicles > 7,5 t": LetsPass(max_gross_t=7.5),
    "Trucks up to 20 MT": LetsPass(max_gross_t=20),
    "No trucks": LetsPass(LIGHT),
    "Light vehicles only": LetsPass(LIGHT),
    "4 x 4 only": FOUR_BY_FOUR,
    "Accessible only to 4WD vehicles": FOUR_BY_FOUR,
    "Passable for motorbikes": LetsPass(P.MOTORBIKE),
    "Closed to vehicles": LetsPass(P.NON_MOTORISED),
    "Fermée aux poids lourds": LetsPass(LIGHT),
    "Réouverte aux VL": LetsPass(LIGHT),
    "Fermé aux camions de plus de 10 tonnes": LetsPass(max_gross_t=10),
    "Praticable en moto uniquement": LetsPass(P.MOTORBIKE),
    "Cerrado para camiones pesados": LetsPass(P.LIGHT_TRUCK),
    "Solo vehículos livianos": LetsPass(LIGHT),
    "مغلق أمام الشاحنات الثقيلة": LetsPass(P.LIGHT_TRUCK),
    "سالك للسيارات الصغيرة فقط": LetsPass(LIGHT),
}
UNSAID = (
    *("Closed", "Open", "Open to trucks", "Closed to light vehicles", "Not closed to trucks"),
    *("Closed to trucks and buses", "Closed to heavy trucks, light trucks and cars", "No cars"),
    *("Closed to trucks over 0 t", "Open to light vehicles and trucks", "Closed to some trucks"),
    *("Fermé aux camions le dimanche", "Heavy trucks only", "Closed to trucks over 10 m", ""),
    # a truck of 10 t may not pass where 10 t and more is shut out
    *("Closed to trucks >= 10 t", "Closed to trucks >=10t", "Closed to trucks ≥ 10 t"),
)


@pytest.mark.parametrize(("words", "passing"), SAID.items())
def test_explicit_words_say_what_may_pass(words, passing):
    assert lets_pass(words) == passing


@pytest.mark.parametrize("words", UNSAID)
def test_what_is_not_said_plainly_stays_unknown(words):
    assert lets_pass(words) is None


def test_a_file_restricts_to_what_its_words_say_and_each_word_is_told_once(tmp_path):
    path = tmp_path / "roads.csv"
    words = [*SAID, "Closed to heavy trucks", "Closed to trucks and buses"]
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["osm_id", "status", "curntprac", "last_update"])
        out.writerows([n, word, "", "2026-11-18"] for n, word in enumerate(words, start=5001))
    asked = Instructions(source_org="Exercise cell", exercise=True)
    read = read_assessment(path, layer="constraints", instructions=asked)
    records = records_of(Constraint, read.tables["constraints"])
    *explicit, again, unknown = sorted(records, key=lambda one: one.osm_way_ids)
    found = [
        LetsPass(one.practicability_cap, one.max_gross_t, one.drive_required) for one in explicit
    ]
    assert found == list(SAID.values())
    assert {one.effect for one in (*explicit, again)} == {EffectKind.RESTRICTED}
    assert (unknown.effect, unknown.practicability_cap) == (EffectKind.UNKNOWN, None)
    told = [one for one in read.report.issues if one.rule == "effect.class_said"]
    assert len(told) == len(SAID)
    assert "In 2 rows" in next(one.message for one in told if one.value == "Closed to heavy trucks")
    assert read.report.unmapped == {"constraints.effect": {"Closed to trucks and buses": 1}}
    trucks = vehicle_classes()
    closed = explicit[0]
    assert effect_on(closed, trucks["truck_heavy_3"], AT).outcome is Outcome.BLOCKS
    assert effect_on(closed, trucks["truck_light"], AT).outcome is Outcome.NOTES


def test_a_stricter_limit_of_the_row_stays():
    row = {"osm_id": 5001, "status": "Closed to heavy trucks", "last_update": "2026-11-18"}
    kind = kind_of_layer("constraints")
    caps = {}
    for stated in ("Motorbike", "Heavy Truck", "Unspecified"):
        sheet = sheet_of("roads", [{**row, "curntprac": stated}])
        (planned,) = plan_sheet(sheet, load_profiles()["wfp-access-constraints"], kind)
        table = read_planned(planned, Cover(organisation="Exercise cell"))
        take_said_classes([table])
        caps[stated] = table.records[0].practicability_cap
    assert caps == {"Motorbike": 2, "Heavy Truck": 4, "Unspecified": 4}
