"""Compiled kernels are kept where that is possible, and nothing breaks where it is not."""

import ast
import importlib
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import routing.engine.kernels as kernels_package

REPO = Path(__file__).resolve().parents[3]

KERNELS = """
import numpy as np
from routing.engine.kernel_cache import compiled

@compiled
def doubled(x):
    return 2 * x

@compiled
def total(values):
    found = 0
    for value in values:
        found += doubled(value)
    return found
"""

ASK = """
import sys
from pathlib import Path
sys.path[:0] = [str(Path.cwd()), sys.argv[1]]
import numpy as np
import ourkernels
print(ourkernels.total(np.arange(5)), sum(ourkernels.total.stats.cache_hits.values()))
"""


@pytest.fixture
def ask(tmp_path):
    """Call a kernel in a process of its own; return what it answers, its cache hits, and stderr."""
    (tmp_path / "code").mkdir()
    source = tmp_path / "code" / "ourkernels.py"
    source.write_text(KERNELS)

    def asked(folder, script=ASK, **more):
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")
        }
        environment |= {"LCA_KERNELS": str(folder), "PYTHONDONTWRITEBYTECODE": "1"} | more
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", script, str(source.parent)],
            cwd=REPO,
            env={name: value for name, value in environment.items() if value is not None},
            capture_output=True,
            text=True,
            check=True,
        )
        answer, hits = map(int, done.stdout.split())
        return answer, hits, done.stderr

    asked.source = source
    return asked


def test_the_second_process_compiles_nothing(ask, tmp_path):
    assert ask(tmp_path / "kept") == (20, 0, "")
    assert ask(tmp_path / "kept") == (20, 1, "")


def test_a_damaged_kernel_is_compiled_again_and_kept_whole(ask, tmp_path):
    folder = tmp_path / "kept"
    ask(folder)
    for damage in (
        lambda whole: whole[:-10],
        lambda whole: b"",
        lambda whole: bytes(len(whole)),
        lambda whole: whole[:500] + b"?" + whole[501:],
    ):
        for path in folder.iterdir():
            path.write_bytes(damage(path.read_bytes()))
        assert ask(folder) == (20, 0, "")
        assert ask(folder) == (20, 1, "")


def test_an_edit_of_what_a_kernel_calls_compiles_both(ask, tmp_path):
    ask(tmp_path / "kept")
    count = len(list((tmp_path / "kept").iterdir()))
    ask.source.write_text(KERNELS.replace("2 * x", "3 * x"))
    assert ask(tmp_path / "kept") == (30, 0, "")
    assert ask(tmp_path / "kept") == (30, 1, "")
    assert len(list((tmp_path / "kept").iterdir())) == count, "old kernels do not pile up"


def test_an_upgrade_under_a_running_process_is_not_mistaken_for_what_it_runs(ask, tmp_path):
    edited = KERNELS.replace("2 * x", "3 * x")
    edit = f"Path(ourkernels.__file__).write_text({edited!r})\n"
    assert ask(tmp_path / "kept", script=ASK.replace("print", f"{edit}print")) == (20, 0, "")
    assert ask(tmp_path / "kept") == (30, 0, "")
    assert ask(tmp_path / "kept") == (30, 1, "")


def test_a_folder_that_cannot_be_written_is_said_once(ask, tmp_path):
    (tmp_path / "file").write_text("in the way")
    answer, hits, said = ask(tmp_path / "file" / "kernels")
    assert (answer, hits) == (20, 0)
    assert said.count("cannot be kept") == 1
    assert "LCA_KERNELS" in said


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is there only")
def test_a_full_disk_is_said_once(ask, tmp_path):
    """numba's own cache raises OSError out of the call."""
    full = tmp_path / "sitecustomize"
    full.mkdir()
    (full / "sitecustomize.py").write_text(
        "import pathlib\n"
        "def write_bytes(path, content):\n"
        "    with open('/dev/full', 'wb', buffering=0) as file:\n"
        "        file.write(content)\n"
        "pathlib.Path.write_bytes = write_bytes\n"
    )
    answer, hits, said = ask(tmp_path / "kept", PYTHONPATH=str(full))
    assert (answer, hits) == (20, 0)
    assert said.count("No space left on device") == 1


def test_without_a_name_the_users_cache_folder_is_taken(ask, tmp_path):
    if sys.platform != "linux":
        pytest.skip("where the folder is differs")
    assert ask("", XDG_CACHE_HOME=str(tmp_path / "cache"))[0] == 20
    assert list((tmp_path / "cache" / "lca-access-map" / "kernels").glob("*.kernel"))


def test_without_any_home_nothing_is_kept_and_that_is_said(monkeypatch, caplog):
    from routing.engine import kernel_cache  # noqa: PLC0415 - only here

    monkeypatch.delenv("LCA_KERNELS", raising=False)
    monkeypatch.setattr(
        kernel_cache.platformdirs, "user_cache_path", lambda *_, **__: Path("~/.cache/lca")
    )
    kernel_cache._say_not_kept.cache_clear()
    assert kernel_cache.kernel_folder() is None

    @kernel_cache.compiled
    def tripled(x):
        return 3 * x

    assert [tripled(7), tripled(1.5)] == [21, 4.5]
    assert caplog.text.count("no home folder") == 1


def test_processes_at_once_all_get_the_right_code(ask, tmp_path):
    environment = os.environ | {"LCA_KERNELS": str(tmp_path / "kept")}
    several = [
        subprocess.Popen(
            [sys.executable, "-c", ASK, str(ask.source.parent)],
            cwd=REPO,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    assert {process.communicate()[0].split()[0] for process in several} == {"20"}
    assert ask(tmp_path / "kept") == (20, 1, "")
    assert {path.suffix for path in (tmp_path / "kept").iterdir()} == {".kernel"}


def modules():
    return [
        importlib.import_module(f"{kernels_package.__name__}.{found.name}")
        for found in pkgutil.iter_modules(kernels_package.__path__)
    ]


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.__name__)
def test_kernels_depend_on_nothing_that_their_seal_does_not_cover(module):
    for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            named = ["kernels"] if node.level == 1 else [node.module]
        else:
            continue
        allowed = {"numpy", "numpy.typing", "typing", "__future__", "kernels", "collections.abc"}
        allowed |= {"routing.engine.kernel_cache"}
        assert set(named) <= allowed


WARM = """
import importlib, json, pkgutil, sys, tempfile
from pathlib import Path
import numpy as np
import routing.engine.kernels as package
from routing.engine.warm import is_warm, warm
before, told = is_warm(), []
warm(lambda done, of: told.append([done, of]))
kernels = {}
for found in pkgutil.iter_modules(package.__path__):
    module = importlib.import_module(f"{package.__name__}.{found.name}")
    kernels |= {
        f"{found.name}.{name}": value
        for name, value in vars(module).items()
        if hasattr(value, "py_func") and value.__module__ == module.__name__
    }
def compiled():
    return {name: len(kernel.signatures) for name, kernel in kernels.items()}
first = compiled()
from routing.engine.hierarchy import HierarchyEngine
from routing.engine.warm import _town
folder = Path(tempfile.mkdtemp(dir=sys.argv[1]))
for _ in range(2):
    metric = HierarchyEngine(_town(), folder).customise(np.full(960, 7, np.uint32))
    metric = metric.updated(np.array([1]), np.array([3]))
    metric.best([(0, 5), (3, 0)], [(9, 0)]), metric.distance(1, 2), metric.path(3, 100)
    metric.alternatives([(0, 0)], [(200, 4)]), metric.sweep([(3, 0)], towards=True)
    metric.matrix(np.arange(40), np.arange(30)), metric.matrix(np.arange(3), np.arange(30))
    metric.matrix([1], [2])
print(json.dumps({"before": before, "told": told, "first": first, "then": compiled()}))
"""


@pytest.mark.slow
@pytest.mark.timeout(900)  # half a minute of compiling, on a machine with nothing else to do
def test_no_query_waits_for_a_compiler_once_warm(tmp_path):
    import json  # noqa: PLC0415 - only here

    def run():
        done = subprocess.run(
            [sys.executable, "-c", WARM, str(tmp_path)],
            cwd=REPO,
            env=os.environ | {"LCA_KERNELS": str(tmp_path / "kept")},
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)

    cold, kept = run(), run()
    assert (cold["before"], kept["before"]) == (False, True)
    assert [name for name, count in cold["first"].items() if not count] == [], "all are compiled"
    assert cold["then"] == cold["first"], "nothing is left for queries"
    assert kept["then"] == kept["first"]
    assert cold["told"][0][0] == 0
    assert cold["told"][-1][0] == cold["told"][-1][1]
    (tmp_path / "kept" / next((tmp_path / "kept").glob("*.kernel")).name).unlink()
    for marker in (tmp_path / "kept").glob("*.json"):
        marker.write_text("damaged")
    assert run()["before"] is False
