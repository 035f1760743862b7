"""Refresh the viewer's vendored assets from the npm registry, and write down what they are.

Each package is fetched with ``npm pack`` at a pinned version; files are copied byte for byte, so
that anybody can compare them with the registry's. ``vendor.json`` lists version, licence, origin
and sha256 of every file; a test compares it with the folder.

Usage: ``python scripts/vendor.py`` (needs npm and the network; users never need either).
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[1] / "web" / "static" / "vendor"


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package at one version, and the files of it that the viewer serves."""

    name: str
    version: str
    licence: str
    files: dict[str, str]
    shims: dict[str, str]

    @property
    def folder(self) -> str:
        """The folder under ``vendor``; the version in it makes the URL immutable."""
        return f"{self.name}-{self.version}"


# Leaflet's npm package minifies only its UMD build (42 kB gzipped, against 110 kB for its ESM
# source). Loaded as a module that build hangs itself on globalThis.leaflet; the shim turns it
# into named exports, so that our code is written as for Leaflet 2.
_LEAFLET_NAMES = (
    "CircleMarker",
    "DivIcon",
    "DomUtil",
    "FeatureGroup",
    "GeoJSON",
    "GridLayer",
    "LatLngBounds",
    "LayerGroup",
    "Map",
    "Marker",
    "Polygon",
    "Polyline",
    "Popup",
    "control",
    "setOptions",
)
_LEAFLET_SHIM = (
    "// Written by scripts/vendor.py: Leaflet's own minified build as named exports.\n"
    'import "./leaflet.js";\n\n'
    "export const {\n" + "".join(f"  {name},\n" for name in _LEAFLET_NAMES) + "} = "
    "globalThis.leaflet;\n"
)

PACKAGES = (
    Package(
        name="leaflet",
        version="1.9.4",
        licence="BSD-2-Clause",
        files={
            "dist/leaflet.js": "leaflet.js",
            "dist/leaflet.css": "leaflet.css",
            "LICENSE": "LICENSE",
        },
        shims={"leaflet.mjs": _LEAFLET_SHIM},
    ),
)


def fetch(package: Package, into: Path) -> tuple[Path, str]:
    """Download a package with ``npm pack``; return the unpacked folder and the tarball's sha512."""
    shown = subprocess.run(
        ["npm", "pack", f"{package.name}@{package.version}", "--json", "--silent"],
        cwd=into,
        check=True,
        capture_output=True,
        text=True,
    )
    described = json.loads(shown.stdout)[0]
    with tarfile.open(into / described["filename"]) as archive:
        archive.extractall(into, filter="data")
    return into / "package", str(described["integrity"])


def install(package: Package) -> dict[str, object]:
    """Put a package's files into the vendor folder and describe them."""
    target = VENDOR / package.folder
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        source, integrity = fetch(package, Path(folder))
        for origin, name in package.files.items():
            shutil.copyfile(source / origin, target / name)
    for name, text in package.shims.items():
        (target / name).write_text(text, encoding="utf-8")
    return {
        "name": package.name,
        "version": package.version,
        "licence": package.licence,
        "source": f"https://www.npmjs.com/package/{package.name}/v/{package.version}",
        "integrity": integrity,
        "written_by_us": sorted(package.shims),
        "sha256": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(target.iterdir())
        },
    }


def main() -> None:
    """Refresh every package and ``vendor.json``."""
    described = {package.folder: install(package) for package in PACKAGES}
    text = json.dumps(described, indent=2, sort_keys=True) + "\n"
    (VENDOR / "vendor.json").write_text(text, encoding="utf-8")
    print(f"{len(described)} packages in {VENDOR}")


if __name__ == "__main__":
    main()
