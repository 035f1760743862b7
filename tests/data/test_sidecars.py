"""Every data file says where it comes from, under which licence, and is the file it says."""

from __future__ import annotations

import hashlib
import tomllib
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT_KEYS = (
    "title",
    "source",
    "source_version",
    "url",
    "licence",
    "attribution",
    "accessed",
    "processing",
    "sha256",
)


def data_files() -> list[Path]:
    found = [*(ROOT / "data").rglob("*"), *(ROOT / "tests/data/osm").rglob("*")]
    return sorted(
        path
        for path in found
        if path.is_file()
        and path.suffix not in {".py", ".pyc", ".toml"}
        and path.name != "README.md"
    )


def sidecars() -> list[Path]:
    return sorted([*(ROOT / "data").rglob("*.toml"), *(ROOT / "tests/data/osm").rglob("*.toml")])


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", data_files(), ids=relative)
def test_a_data_file_has_a_sidecar_that_tells_the_truth(path: Path) -> None:
    stated = tomllib.loads(path.with_name(path.name + ".toml").read_text(encoding="utf-8"))
    assert [key for key in TEXT_KEYS if not str(stated.get(key, "")).strip()] == []
    assert isinstance(stated["exercise"], bool)
    assert stated["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert stated["url"].startswith("https://")
    date.fromisoformat(stated["accessed"])


@pytest.mark.parametrize("path", sidecars(), ids=relative)
def test_a_sidecar_belongs_to_a_file(path: Path) -> None:
    assert path.with_suffix("").is_file()


def test_the_demo_is_complete() -> None:
    names = {path.name for path in (ROOT / "data/demo/coquimbo").iterdir()}
    files = {"roads.parquet", "nodes.parquet", "zones.parquet", "assessment.xlsx"}
    assert files | {f"{name}.toml" for name in files} <= names


@pytest.mark.parametrize("name", ["roads", "nodes"])
def test_openstreetmap_is_credited(name: str) -> None:
    stated = tomllib.loads(
        (ROOT / f"data/demo/coquimbo/{name}.parquet.toml").read_text(encoding="utf-8")
    )
    assert stated["licence"] == "ODbL-1.0"
    assert stated["attribution"] == "© OpenStreetMap contributors"
    assert stated["exercise"] is False


def test_the_invented_workbook_is_called_an_exercise() -> None:
    stated = tomllib.loads(
        (ROOT / "data/demo/coquimbo/assessment.xlsx.toml").read_text(encoding="utf-8")
    )
    assert stated["exercise"] is True
    assert "EXERCISE" in stated["title"]
    assert "invented" in stated["processing"]
