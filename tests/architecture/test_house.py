"""The house stands as the design draws it: names, sizes, floors, locks and fences."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
PACKAGES = ("lca", "layers", "routing", "api", "cli", "web", "data")
MODULES = sorted(
    path
    for package in PACKAGES
    for path in (REPO / package).rglob("*.py")
    if "migrations" not in path.parts
)


def _id(path: Path) -> str:
    return str(path.relative_to(REPO))


@pytest.mark.parametrize("name", PACKAGES)
def test_import_names_are_ours(name):
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).is_relative_to(REPO), f"{name} is shadowed by {spec.origin}"


def test_distribution_is_never_uploaded():
    project = tomllib.loads((REPO / "pyproject.toml").read_text())["project"]
    assert "Private :: Do Not Upload" in project["classifiers"]


@pytest.mark.parametrize("path", MODULES, ids=_id)
def test_module_says_its_job_and_stays_small(path):
    text = path.read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(text))
    assert docstring, "a module's docstring says its whole job"
    assert text.count("\n") <= 400, "a module over 400 lines has two jobs"
    assert path.stem not in {"utils", "helpers", "common", "misc"}


@pytest.mark.parametrize("path", MODULES, ids=_id)
def test_no_error_is_swallowed(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"bare except at line {node.lineno}"
            only_pass = len(node.body) == 1 and isinstance(node.body[0], ast.Pass)
            assert not only_pass, f"an error is swallowed at line {node.lineno}"


def test_floors_hold():
    done = subprocess.run(
        [sys.executable, "-m", "importlinter.cli", "lint-imports", "--no-cache"],
        cwd=REPO,
        capture_output=True,
        text=True,
        check=False,
    )
    if "No module named" in done.stderr:
        done = subprocess.run(
            [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
            cwd=REPO,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("library", "only_in"),
    [
        ("folium", {"layers/foliummap.py"}),
        ("pyogrio", {"lca/ingest/gis/gdal.py", "layers/exports/flatgeobuf_worker.py"}),
        ("osmium", {"routing/osmfile.py"}),
        ("geoindex_rs", {"routing/segment_index.py"}),
        ("opening_hours", {"lca/timerule.py"}),
    ],
)
def test_one_module_imports(library, only_in):
    found = {
        _id(path)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (
            isinstance(node, ast.Import)
            and any(a.name.split(".")[0] == library for a in node.names)
        )
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == library)
    }
    assert found <= only_in


@pytest.mark.parametrize("path", sorted((REPO / "requirements").glob("*.txt")), ids=_id)
def test_locks_are_hashed_and_name_no_index(path):
    text = path.read_text()
    assert not re.search(r"://|--(extra-)?index-url|--find-links", text)
    pins = re.findall(r"^[A-Za-z0-9_.-]+==", text, flags=re.MULTILINE)
    assert pins
    assert text.count("--hash=sha256:") >= len(pins)


def test_locks_agree():
    def pins(name):
        text = (REPO / "requirements" / f"{name}.txt").read_text()
        return set(re.findall(r"^([A-Za-z0-9_.-]+==\S+(?: ;[^\\\n]*)?)", text, flags=re.MULTILINE))

    assert pins("run") <= pins("dev")
    assert pins("build") <= pins("dev")


def test_no_uv_lock():
    assert not (REPO / "uv.lock").exists(), "it would hold an index address"


def test_the_gate_is_the_test_command():
    assert "make test" in (REPO / ".ci" / "run").read_text()
    assert "make test  " in (REPO / "README.md").read_text()


def test_nobody_says_safe():
    """A way is viable under the information as of a moment; nobody promises more (design, 3)."""
    texts = [
        path
        for folder in ("routing", "cli", "layers", "web/templates", "web/static")
        for path in (REPO / folder).rglob("*")
        if path.suffix in {".py", ".js", ".html"} and "vendor" not in path.parts
    ]
    promise = re.compile(
        r"\b(route|way|road|vehicle|convoy) (is|was|are) safe\b|\bsafe (route|way|road)",
        re.IGNORECASE,
    )
    assert texts
    assert [str(path) for path in texts if promise.search(path.read_text(encoding="utf-8"))] == []
