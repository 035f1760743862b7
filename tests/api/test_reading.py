"""Reading what is known now leaves the store as it was: no look at a map waits for a writer."""

from __future__ import annotations

import pytest

VEHICLE = "truck_heavy_3"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/collections/constraints/items",
        "/collections/constraints/tiles/WebMercatorQuad/0/0/0",
        "/collections/constraints/metadata",
        "/collections/constraints/export",
        "/feed.atom",
        "/matches",
        "/tags",
        f"/roads/snapshot?vehicle={VEHICLE}",
        f"/roads/status?vehicle={VEHICLE}",
    ],
)
def test_a_look_at_the_present_writes_nothing(served, monkeypatch, path):
    served.publish(served.closure())
    served.clock.tick(minutes=1)

    def write():
        pytest.fail("it writes")

    monkeypatch.setattr(served.store.catalogue, "write", write)
    assert served.public.get(path).status_code == 200
