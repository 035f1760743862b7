"""The wheel is whole: what `pip install .` brings can build and serve the demo without the clone."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]

MUST_HAVE = (
    "data/demo/coquimbo/assessment.xlsx",
    "data/demo/coquimbo/roads.parquet",
    "data/demo/coquimbo/roads.parquet.toml",
    "cli/sources.toml",
    "data/reference/countries.csv",
    "data/reference/vehicle_classes.csv",
    "layers/specs/constraints.toml",
    "web/templates/viewer.html",
    "web/static/js/main.js",
    "web/static/vendor/leaflet-1.9.4/leaflet.mjs",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--no-index", "-w", str(out), str(REPO)], check=True)
    (found,) = out.glob("*.whl")
    return found


@pytest.mark.slow
def test_the_wheel_holds_the_viewer_and_the_demo(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert set(MUST_HAVE) <= names
    strays = [name for name in names if name.startswith(("tests/", "docs/", ".store/", "scripts/"))]
    assert strays == []
    assert wheel.stat().st_size < 6_000_000


@pytest.mark.slow
def test_the_wheel_builds_the_demo_without_the_clone(wheel, tmp_path):
    home = tmp_path / "unpacked"
    zipfile.ZipFile(wheel).extractall(home)
    code = "import cli, sys; from cli.main import main; print(cli.__file__); main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "demo", "--build-only", "--folder", str(tmp_path / "demo")],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert str(home) in done.stdout, "the clone was used instead of the wheel"
    assert "constraints: version 1" in done.stderr
