"""Sidecars: beside every data file, a TOML file that says where it comes from and what it may be used for."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidecar:
    """What a sidecar states besides the file's digest; ``licence`` is an SPDX expression."""

    title: str
    source: str
    source_version: str
    url: str
    licence: str
    attribution: str
    accessed: str
    processing: str
    exercise: bool


def sidecar_of(path: Path) -> Path:
    """Return where the sidecar of a data file lies."""
    return path.with_name(path.name + ".toml")


def write_sidecar(path: Path, sidecar: Sidecar) -> None:
    """Write the sidecar of a data file, with the file's sha256 as it is now."""
    stated = {**asdict(sidecar), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    # A JSON string or boolean is a TOML string or boolean.
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in stated.items()]
    sidecar_of(path).write_text("".join(lines), encoding="utf-8")
