"""Hundreds of files as sources send them: every row accounted for, every seeded fault told."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest

from scripts.corpus.case import Seed
from scripts.corpus.library import cases
from scripts.corpus.reading import verdict_on, verdicts
from scripts.make_corpus import write

_FALSE_ALARMS = 0.02


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_row_is_accounted_for_and_every_fault_told():
    found = verdicts()
    bad = {one.case: [*one.missed, *one.wrong] for one in found if not one.is_good}
    rows, alarms = sum(one.rows for one in found), [one for v in found for one in v.alarms]
    print(f"{len(found)} files, {rows} rows, {sum(v.seeded for v in found)} seeded faults,")
    print(f"{len(alarms)} false alarms")
    assert len(found) >= 300
    assert bad == {}
    assert len(alarms) < _FALSE_ALARMS * rows, alarms[:20]


_SAMPLE = "|".join(
    (
        *("own_ports_swapped", "own_ports_utf_16_comma", "own_ports_ar_clean", "wpi_null_written"),
        *("page_mills", "page_matrix.html", "kobo_fr_clean", "odk_central_clean"),
        *("unlocode_without_headings", "drawn_lines_clean.(kmz|gpx)", "own_constraints_clean"),
    )
)


def test_the_limited_child_reads_them_the_same():
    found = verdicts(in_child=True, only=_SAMPLE)
    assert len(found) >= 15
    assert {one.case: [*one.missed, *one.wrong] for one in found if not one.is_good} == {}


def test_the_corpus_is_the_same_each_time_and_no_name_comes_twice():
    first, second = ([json.dumps(one.as_json(), default=str) for one in cases()] for _ in range(2))
    assert first == second
    assert Counter(one.name for one in cases()).most_common(1)[0][1] == 1


def test_a_wrong_record_a_missed_fault_and_a_lost_row_are_seen(tmp_path):
    case = next(one for one in cases() if one.name == "own_ports_utf_8_comma.csv")
    records = case.records["ports"]
    path = write(case, tmp_path)
    asked = {
        "wrong": replace(case, records={"ports": ({**records[0], "berths": 99}, *records[1:])}),
        "missed": replace(case, seeds=(Seed("no such thing", 3),)),
        "lost": replace(case, rows={"ports": len(records) + 1}),
    }
    seen = {name: verdict_on(one, path, in_child=False) for name, one in asked.items()}
    assert seen["wrong"].wrong == ["record 1, berths: 1, not 99"]
    assert seen["missed"].missed == ["row 3: no such thing"]
    assert not seen["lost"].is_good
    assert verdict_on(case, path, in_child=False).is_good
