"""What is kept sealed is read back whole, or not at all."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from routing.engine.sealed import load_sealed, save_sealed

KEPT = {
    "order": np.arange(1000, dtype=np.uint32)[::-1],
    "none": np.empty((0, 3), np.float64),
    "yes": np.array([True, False]),
}


@given(
    content=st.dictionaries(
        st.text(st.characters(codec="utf-8"), max_size=8),
        arrays.arrays(
            arrays.scalar_dtypes().filter(lambda dtype: dtype.kind in "biuf"),
            arrays.array_shapes(min_dims=0, min_side=0, max_side=5),
        ),
        max_size=4,
    ),
    key=st.text(st.characters(codec="utf-8", exclude_characters="/\\\0"), max_size=20),
)
def test_what_is_kept_comes_back_the_same(tmp_path_factory, content, key):
    folder = tmp_path_factory.mktemp("kept")
    assert save_sealed(folder, f"k {key}", content)
    found = load_sealed(folder, f"k {key}")
    assert found is not None
    assert list(found) == list(content)
    for name, array in content.items():
        assert found[name].dtype == array.dtype
        assert found[name].shape == array.shape
        assert found[name].tobytes() == array.tobytes()


def test_arrays_are_views_of_the_file_that_nobody_writes(tmp_path):
    save_sealed(tmp_path, "order a", KEPT)
    found = load_sealed(tmp_path, "order a")
    assert not found["order"].flags.writeable
    assert not found["order"].flags.owndata
    assert found["order"].ctypes.data % 64 == 0
    with pytest.raises(ValueError, match="read-only"):
        found["order"][0] = 1


def test_another_key_has_nothing(tmp_path):
    save_sealed(tmp_path, "order a", KEPT)
    assert load_sealed(tmp_path, "order b") is None
    assert load_sealed(tmp_path / "elsewhere", "order a") is None


def test_as_many_keys_as_one_likes_are_kept_side_by_side(tmp_path):
    for number in range(40):
        save_sealed(tmp_path, f"order {number}", {"order": np.array([number])})
    for number in range(40):
        assert load_sealed(tmp_path, f"order {number}")["order"].tolist() == [number]


def test_a_file_under_another_keys_name_is_not_taken(tmp_path):
    save_sealed(tmp_path, "order a", KEPT)
    (kept,) = tmp_path.iterdir()
    save_sealed(tmp_path, "order b", KEPT)
    (other,) = set(tmp_path.iterdir()) - {kept}
    kept.replace(other)
    assert load_sealed(tmp_path, "order b") is None


def test_any_byte_that_matters_tells(tmp_path):
    save_sealed(tmp_path, "order a", {"order": np.arange(40, dtype=np.uint32)})
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :])
        found = load_sealed(tmp_path, "order a")
        # Only the padding after an array carries nothing.
        assert found is None or (
            place >= len(whole) - 32 and found["order"].tolist() == [*range(40)]
        )
    for length in range(len(whole) - 32):
        path.write_bytes(whole[:length])
        assert load_sealed(tmp_path, "order a") is None


def test_saving_again_replaces_and_leaves_nothing_lying(tmp_path):
    save_sealed(tmp_path, "order a", KEPT)
    before = load_sealed(tmp_path, "order a")
    save_sealed(tmp_path, "order a", {"order": np.zeros(3)})
    assert list(load_sealed(tmp_path, "order a")) == ["order"]
    assert before["order"].tolist() == KEPT["order"].tolist()
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    assert not save_sealed(tmp_path / "file", "order a", KEPT)
    assert load_sealed(tmp_path / "file", "order a") is None


@pytest.mark.skipif(sys.platform == "win32" or os.getuid() == 0, reason="root writes anywhere")
def test_a_read_only_folder_is_read_and_not_written(tmp_path):
    save_sealed(tmp_path, "order a", KEPT)
    tmp_path.chmod(0o555)
    try:
        assert not save_sealed(tmp_path, "order b", KEPT)
        assert load_sealed(tmp_path, "order a") is not None
    finally:
        tmp_path.chmod(0o755)


def test_a_full_disk_keeps_what_was_there(tmp_path, monkeypatch):
    save_sealed(tmp_path, "order a", KEPT)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert not save_sealed(tmp_path, "order a", {"order": np.zeros(3)})
    assert load_sealed(tmp_path, "order a")["order"].tolist() == KEPT["order"].tolist()
    assert len(list(tmp_path.iterdir())) == 1


WRITER = """
import sys
from pathlib import Path
import numpy as np
from routing.engine.sealed import load_sealed, save_sealed
value = int(sys.argv[2])
for _ in range(100):
    assert save_sealed(Path(sys.argv[1]), "order a", {"order": np.full(5000, value)})
    found = load_sealed(Path(sys.argv[1]), "order a")
    assert found is not None and len(set(found["order"].tolist())) == 1
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows refuses to replace a mapped file")
def test_two_processes_at_once_see_one_of_the_two_whole(tmp_path):
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), value], cwd=Path.cwd())
        for value in "12"
    ]
    assert [writer.wait() for writer in writers] == [0, 0]
