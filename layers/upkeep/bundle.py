"""Versions carried from store to store: a zip of manifests, parts, terms and release notes.

A bundle holds whole versions, because a version's id is that of all its rows; so whoever makes it
must be cleared for each of them. What comes out of one is verified without the store it is from:
each row's digest, each part's, each manifest's, and the ids.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from layers.changes import ChangeLog
from layers.content import Part, Snapshot
from layers.objects import ObjectStore
from layers.parts import packed
from layers.release import Release
from layers.sensitivity import reachable
from layers.spec import LayerSpec
from layers.store import Store
from layers.tables import version_part
from lca.errors import NotAllowed, UnreadableFile
from lca.instant import format_instant
from lca.vocab import Sensitivity

from .bundledparts import MOST_BYTES, MOST_ROWS, BundledParts
from .package import Package, open_package, write_package
from .version_check import VersionFault, read_manifest, verify_version

KIND = "bundle"
FORMAT = "lca-bundle/1"

_NAME = re.compile(r"objects/[0-9a-f]{64}|spec\.json|LICENCE\.txt|RELEASE-NOTES\.txt")
_DIGEST = r"^[0-9a-f]{64}$"
_MOST_MANIFEST_BYTES = 16 << 20
_HIDDEN = "A change of records above the clearance of this bundle"
_DO_NEXT = "Ask its sender for another; nothing was changed."


class BundledRelease(BaseModel):
    """One line of the history that a bundle holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int = Field(ge=1)
    version: str = Field(pattern=_DIGEST)
    parts: tuple[str, ...] = Field(min_length=1, max_length=10_000)
    published_at: str = Field(max_length=40)
    author: str = Field(max_length=500)
    message: str = Field(max_length=100_000)
    action: str = Field(max_length=20)


class About(BaseModel):
    """What a bundle says of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str = Field(pattern=f"^{re.escape(FORMAT)}$")
    layer: str = Field(max_length=63)
    title: str
    operation: str | None
    exercise: bool
    releases: tuple[BundledRelease, ...] = Field(min_length=1, max_length=100_000)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that has been verified, open for reading."""

    about: About
    rows: Mapping[str, int]
    _package: Package
    _parts: BundledParts

    @classmethod
    def open(cls, stack: ExitStack, path: Path, specs: Mapping[str, LayerSpec]) -> Self:
        """Open a bundle and verify every version in it, without any store.

        Raises
        ------
        UnreadableFile
            If it is damaged, is none, or a version is not the one that its id names.
        """
        package = stack.enter_context(open_package(path, KIND))
        strange = [name for name in package.names if not _NAME.fullmatch(name)]
        if strange or path.stat().st_size > MOST_BYTES:
            raise _refused("it is too large or holds what no bundle holds")
        try:
            about = About.model_validate(package.about)
        except ValidationError as error:
            raise _refused("what it says of itself cannot be read") from error
        # Released when the caller is done with the bundle, and before if it is refused.
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lca-")))
        digests = dict.fromkeys(digest for item in about.releases for digest in item.parts)
        parts = BundledParts.unpacked(
            scratch, digests, lambda digest, target: package.copy(f"objects/{digest}", target)
        )
        bundle = cls(about, {}, package, parts)
        return cls(about, bundle._verified(specs), package, parts)

    def content(self, release: BundledRelease, spec: LayerSpec) -> Snapshot:
        """Return a version's content, as this product's layer has it."""
        body = read_manifest(release.version, self._object)
        made = []
        for part, file in zip(body["parts"], release.parts, strict=True):
            table = self._parts.table(file)
            first = table.column("id")[0].as_py() if table.num_rows else None
            made.append(
                Part(
                    spec.fields,
                    digest=part["digest"],
                    rows=part["rows"],
                    first=first,
                    # Packed anew, so that no file that somebody else made is in a store.
                    read=lambda file=file: packed(self._parts.table(file)),  # type: ignore[misc]
                )
            )
        manifest = self._object(release.version)
        return Snapshot(spec.name, spec.fields, tuple(made), manifest, bool(body["exercise"]))

    def _verified(self, specs: Mapping[str, LayerSpec]) -> dict[str, int]:
        spec = specs.get(self.about.layer)
        if spec is None:
            raise _refused(f"this product has no layer {self.about.layer!r}")
        rows: dict[str, int] = {}
        for release in self.about.releases:
            try:
                body = read_manifest(release.version, self._object)
                self._require_fits(body, spec, release)
                rows[release.version] = verify_version(
                    release.version,
                    release.parts,
                    self._object,
                    specs,
                    unpack=self._parts.table,
                )
            except VersionFault as fault:
                raise _refused(f"version {release.number}: {fault}") from fault
        return rows

    def _require_fits(
        self, body: Mapping[str, Any], spec: LayerSpec, release: BundledRelease
    ) -> None:
        """Refuse a version of another layer or with other columns, and one that would never end."""
        if body["layer"] != spec.name or bool(body.get("exercise")) != self.about.exercise:
            raise _refused(f"version {release.number} is of another layer")
        known = {(field.name, field.type) for field in spec.fields}
        told = {(item["name"], item["type"]) for item in body["schema"]}
        if told - known:
            names = ", ".join(sorted(name for name, _ in told - known))
            raise _refused(f"the layer of this product lacks its columns {names}")
        stated = sum(part["rows"] for part in body["parts"])
        found = sum(self._parts.table(file).num_rows for file in release.parts)
        if not 0 <= stated == found <= MOST_ROWS:
            raise _refused(f"version {release.number} has {found} rows, and says {stated}")

    def _object(self, digest: str) -> bytes:
        """Return a manifest's bytes."""
        if self._package.size(f"objects/{digest}") > _MOST_MANIFEST_BYTES:
            raise _refused("a manifest is too long")
        return self._package.read(f"objects/{digest}")


def write_bundle(
    store: Store, releases: Sequence[Release], out: Path, *, clearance: Sensitivity
) -> About:
    """Write releases of one layer, oldest first, as a bundle.

    Raises
    ------
    NotAllowed
        If the layer's licence lets nothing out, or a version holds rows beyond the clearance.
    """
    spec = store.specs[releases[0].layer]
    if not spec.download_allowed:
        raise NotAllowed(
            f"{spec.title} may not be downloaded.",
            where=spec.name,
            do_next="Ask the source that the layer names.",
        )
    for release in releases:
        _require_cleared(store, release, clearance)
    operation = store.operation
    about = About(
        format=FORMAT,
        layer=spec.name,
        title=spec.title,
        operation=operation.title if operation else None,
        exercise=releases[-1].exercise,
        releases=tuple(_bundled(store, release, clearance) for release in releases),
    )
    objects = ObjectStore(store.root / "objects")
    with write_package(out, KIND, about.model_dump(mode="json")) as package:
        for digest in dict.fromkeys(
            digest for item in about.releases for digest in (item.version, *item.parts)
        ):
            # Read whole and checked: a damaged object must not be sealed into a bundle.
            package.add(f"objects/{digest}", objects.get(digest))
        package.add("spec.json", spec.model_dump_json(indent=1, by_alias=True).encode())
        package.add("LICENCE.txt", _terms(spec, about, clearance).encode())
        package.add("RELEASE-NOTES.txt", _notes(store, releases, about, clearance).encode())
    return about


def verify_release(store: Store, release: Release) -> int:
    """Compute the identity of a release anew from its files, and return its number of rows.

    Raises
    ------
    VersionFault
        Saying what is wrong.
    """
    read = ObjectStore(store.root / "objects").get
    return verify_version(release.version, _parts_of(store, release.version), read, store.specs)


def _bundled(store: Store, release: Release, clearance: Sensitivity) -> BundledRelease:
    return BundledRelease(
        number=release.number,
        version=release.version,
        parts=_parts_of(store, release.version),
        published_at=format_instant(release.published_at),
        author=release.author,
        message=_message(store, release, clearance),
        action=release.action,
    )


def _message(store: Store, release: Release, clearance: Sensitivity) -> str:
    """Return the release note, unless it may name a row that the clearance does not reach.

    All rows of the version are reached, but it may have taken the place of one that is not.
    """
    change = ChangeLog(store).change_of(release, clearance)
    return _HIDDEN if change is None or change.message is None else change.message


def _parts_of(store: Store, version: str) -> tuple[str, ...]:
    query = sa.select(version_part.c.sha256).where(version_part.c.version == version)
    with store.catalogue.read() as connection:
        return tuple(connection.execute(query.order_by(version_part.c.number)).scalars())


def _require_cleared(store: Store, release: Release, clearance: Sensitivity) -> None:
    content = store.workspace.content(release)
    words = set(reachable(clearance))
    hidden = sum(
        word not in words
        for part in (content.parts if content else ())
        for word in part.index().column("sensitivity").to_pylist()
    )
    if hidden:
        raise NotAllowed(
            f"{hidden} row(s) of version {release.number} are above {clearance.value}, and a "
            "bundle holds whole versions.",
            where=release.layer,
            do_next="Give --clearance if its receiver may have them, or use lca layer export.",
        )


def _terms(spec: LayerSpec, about: About, clearance: Sensitivity) -> str:
    lines = {
        "Layer": spec.title,
        "Operation": about.operation or "not stated",
        "Exercise": "yes, everything in it is exercise data" if about.exercise else "no",
        "Sensitivity": f"up to {clearance.value}",
        "Licence": spec.licence,
        "Attribution": spec.attribution,
        "Source": spec.source,
        "Caveat": spec.caveat,
    }
    return "".join(f"{name}: {text}\n" for name, text in lines.items())


def _notes(store: Store, releases: Sequence[Release], about: About, clearance: Sensitivity) -> str:
    """Return the releases' messages, and what each changed of the one before it here."""
    told = []
    before: Release | None = None
    for release, item in zip(releases, about.releases, strict=True):
        note = f"{item.message}\n{item.author}, {item.published_at}\n"
        change = store.diff(release.layer, before, release, clearance).as_text() if before else ""
        told.append(f"Version {item.number}: {note}{change}")
        before = release
    return "\n".join(told)


def _refused(why: str) -> UnreadableFile:
    return UnreadableFile(f"The bundle is refused: {why}.", do_next=_DO_NEXT)
