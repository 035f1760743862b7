"""The ten questions of a planner, as the guide asks them on the demo, and what each answer must hold."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.clock import Clock

from cli.context import Session
from cli.main import run

REPO = Path(__file__).resolve().parents[2]
GUIDE = REPO / "docs" / "how-to" / "ten-questions.md"
ASKED_AT = "2026-11-18T15:00:00+00:00"
CHANGES = {("constraint", "add"), ("import", "docs"), ("layer", "publish")}
"""Commands that change the store; they are run once, the others as text and as JSON."""


@dataclass(frozen=True)
class Asked:
    """One command of the guide: what it printed, and its JSON if it changes nothing."""

    words: list[str]
    code: int
    out: str
    err: str
    json: Any


@pytest.fixture(scope="module")
def answers(demo_template, tmp_path_factory) -> dict[int, list[Asked]]:
    """What the guide's commands answer, by the number of the question, all on one store."""
    store = tmp_path_factory.mktemp("ten") / "store"
    shutil.copytree(demo_template, store)
    clock = Clock(ASKED_AT)
    return {
        number: [_ask(store, clock, line) for line in lines]
        for number, lines in _questions().items()
    }


def _questions() -> dict[int, list[str]]:
    parts = re.split(r"^## (\d+)\. .*$", GUIDE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {
        int(number): re.findall(r"^\$ lca (.*)$", text, re.MULTILINE)
        for number, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def _ask(store: Path, clock: Clock, line: str) -> Asked:
    command, _, comment = line.partition(" #")
    words = [
        str(REPO / word) if word.startswith("docs/") else word for word in shlex.split(command)
    ]
    stated = re.search(r"exit code (\d)", comment)
    code, out, err = _run(store, clock, words)
    assert code == (int(stated[1]) if stated else 0), f"lca {line}: {err}{out}"
    changes = words[0] == "import" or tuple(words[:2]) in CHANGES
    body = None
    if not changes and code in {0, 6}:
        body = json.loads(_run(store, clock, [*words, "--json"])[1])
    return Asked(words, code, out, err, body)


def _run(store: Path, clock: Clock, words: list[str]) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(words, session=Session(store_path=store, clock=clock))
    clock.tick(seconds=1)
    return code, out.getvalue(), err.getvalue()


def test_there_are_ten_and_each_is_asked(answers):
    assert sorted(answers) == list(range(1, 11))
    assert all(answers.values())


def test_every_answer_is_marked_and_says_what_it_rests_on(answers):
    told = [asked for group in answers.values() for asked in group if asked.json is not None]
    for asked in told:
        hypothetical = "--what-if" in asked.words
        assert asked.out.startswith("EXERCISE"), asked.words
        assert ("HYPOTHETICAL" in asked.out) == hypothetical, asked.words
        assert "safe" not in asked.out.lower(), asked.words
        if asked.words[0] == "layer":
            continue
        assert asked.json["exercise"] is True
        assert asked.json["hypothetical"] is hypothetical
        assert asked.json["envelope"]["computed_at"]
        assert asked.json["provenance"]["constraints"]["version"]
        assert asked.json["provenance"]["graph_build"]["digest"]
        assert "verify locally" in asked.json["caveat"]


def test_1_can_this_truck_get_there(answers):
    ambiguous, answer = answers[1]
    assert "artic_4" in ambiguous.err
    assert "truck_heavy_3" in ambiguous.err
    body = answer.json
    assert body["verdict"] == "viable_with_conditions"
    assert body["question"]["as_of"].startswith("2026-11-18T15:00")
    assert body["question"]["policy"]["unknown"] == "allow"
    assert body["unknowns"]["unknown_limits_km"] == pytest.approx(
        body["way"]["length_km"], abs=0.01
    )
    weakest = body["weakest_link"]
    assert weakest["note"]["id"] == "EX-C10"
    assert weakest["confidence"] == "high"
    assert "Weakest link: Checkpoint on Ruta 5" in answer.out
    assert "have no known weight limit" in answer.out
    assert "known as of 18 Nov 2026 15:00 UTC" in answer.out


def test_2_which_way_how_far_how_long_in_hours_and_days(answers):
    convoy, by_day = answers[2]
    out, back = convoy.json["legs"]
    assert back["length_km"] < out["length_km"], "empty they take the bridge"
    assert (out["back_empty"], back["back_empty"]) == (False, True)
    assert "1 working day" in convoy.out
    body = by_day.json
    way = body["way"]
    assert way["geometry"]["type"] == "LineString"
    assert way["length_km"] == pytest.approx(9.2, abs=0.1)
    parts = way["moving_h"] + way["rest_h"] + way["delay_h"] + way["wait_h"]
    assert parts == pytest.approx(way["duration_h"], abs=0.02)
    assert way["delay_h"] == pytest.approx(0.25, abs=0.01)
    (wait,) = way["waits"]
    assert (wait["from"], wait["until"]) == ("2026-11-19T02:00:00Z", "2026-11-19T09:00:00Z")
    assert "night" in wait["reason"]
    hours, days = way["durations"], way["days"]
    assert hours["optimistic_h"] <= hours["expected_h"] <= hours["worst_h"]
    assert 0 < days["optimistic"] <= days["expected"] <= days["worst"]
    assert days["driving_day_h"] == 10
    assert "Waits at km 0.0" in by_day.out


def test_3_what_blocks_it_who_said_so_how_old(answers):
    body = answers[3][1].json
    assert body["verdict"] == "not_viable"
    (newest,) = body["blocked_by"]
    assert newest["name"] == "Ruta 5 closed at the Río Elqui (exercise)"
    others = [note for (note,) in body["blocked_by_others"]]
    assert {note["id"] for note in others} == {"EX-C02", "EX-C03"}
    assert body["blocked_by_others_complete"] is True
    assert "(or by Puente" in " ".join(answers[3][1].out.split())
    note = next(note for note in others if note["id"] == "EX-C02")
    assert (note["id"], note["source_org"], note["reliability"]) == (
        "EX-C02",
        "Road survey team (simulated)",
        "B",
    )
    assert note["date_of_information"] == "2026-11-13T18:00:00Z"
    assert note["status"] == "verified"
    (excess,) = note["excess"]
    assert (excess["limit"], excess["limit_value"], excess["vehicle_value"], excess["unit"]) == (
        "gross mass",
        10.0,
        26.0,
        "t",
    )
    assert note["km_from"] == pytest.approx(5.7, abs=0.1)
    assert "gross mass 26.0 t exceeds 10.0 t" in answers[3][1].out


def test_4_the_alternative_and_its_cost(answers):
    light, heavy = answers[4]
    first, second = light.json["alternatives"]
    assert (first["extra_km"], first["extra_h"]) == (0, 0)
    assert second["extra_h"] > 0
    assert second["shared_share"] <= light.json["overlap"]
    for way in (first, second):
        assert way["emissions"]["tco2e_wtw"] is None, "no factor is loaded: not known, never 0"
        assert way["emissions"]["tkm"] > 0
        assert "emission_factors" in way["emissions"]["reason"]
    assert "CO2e for 3.5 t" in light.out
    assert "not known" in light.out
    opening = heavy.json["way_out"]
    assert opening["exact"] is True
    assert [note["name"] for note in opening["reopen"]] == [
        "Ruta 5 closed at the Río Elqui (exercise)"
    ]
    assert {note["id"] for (note,) in opening["reopen_others"]} == {"EX-C02", "EX-C03"}
    assert "all of these" not in heavy.out
    assert "Best partial way: 5.6 km" in heavy.out
    assert "truck_light" in heavy.out


def test_5_the_largest_vehicle_and_where_to_load_over(answers):
    body = answers[5][0].json
    assert body["largest"] == "truck_light"
    verdicts = {item["vehicle"]: item["verdict"] for item in body["classes"]}
    assert verdicts["truck_heavy_3"] == "not_viable"
    assert verdicts["truck_light"] == "viable_with_conditions"
    assert len(verdicts) == 12
    over = body["transshipment"]
    first, then = over["legs"]
    assert first["payload_t"] > then["payload_t"]
    assert over["place"]["id"] == "zone-107"
    assert over["total_h"] > over["handling_h"]


def test_6_who_is_cut_off(answers):
    body = answers[6][0].json
    counts = body["totals"]["cut_off"]
    assert (counts["places"], counts["people"]) == (26, 85_259)
    assert body["newly_cut_off"] == {"places": 25, "people": 85_259}
    restored = {
        note["id"]: item["people"] for item in body["restored_by"] for note in item["lifting"]
    }
    assert restored["EX-C02"] == restored["EX-C03"] == 85_259


def test_7_what_changed(answers):
    diff = answers[7][0]
    assert "version 1" in diff.out
    assert "version 2" in diff.out
    assert "New: Ruta 5 closed at the Río Elqui (exercise)" in diff.out
    assert "Source: Police liaison (simulated), 18 Nov 2026." in diff.out
    assert diff.out.count("\n- ") == 1


def test_8_which_entry_point(answers):
    table = answers[8][2]
    airport, port, crossing = table.json["gateways"]
    assert [airport["id"], port["id"], crossing["id"]] == ["SCSE", "CLCQQ", "EX-B01"]
    assert airport["hours"] <= port["hours"] <= crossing["hours"]
    assert crossing["bottleneck_t_day"] == 40 * 18
    assert port["bottleneck_t_day"] is None
    assert port["unknown_parts"] == ["port discharge"]
    assert crossing["expiries"][0]["until"] == "2026-11-30T23:59:00Z"
    assert crossing["permit"] == "permit needed: relief cargo pass (2 days)"


def test_9_what_if(answers):
    falls, rain = answers[9]
    assert falls.json["newly_cut_off"] == {"places": 24, "people": 85_259}
    assert rain.json["hypothetical"] is True
    (wait,) = rain.json["way"]["waits"]
    assert wait["until"] == "2026-11-18T20:00:00Z"
    assert "Rain barrier" in wait["reason"]
    before = answers[4][0].json["alternatives"][0]["way"]
    delayed = rain.json["way"]["duration_h"] - before["duration_h"]
    assert delayed == pytest.approx(4.4, abs=0.2)


def test_10_where_to_look_next(answers):
    gaps, critical = answers[10]
    dependent = [item["people"] for item in gaps.json["gaps"]]
    assert dependent == sorted(dependent, reverse=True)
    assert all(item["unknown"] for item in gaps.json["gaps"])
    first = critical.json["links"][0]
    assert (first["people_cut_off"]["value"], first["places_cut_off"]) == (85_259, 24)
    assert critical.json["exact"] is True


def test_what_the_guide_shows_is_what_was_answered(answers):
    """Every line of the shown outputs, cut at its ellipses, stands in an answer of its question."""
    text = GUIDE.read_text(encoding="utf-8")
    parts = re.split(r"^## (\d+)\. .*$", text, flags=re.MULTILINE)
    shown = 0
    for number, part in zip(parts[1::2], parts[2::2], strict=True):
        said = " ".join(" ".join(asked.out.split()) for asked in answers[int(number)])
        for block in re.findall(r"```text\n(.*?)```", part, re.DOTALL):
            for piece in re.split(r"\n|…", block):
                words = " ".join(piece.split()).strip(" ,;.")
                assert words in said, f"question {number}: {words!r}"
                shown += bool(words)
    assert shown >= 25
