"""The whole corpus through the limited child, as a user's files go."""

from __future__ import annotations

import pytest

from lca.ingest import child
from scripts.corpus.reading import verdicts

pytestmark = [pytest.mark.stress, pytest.mark.timeout(0)]
_FALSE_ALARMS = 0.02


@pytest.mark.skipif(not child.can_limit_children(), reason="a child cannot be limited here")
def test_the_child_reads_every_file_as_its_maker_knows_it(capsys):
    found = verdicts(in_child=True)
    rows, alarms = sum(one.rows for one in found), [one for v in found for one in v.alarms]
    with capsys.disabled():
        print(f"\n  {len(found)} files, {rows} rows, {len(alarms)} false alarms")
    assert len(found) >= 300
    assert {one.case: [*one.missed, *one.wrong] for one in found if not one.is_good} == {}
    assert len(alarms) < _FALSE_ALARMS * rows, alarms[:20]
