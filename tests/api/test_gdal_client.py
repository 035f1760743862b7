"""GDAL, the reader inside QGIS, reads the layers from a really running service."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

# In a process of its own: GDAL holds the interpreter's lock while it waits for the server.
CLIENT = """
import json, sys
import pyogrio
address, box, options = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
frame = pyogrio.read_dataframe(
    address, layer="constraints", bbox=tuple(box) if box else None, **options
)
print(json.dumps({
    "layers": sorted(name for name, _ in pyogrio.list_layers(address)),
    "ids": sorted(frame["id"]),
    "standing": sorted(set(frame["computed_standing"])),
    "kinds": sorted(set(frame.geometry.geom_type)),
    "bounds": frame.total_bounds.tolist(),
}))
"""


@pytest.fixture
def address(served) -> Iterator[str]:
    """The address of a server in a thread of this process."""
    server = uvicorn.Server(uvicorn.Config(served.app, port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + 200
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.started
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"OAPIF:http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=200)
    assert not thread.is_alive()


def read(address, box=None, **options):
    done = subprocess.run(
        [sys.executable, "-c", CLIENT, address, json.dumps(box), json.dumps(options)],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_gdal_reads_layers_and_walks_every_page(served, address):
    served.publish(served.closure())
    found = read(address, PAGE_SIZE="2")
    assert found["layers"] == ["airports", "constraints", "ports"]
    assert found["ids"] == ["C-01", "C-02", "C-03", "C-04", "C-05", "CLOSED"]
    assert found["standing"] == ["holds"]
    assert found["kinds"] == ["Point"]
    south, north = found["bounds"][1], found["bounds"][3]
    assert 9.9 < south < north < 10.1, "longitude and latitude are not swapped"


def test_gdal_reads_a_box(served, address):
    place = served.town.between("BD", 0.2)
    box = [place.lon - 1e-4, place.lat - 1e-4, place.lon + 1e-4, place.lat + 1e-4]
    assert read(address, box)["ids"] == ["C-02"]
