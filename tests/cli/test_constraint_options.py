"""``lca constraint add``: times, demands, whom it concerns and where it lies, as options."""

from __future__ import annotations

import pytest

from cli.constraint_options import fields_of_options, in_local_days
from lca.errors import UsageError
from lca.instant import format_instant

TOLD = ("constraint", "add", "--name", "Barrier", "--source", "Convoy 7", "--json")
AT_A_POINT = ("--lat", "-29.95", "--lon", "-71.25")


def added(lca, *options, effect="restricted", where=AT_A_POINT):
    """Add a constraint and return its row as the list has it."""
    done = lca(*TOLD, "--effect", effect, *where, *options)
    assert done.code == 0, done.err
    rows = lca("constraint", "list", "--json").json
    return next(row for row in rows if row["id"] == done.json["id"])


def test_an_end_on_a_day_is_the_local_midnight_after_it(lca):
    """Chile keeps UTC-3 in November: the 25th ends at 03:00 UTC on the 26th."""
    row = added(lca, "--valid-from", "2026-11-20", "--valid-to", "2026-11-25", effect="blocked")
    assert (row["valid_from"], row["valid_to"]) == (
        "2026-11-20T03:00:00+00:00",
        "2026-11-26T03:00:00+00:00",
    )


def test_the_same_holds_for_set_and_for_a_permission(lca):
    row = added(
        lca, "--set", "valid_to=2026-11-25", "--set", "permitted_until=2026-11-24", effect="blocked"
    )
    assert row["valid_to"].startswith("2026-11-26T03:00")
    assert row["permitted_until"].startswith("2026-11-25T03:00")


def test_a_time_with_its_offset_stays_that_moment(lca):
    row = added(lca, "--valid-to", "2026-11-25T12:00-03:00", effect="blocked")
    assert row["valid_to"].startswith("2026-11-25T15:00")
    wrong = lca(*TOLD, "--effect", "blocked", *AT_A_POINT, "--valid-to", "2026-11-25T12:00")
    assert (wrong.code, "offset" in wrong.err) == (4, True)


@pytest.mark.parametrize(
    ("zone", "day", "end"),
    [
        # Clocks in Chile skip midnight on the first Saturday night of September.
        ("America/Santiago", "2026-09-05", "2026-09-06T04:00:00Z"),
        ("Asia/Kathmandu", "2026-02-28", "2026-02-28T18:15:00Z"),
        (None, "2026-02-28", "2026-03-01T00:00:00Z"),
    ],
)
def test_a_last_day_ends_with_it_in_every_zone(zone, day, end):
    found = in_local_days({"valid_to": day, "name": day}, zone)
    assert format_instant(found["valid_to"]) == end
    assert found["name"] == day


def test_rules_of_time(lca):
    row = added(
        lca, "--daily", "22:00-05:00", "--time-rule", "Mo-Fr 20:00-06:00", "--months", "11-2",
        "--dry-days", 2, "--rain-hold-light-h", 6, "--rain-hold-heavy-h", 24, "--last-rain", "2026-11-18T06:00Z",
        effect="blocked",
    )  # fmt: skip
    assert (row["daily_from"], row["daily_to"]) == ("22:00", "05:00")
    assert row["time_rule"] == "Mo-Fr 20:00-06:00"
    assert row["season_months"] == [11, 12, 1, 2]
    assert (row["dry_days_required"], row["rain_hold_light_h"], row["rain_hold_heavy_h"]) == (
        2,
        6,
        24,
    )
    assert row["last_rain_at"].startswith("2026-11-18T06:00")


def test_demands_and_whom_they_concern(lca):
    row = added(
        lca, "--permit", "Transit permit", "--permit-days", 5, "--permit-by", "Intendencia",
        "--convoy", "--escort", "--security", "C", "--no-hazmat", "--delay", "30-120",
        "--for-vehicle", "artic_5", "--for-vehicle", "truck_heavy_3", "--for-cargo", "fuel",
        "--for-operator", "un", "--for-operator", "ngo", "--for-size", "5-6",
    )  # fmt: skip
    assert (row["permit_name"], row["permit_lead_days"], row["permit_issued_by"]) == (
        "Transit permit",
        5,
        "Intendencia",
    )
    assert row["convoy_required"] is row["escort_required"] is row["hazmat_forbidden"] is True
    assert row["security_category"] == "C"
    assert (row["delay_min"], row["delay_max_min"]) == (30, 120)
    assert row["applies_to_vehicles"] == "artic_5; truck_heavy_3"
    assert (row["applies_to_cargo"], row["applies_to_actor"]) == ("fuel", "un; ngo")
    assert (row["applies_to_min_practicability"], row["applies_to_max_practicability"]) == (5, 6)


def test_a_place_in_words_stands_without_a_geometry(lca):
    row = added(
        lca, "--road", "Ruta 5", "--km", "12-15", "--km-from", "La Serena", effect="blocked",
        where=(),
    )  # fmt: skip
    assert row["road_name"] == "Ruta 5"
    assert (row["chainage_from_km"], row["chainage_to_km"]) == (12, 15)
    assert row["chainage_from_place"] == "La Serena"
    assert row["match"]["note"], "it says what the words were found to mean, or why nothing"
    other = added(lca, "--between", "Coquimbo", "--between", "Ovalle", effect="blocked", where=())
    assert (other["place_from"], other["place_to"]) == ("Coquimbo", "Ovalle")
    told = added(lca, "--location", "12 km south of Coquimbo", effect="blocked", where=())
    assert told["location_text"] == "12 km south of Coquimbo"


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("months", ["13"], "1 to 12"),
        ("months", ["May"], "no month"),
        ("daily", "22:00", "two values"),
        ("for_size", "9", "1 to 6"),
        ("for_size", "trucks", "1 to 6"),
        ("between", ["Ovalle"], "Give it twice"),
    ],
)
def test_what_cannot_be_taken_apart_is_refused(option, value, words):
    with pytest.raises(UsageError) as refused:
        fields_of_options(**{option: value})
    assert words in f"{refused.value.what} {refused.value.do_next}"


def test_a_single_value_is_both_ends_of_a_size_and_the_start_of_a_chainage():
    found = fields_of_options(for_size="6", km="12", delay="30", months=["6", "7-8"])
    assert found == {
        "applies_to_min_practicability": 6,
        "applies_to_max_practicability": 6,
        "chainage_from_km": "12",
        "delay_min": "30",
        "season_months": (6, 7, 8),
    }


def test_one_field_given_twice_is_refused(lca):
    twice = lca(
        *TOLD, "--effect", "blocked", *AT_A_POINT, "--valid-to", "2026-11-25",
        "--set", "valid_to=2026-11-26",
    )  # fmt: skip
    assert (twice.code, "given twice" in twice.err) == (2, True)


def test_a_closure_beside_all_roads_is_said_to_close_nothing(lca):
    beside = ("--lat", "-29.9156", "--lon", "-71.2007")
    done = lca(*TOLD, "--effect", "blocked", *beside)
    assert done.code == 0
    assert "WARNING: it lies on no road, so it CLOSES NOTHING" in done.err
    on_the_road = lca(*TOLD, "--effect", "blocked", "--lat", "-29.97363", "--lon", "-71.29853")
    assert "WARNING" not in on_the_road.err


def test_a_road_is_closed_and_opened_while_the_head_of_another_layer_is_withdrawn(lca):
    """No answer is given meanwhile; a closure must not wait for that, nor look as if it had."""
    lca("layer", "withdraw", "airports", "1", "--reason", "wrong runway", "--author", "Ana")
    assert lca("route", "CLCQQ", "SCSE", "--vehicle", "truck_heavy_3").code == 1
    done = lca("constraint", "add", "--name", "Slide", "--effect", "blocked", "--author", "Ana",
        "--source", "Patrol", "--lat", "-29.97363", "--lon", "-71.29853", "--json")  # fmt: skip
    assert done.code == 0, done.err
    assert done.json["release"]["number"] == 2
    assert "cannot be told now" in done.err
    over = lca("constraint", "end", done.json["id"], "--author", "Ana", "--source", "Patrol",
        "--reason", "cleared")  # fmt: skip
    assert over.code == 0, over.err
