"""Which questions a form asks: fields of one kind of record, in groups, and where it is.

A question is named as its field and a choice as its code, so that what comes back needs no
translation. A hidden question, ``lca_<layer>``, tells of an export which form it came from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lca.errors import UsageError
from lca.facility import Facility
from lca.ingest.sheets import TABLE_KINDS, TableKind, kind_of_layer
from lca.provenance import Provenance
from lca.record import Field, fields_of

VERSION = "1"
"""Of the questions; a form that asks others has another."""

_OBSTACLE: dict[str, tuple[str, ...]] = {
    "what": ("constraint_type", "effect", "name", "description", "road_name", "direction"),
    "where": ("location_text", "place_from", "place_to"),
    "limits": (
        *("max_gross_t", "max_axle_t", "max_height_m", "max_width_m", "max_length_m"),
        *("practicability_cap", "drive_required", "delay_min", "convoy_required"),
        *("escort_required", "permit_name", "needed_to_pass"),
    ),
    "when": ("valid_from", "valid_to", "daily_from", "daily_to", "time_zone"),
    "way_round": ("bypass", "bypass_note", "repair_state", "repair_end_expected"),
}
_SOURCE = (
    *("source_org", "source_type", "date_of_information", "reliability", "credibility"),
    *("sensitivity", "exercise"),
)
_FIRST = ("name", "status", "status_comment", "operator_name")
# Codes and marks that an office adds, which nobody reads off a wall.
_NOT_ASKED = frozenset(
    {"id", "admin1_pcode", "admin2_pcode", "admin_edition", "lca_section", "external_ids", "iso3"}
    | {"un_locode", "wpi_number"}
)


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that stand together: its name, its fields, and whether it asks for the place."""

    name: str
    fields: tuple[Field, ...]
    relevant: str = ""

    @property
    def asks_where(self) -> bool:
        """Whether the position is asked for in it."""
        return self.name == "where"


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """What a form asks; ``title`` is the key of its name."""

    title: str
    kind: TableKind
    groups: tuple[Group, ...]

    @property
    def mark(self) -> str:
        """The name of the hidden question that tells an export of this form."""
        return f"lca_{self.kind.layer}"

    @property
    def fields(self) -> Iterator[Field]:
        """Every field that it asks for."""
        return (field for group in self.groups for field in group.fields)


def obstacle_report() -> Questionnaire:
    """Return the report of an obstacle: a constraint as somebody who stands there can tell it."""
    kind = _kind("constraints")
    groups = [
        Group(name, _fields(kind, names), "${effect} != 'blocked'" if name == "limits" else "")
        for name, names in _OBSTACLE.items()
    ]
    return Questionnaire("obstacle", kind, (*groups, Group("source", _fields(kind, _SOURCE))))


def facility_check(layer: str) -> Questionnaire:
    """Return the check of one kind of facility: what its records hold.

    Raises
    ------
    UsageError
        If the layer holds no facilities.
    """
    if layer not in facility_layers():
        raise UsageError(
            f"{layer} holds no facilities.",
            do_next=f"Choose one of {', '.join(facility_layers())}.",
        )
    kind = _kind(layer)
    beside = {field.name for field in fields_of(Provenance)} | _NOT_ASKED | set(_FIRST)
    details = [one for one in fields_of(kind.record_class) if one.name not in beside]
    return Questionnaire(
        "facility",
        kind,
        (
            Group("what", _fields(kind, _FIRST)),
            Group("where", ()),
            Group("details", tuple(details)),
            Group("source", _fields(kind, _SOURCE)),
        ),
    )


def facility_layers() -> tuple[str, ...]:
    """Return the layers that hold facilities."""
    return tuple(kind.layer for kind in TABLE_KINDS if issubclass(kind.record_class, Facility))


def _kind(layer: str) -> TableKind:
    kind = kind_of_layer(layer)
    if kind is None:
        raise UsageError(f"There is no layer {layer!r}.")
    return kind


def _fields(kind: TableKind, names: Sequence[str]) -> tuple[Field, ...]:
    known = {field.name: field for field in fields_of(kind.record_class)}
    return tuple(known[name] for name in names)
