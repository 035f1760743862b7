"""Tables that look at the quickest ways alone say so where the policy has others."""

from __future__ import annotations

import pytest
from support.asciimap import draw
from support.planning import letters, outlook_of
from support.story import Story

from lca.vocab import SecurityCategory
from routing.policy import Policy, Treatment
from routing.tables.critical import critical
from routing.tables.gaps import gaps

ROAD = draw("A---B", {"AB": {}})


@pytest.mark.parametrize("table", [critical, gaps])
@pytest.mark.parametrize(
    ("policy", "says"),
    [
        (Policy(), False),
        (Policy(driving_day_h=8), False),
        (Policy(night_driving=False), True),
        (Policy(difficult=Treatment.FORBID), True),
        (Policy(max_security=next(iter(SecurityCategory))), True),
    ],
)
def test_ways_are_the_quickest_whatever_the_policy(tmp_path, table, policy, says):
    story = Story(tmp_path, ROAD)
    outlook = outlook_of(story, policy=policy)
    hub, place = letters(outlook, story, "AB")
    found = table(outlook, [hub], [place])
    words = "Ways are the quickest, by day and night, whatever"
    assert (words in found.as_json()["caveat"]) is says
    assert (words in found.as_text()) is says
