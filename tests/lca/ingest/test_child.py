"""The reader's child process: what it may not do, and what happens when it tries."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.workbooks import HEAD_ROW, save_ports, save_raw

from lca.errors import InvalidInput, ReaderUnavailable, UnreadableFile
from lca.ingest import Limits, child, read_assessment

MIB = 1024 * 1024
needs_rlimits = pytest.mark.skipif(
    not child.can_limit_children(), reason="a child cannot be limited on this system"
)
BUBBLEWRAP = shutil.which("bwrap")


@pytest.fixture
def scratch(tmp_path):
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.fixture
def worker(scratch, monkeypatch):
    """Put a script in the place of the worker, as if a file had taken the worker over."""

    def install(source):
        script = scratch / "worker.py"
        script.write_text(source, encoding="utf-8")
        monkeypatch.setattr(child, "_WORKER", script)

    return install


def run(scratch, limits=None, **options):
    source = scratch / "input.xlsx"
    source.write_bytes(b"x")
    return child.read_in_child(
        child.Job("workbook", source), scratch, limits or Limits(wall_s=20), **options
    )


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split()[2] != "Z"
    except FileNotFoundError:
        return False


@needs_rlimits
def test_a_text_that_needs_more_memory_than_allowed_is_refused(tmp_path):
    text = b"<sst><si><t>" + b"a" * (100 * MIB) + b"</t></si></sst>"
    path = save_raw(tmp_path / "a.xlsx", f"<sheetData>{HEAD_ROW}</sheetData>", strings=text)
    limits = Limits(memory_bytes=160 * MIB, compression_ratio=10**6)
    with pytest.raises(UnreadableFile, match="memory"):
        read_assessment(path, limits=limits)


@needs_rlimits
def test_a_file_that_takes_too_long_is_given_up(tmp_path):
    # Several seconds' work on any machine of today: 90,000 rows took one about a second.
    rows = "".join(f'<row r="{n}"><c><v>1</v></c></row>' for n in range(2, 600_000))
    path = save_raw(tmp_path / "a.xlsx", f"<sheetData>{HEAD_ROW}{rows}</sheetData>")
    with pytest.raises(UnreadableFile, match="1 s of processor time"):
        read_assessment(path, limits=Limits(cpu_s=1, columns=10**6, rows=10**6))


@needs_rlimits
def test_a_result_that_grows_too_large_is_given_up(tmp_path):
    path = save_ports(tmp_path / "a.xlsx", *([f"P{n}", -29.9, -71.3] for n in range(200)))
    with pytest.raises(UnreadableFile, match="space"):
        read_assessment(path, limits=Limits(output_bytes=4_000))


@needs_rlimits
def test_when_time_is_up_the_whole_family_is_ended(scratch, worker):
    worker(
        "import os, pathlib, subprocess, sys, time\n"
        "other = subprocess.Popen([sys.executable, '-I', '-c', 'import time; time.sleep(3600)'])\n"
        "pathlib.Path('pids').write_text(f'{os.getpid()} {other.pid}')\n"
        "time.sleep(3600)\n"
    )
    for seconds in (2, 10, 50):  # on a busy machine the first may not be enough to begin
        with pytest.raises(UnreadableFile, match=f"{seconds} seconds"):
            run(scratch, Limits(wall_s=seconds))
        if (scratch / "pids").exists():
            break
    if BUBBLEWRAP is None:  # else the ids are those of another namespace
        pids = (scratch / "pids").read_text(encoding="ascii").split()
        assert len(pids) == 2
        # They are killed, but the system may take a moment; of themselves they would last an hour.
        while any(is_alive(pid) for pid in pids):
            time.sleep(0.01)


@needs_rlimits
def test_a_child_that_dies_is_told_with_its_last_words_for_us_alone(scratch, worker):
    worker("import sys; print('boom at line 1', file=sys.stderr); sys.exit(3)")
    with pytest.raises(UnreadableFile, match="exit code 3") as caught:
        run(scratch)
    assert "boom" not in caught.value.text()
    assert "boom at line 1" in caught.value.__notes__[0]


@needs_rlimits
def test_a_child_that_says_nothing_is_told(scratch, worker):
    worker("")
    with pytest.raises(UnreadableFile, match="no result"):
        run(scratch)


@needs_rlimits
def test_the_child_inherits_nothing_of_ours(scratch, worker, monkeypatch):
    monkeypatch.setenv("LCA_SECRET", "s3cret")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    worker(
        "import json, os, pathlib, sys\n"
        "pathlib.Path('seen').write_text(json.dumps([dict(os.environ), sys.path, sorted(os.listdir('/proc/self/fd'))]))\n"
    )
    with open(__file__, "rb") as held:  # noqa: PTH123 - a descriptor that must not be passed on
        os.set_inheritable(held.fileno(), True)
        with pytest.raises(UnreadableFile):
            run(scratch)
    environment, path, descriptors = json.loads((scratch / "seen").read_text(encoding="utf-8"))
    assert "s3cret" not in json.dumps(environment)
    assert set(environment) <= {
        "PATH",
        "LC_ALL",
        "HOME",
        "TMPDIR",
        "OPENBLAS_NUM_THREADS",
        "OMP_NUM_THREADS",
        "PWD",
    }
    assert "" not in path
    assert str(Path(__file__).parent) not in path
    assert len(descriptors) <= 4  # three standard ones and the listing's own


@pytest.mark.skipif(
    BUBBLEWRAP is None or not child._works(BUBBLEWRAP),
    reason="bubblewrap is not installed or may not make namespaces here",
)
def test_in_bubblewrap_there_is_no_network_and_no_file_of_ours(scratch, worker, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("s3cret", encoding="utf-8")
    worker(
        "import json, pathlib, socket\n"
        f"seen = [pathlib.Path(p).exists() for p in ({str(secret)!r}, '/etc/passwd', '/root', '/home')]\n"
        "seen.append([name for _, name in socket.if_nameindex()])\n"
        "pathlib.Path('seen').write_text(json.dumps(seen))\n"
    )
    with pytest.raises(UnreadableFile, match="no result"):
        run(scratch)
    *files, interfaces = json.loads((scratch / "seen").read_text(encoding="utf-8"))
    assert files[:2] == [False, False]
    assert interfaces == ["lo"]


def test_without_bubblewrap_the_limits_alone_hold(scratch, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert child._confinement(scratch) == []


def test_a_bubblewrap_that_may_not_make_namespaces_is_not_used(scratch, monkeypatch, tmp_path):
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'No permissions' >&2\nexit 1\n", encoding="ascii")
    fake.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda _: str(fake))
    assert child._confinement(scratch) == []


class TestWhereAChildCannotBeLimited:
    @pytest.fixture(autouse=True)
    def no_limits(self, monkeypatch):
        monkeypatch.setattr(child, "can_limit_children", lambda: False)

    @pytest.fixture
    def path(self, tmp_path):
        return save_ports(tmp_path / "a.xlsx", ["Coquimbo", -29.9, -71.3])

    def test_uploads_are_refused_with_the_reason(self, path):
        with pytest.raises(ReaderUnavailable, match=sys.platform) as caught:
            read_assessment(path)
        assert "Linux" in caught.value.do_next

    def test_a_word_of_trust_is_not_enough(self, path):
        with pytest.raises(ReaderUnavailable):
            read_assessment(path, trusted=True)
        path.with_name("a.xlsx.toml").write_text('sha256 = "00"', encoding="utf-8")
        with pytest.raises(ReaderUnavailable):
            read_assessment(path, trusted=True)

    def test_a_file_whose_sidecar_states_its_digest_is_read(self, path):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        path.with_name("a.xlsx.toml").write_text(f'sha256 = "{digest}"', encoding="utf-8")
        assert read_assessment(path, trusted=True).report.rows_accepted == {"ports": 1}
        with pytest.raises(ReaderUnavailable):
            read_assessment(path)


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    read_assessment(save_ports(tmp_path / "a.xlsx", ["Coquimbo", -29.9, -71.3]))
    (tmp_path / "bad.xlsx").write_bytes(b"x")
    with pytest.raises(InvalidInput):
        read_assessment(tmp_path / "bad.xlsx")
    assert list((tmp_path / "t").iterdir()) == []


@pytest.mark.parametrize(
    ("module", "never"),
    [
        ("workbook", "numpy"),
        ("delimited", "numpy"),
        ("pages.html", "numpy"),
        ("pages.docx", "numpy"),
        ("gis.kml", "pandas"),
        ("gis.gpx", "pandas"),
        ("geofile", "pandas"),
    ],
)
def test_a_reader_loads_no_more_than_it_needs(module, never):
    """Each file pays for it: pandas alone takes half a second."""
    script = f"import sys, lca.ingest.{module}; print({never!r} in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
