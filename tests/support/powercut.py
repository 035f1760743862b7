"""A disk whose power can be cut: an ext4 image mounted through a loop device, shut down by ioctl."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SHUTDOWN = 0x8004587D  # EXT4_IOC_SHUTDOWN
_NO_LOG_FLUSH = 2  # what is not on the disk yet never comes there, the journal included
_SIZE = 96 << 20
_TRIES = 3_000  # a minute, on a machine with other things to do


class Disk:
    """One disk, mounted or not."""

    def __init__(self, image: Path, place: Path) -> None:
        self.place = place
        self._image = image
        with image.open("wb") as stream:
            stream.truncate(_SIZE)
        _run("mkfs.ext4", "-q", "-F", str(image))

    def mount(self) -> None:
        _run("mount", "-o", "loop", str(self._image), str(self.place))

    def unmount(self) -> None:
        for _ in range(_TRIES):
            done = subprocess.run(
                ["umount", str(self.place)], stderr=subprocess.DEVNULL, check=False
            )
            if done.returncode == 0:
                return
            time.sleep(0.02)
        raise RuntimeError("the disk is in use")

    def cut(self, process: int) -> None:
        """Cut the power under a process, which is stopped first: it must tell nothing later."""
        os.kill(process, signal.SIGSTOP)
        descriptor = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, _SHUTDOWN, struct.pack("I", _NO_LOG_FLUSH))
        finally:
            os.close(descriptor)
        os.kill(process, signal.SIGKILL)


@contextmanager
def disk() -> Iterator[Disk]:
    """A disk for the time of a test; its image is in memory where that is possible."""
    with tempfile.TemporaryDirectory(prefix="lca-disk-", dir=_memory()) as name:
        place = Path(name) / "mounted"
        place.mkdir()
        made = Disk(Path(name) / "image", place)
        try:
            yield made
        finally:
            if os.path.ismount(place):
                made.unmount()


def _memory() -> str | None:
    """A folder in memory with room for the disk; a container's is often smaller."""
    roomy = os.access("/dev/shm", os.W_OK) and shutil.disk_usage("/dev/shm").free > 2 * _SIZE
    return "/dev/shm" if roomy else None


def missing() -> str | None:
    """Why no power can be cut here, or None."""
    reason = "NO POWER CUT: "
    if os.name == "nt" or os.geteuid() != 0:
        return reason + "mounting a disk needs root"
    if not shutil.which("mkfs.ext4", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"):
        return reason + "mkfs.ext4 is missing; run scripts/require_postgres.py"
    try:
        with disk() as tried:
            tried.mount()
    except (subprocess.CalledProcessError, OSError) as error:
        return f"{reason}no loop device can be mounted here ({error})"
    return None


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)
