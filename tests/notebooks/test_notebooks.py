"""Each notebook runs from its first cell to its last, offline, and is kept without outputs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

REPO = Path(__file__).parents[2]
NOTEBOOKS = sorted((REPO / "notebooks").glob("*.ipynb"))

# Runs in a child process of its own: the kernel's client leaves sockets and event loops behind,
# which this suite treats as errors.
_RUN = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=240, kernel_name="python3",
               resources={"metadata": {"path": sys.argv[2]}}).execute()
nbformat.write(notebook, sys.argv[3])
"""


def _outputs(notebook) -> str:
    parts = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            parts.append(
                output.get("text", "") + data.get("text/plain", "") + data.get("image/svg+xml", "")
            )
    return "\n".join(parts)


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """Run the first notebook in an empty folder, with a home that holds nothing."""
    folder = tmp_path_factory.mktemp("notebook")
    kernels = folder / "share" / "jupyter" / "kernels" / "python3"
    kernels.mkdir(parents=True)
    kernels.joinpath("kernel.json").write_text(
        f'{{"argv": ["{sys.executable}", "-m", "ipykernel_launcher", "-f", "{{connection_file}}"],'
        ' "display_name": "Python 3", "language": "python"}',
        encoding="utf-8",
    )
    blocked = {f"{name}_proxy": "http://127.0.0.1:9" for name in ("http", "https", "all")}
    result = folder / "executed.ipynb"
    done = subprocess.run(
        [sys.executable, "-c", _RUN, str(NOTEBOOKS[0]), str(folder), str(result)],
        env={
            **os.environ,
            **blocked,
            "HOME": str(folder),
            "JUPYTER_PATH": str(folder / "share" / "jupyter"),
            "IPYTHONDIR": str(folder / "ipython"),
        },
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return _outputs(nbformat.read(result, as_version=4))


def test_there_is_a_notebook():
    assert [path.name for path in NOTEBOOKS] == ["01_assessment_to_map.ipynb"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_define_nothing_and_hold_no_outputs(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
            assert not any(line.startswith(("def ", "class ")) for line in cell.source.splitlines())


@pytest.mark.slow
def test_the_assessment_becomes_a_map(executed):
    for expected in (
        "latitude",
        "not viable",
        "Debris on the Costanera and Ruta 5 (exercise)",
        "CHLEX_coquimbo_la_serena_access_constraints_a4_20261118.png",
        "<svg",
    ):
        assert expected in executed
