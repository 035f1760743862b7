"""The parent believes nothing that the child writes."""

from __future__ import annotations

import json
import os
from datetime import datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.errors import LcaError, MissingCrs, UnreadableFile
from lca.ingest import wire
from lca.ingest.limits import Limits
from lca.ingest.wire import CellFault, Sheet, SheetEnd, SheetRow, SheetStart

LIMITS = Limits(rows=10, cells=40, columns=8, text_chars=100, merged=3)
START, STOP = {"sheet": "Ports", "known": True}, {"merged": []}


def row(number=1, cells=(), geometry=None):
    return {"row": number, "cells": list(cells), "geometry": geometry}


def read(tmp_path, *bodies, limits=LIMITS):
    path = tmp_path / "result.jsonl"
    path.write_text("".join(json.dumps(body) + "\n" for body in bodies), encoding="ascii")
    return wire.read(path, limits)


cells = st.one_of(
    st.text(max_size=90),
    st.integers(-(10**15), 10**15),
    st.floats(-1e300, 1e300),
    st.booleans(),
    st.datetimes(),
    st.times(),
    st.sampled_from([CellFault("#REF!")]),
)
rows = st.builds(
    SheetRow, st.integers(0, 10**7), st.dictionaries(st.integers(0, 7), cells, max_size=4)
)


@given(st.lists(rows, max_size=9))
def test_what_is_written_is_read(tmp_path_factory, drawn):
    path = tmp_path_factory.mktemp("wire") / "result.jsonl"
    wire.write([SheetStart("Ports", known=True), *drawn, SheetEnd(["A1:B2"])], path)
    assert wire.read(path, LIMITS) == (Sheet("Ports", rows=tuple(drawn), merged=("A1:B2",)),)


def test_values_keep_their_kind(tmp_path):
    cells = [[0, {"moment": "2026-11-20T08:00:00"}], [1, {"time": "22:00:00"}], [2, True], [3, 1]]
    ((only,),) = (sheet.rows for sheet in read(tmp_path, START, row(2, cells), STOP, {"end": 3}))
    assert only.cells == {0: datetime(2026, 11, 20, 8), 1: time(22), 2: True, 3: 1}  # noqa: DTZ001
    assert only.cells[2] is True


@pytest.mark.parametrize(
    "bodies",
    [
        [],
        [START, STOP],
        [START, STOP, {"end": 3}],
        [START, {"end": 1}],
        [STOP, {"end": 1}],
        [row(), {"end": 1}],
        [START, row(-1), STOP, {"end": 3}],
        [START, row(True), STOP, {"end": 3}],
        [START, row("1"), STOP, {"end": 3}],
        [START, row(cells=[[8, 1]]), STOP, {"end": 3}],
        [START, row(cells=[[0, 1], [0, 2]]), STOP, {"end": 3}],
        [START, row(cells=[["a", 1]]), STOP, {"end": 3}],
        [START, row(cells=[[0, "x" * 101]]), STOP, {"end": 3}],
        [START, row(cells=[[0, 1e301]]), STOP, {"end": 3}],
        [START, row(cells=[[0, 10**400]]), STOP, {"end": 3}],
        [START, row(cells=[[0, None]]), STOP, {"end": 3}],
        [START, row(cells=[[0, [1]]]), STOP, {"end": 3}],
        [START, row(cells=[[0, {"moment": "soon"}]]), STOP, {"end": 3}],
        [START, row(cells=[[0, {"moment": 5}]]), STOP, {"end": 3}],
        [START, row(cells=[[0, {"pickle": "x"}]]), STOP, {"end": 3}],
        [START, row(geometry="POINT (1 2)"), STOP, {"end": 3}],
        [START, *[row(n) for n in range(11)], STOP, {"end": 13}],
        [START, *[row(n, [[c, 1] for c in range(8)]) for n in range(6)], STOP, {"end": 8}],
        [{"sheet": 5, "known": True}, STOP, {"end": 2}],
        [START, {"merged": [5]}, {"end": 2}],
        [START, {"merged": ["A1:A2"] * 4}, {"end": 2}],
        [["sheet"], {"end": 1}],
        ["sheet", {"end": 1}],
        [{"failure": "SystemExit", "what": "x", "do_next": "y"}],
        [{"failure": "MissingCrs"}],
        [{"failure": "MissingCrs", "what": 5, "do_next": "y"}],
    ],
)
def test_anything_else_is_refused(tmp_path, bodies):
    with pytest.raises(UnreadableFile, match="output is not valid"):
        read(tmp_path, *bodies)


@pytest.mark.parametrize("text", ["{", "NaN\n", "[" * 100_000, '{"row": NaN}\n', "\x00", "{}\n"])
def test_what_is_not_even_json_is_refused(tmp_path, text):
    path = tmp_path / "result.jsonl"
    path.write_text(text, encoding="ascii")
    with pytest.raises(UnreadableFile, match="output is not valid"):
        wire.read(path, LIMITS)


def test_a_result_that_is_too_large_is_not_read(tmp_path):
    with pytest.raises(UnreadableFile, match="too large"):
        read(tmp_path, START, STOP, {"end": 2}, limits=Limits(output_bytes=10))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_link_or_a_pipe_in_the_results_place_is_not_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(json.dumps({"end": 0}), encoding="ascii")
    (tmp_path / "link").symlink_to(secret)
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe"):
        with pytest.raises(UnreadableFile, match="plain file"):
            wire.read(tmp_path / name, LIMITS)


def test_a_failure_keeps_its_class_and_its_words_cleaned(tmp_path):
    path = tmp_path / "result.jsonl"
    wire.write_failure(MissingCrs("No \u202eCRS\u0007.", do_next="Add\nit."), path)
    with pytest.raises(MissingCrs) as caught:
        wire.read(path, Limits())
    assert caught.value.text() == "No CRS. Add it."
    assert isinstance(caught.value, LcaError)
