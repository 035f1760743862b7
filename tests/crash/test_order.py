"""The order of system calls in a publication: bytes, sync, name, folder, and the catalogue last."""

from __future__ import annotations

import re

import pytest
from support import acts
from support.faults import traced
from support.zygote import missing, strace, zygote

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(missing() is not None, reason=str(missing())),
]

_PATH = re.compile(r"<([^>]*)>")
_NAMES = re.compile(r'"([^"]*)"')


def _events(log):
    """What happened to which file, in order."""
    for call, line in traced(log):
        if call in {"fsync", "fdatasync"}:
            yield "sync", _PATH.search(line)[1]
        elif call in {"write", "pwrite64"}:
            yield "write", _PATH.search(line)[1]
        elif call in {"rename", "link"}:
            yield (call, *_NAMES.findall(line)[:2])


@pytest.fixture(scope="module")
def traces(tmp_path_factory):
    """The events of a draft and a publication on one store, and of making a store."""
    folder = tmp_path_factory.mktemp("order")
    acts.prepare(folder / "given")
    found = {}
    for act, place in (("draft", "given"), ("publish", "given"), ("make", "new")):
        log = folder / f"{act}.log"
        with zygote(strace("-y", log=log)) as process:
            assert process.run(act, folder / place).done
        found[act] = list(_events(log))
    return found


def test_each_object_is_synced_then_named_then_its_folder_synced_then_recorded(traces):
    events = traces["draft"]
    names = [index for index, event in enumerate(events) if event[0] == "rename"]
    assert len(names) == 2, "a part and a manifest"
    recorded = _first(events, lambda event: event[0] == "write" and event[1].endswith("-wal"))
    for index in names:
        _, temporary, target = events[index]
        written = [at for at, event in enumerate(events) if event == ("write", temporary)]
        synced = events.index(("sync", temporary))
        folder = _first(events, ("sync", target.rpartition("/")[0]).__eq__, after=index)
        assert max(written) < synced < index < folder < recorded


@pytest.mark.parametrize("act", ["draft", "publish"])
def test_what_a_transaction_wrote_is_synced_before_anybody_is_told(traces, act):
    events = traces[act]
    logged = [
        index
        for index, event in enumerate(events)
        if event[0] in {"write", "sync"} and event[1].endswith("-wal")
    ]
    in_file = _first(
        events, lambda event: event[0] == "write" and event[1].endswith("catalogue.sqlite")
    )
    before = [events[index] for index in logged if index < in_file]
    assert before[-1][0] == "sync", "the log is on the disk before the file changes"


def test_a_new_catalogue_is_whole_and_synced_before_it_has_its_name(traces):
    events = traces["make"]
    (named,) = (index for index, event in enumerate(events) if event[0] == "link")
    _, temporary, target = events[named]
    touched = [event for event in events[:named] if event[1] == temporary]
    assert touched[-1][0] == "sync"
    assert _first(events, ("sync", target.rpartition("/")[0]).__eq__, after=named)
    assert not any(
        event[1].startswith(temporary) for event in events[named:] if event[0] == "write"
    )


def _first(events, wanted, after=-1):
    return next(index for index, event in enumerate(events) if index > after and wanted(event))
