"""Bodies of edits of one feature."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from .ogc import Feature
from .versions import VersionInfo
from .wire import Instant, Wire

_LIFTS = "Ids of the closures that the edit knowingly weakens."
_GEOMETRY = "GeoJSON geometry in longitude, latitude (EPSG:4326)."


class NewFeature(Wire):
    """A feature to add; the service gives it an id if it has none."""

    type: Literal["Feature"] = "Feature"
    id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$")
    geometry: dict[str, Any] | None = Field(default=None, description=_GEOMETRY)
    properties: dict[str, Any]


class FeaturePatch(Wire):
    """Changes of one feature; a member that is absent stays as it is, null means not known."""

    type: Literal["Feature"] = "Feature"
    geometry: dict[str, Any] | None = Field(default=None, description=_GEOMETRY)
    properties: dict[str, Any] = Field(default={})
    reason: str = Field(min_length=1, description="Why; it becomes the release note.")
    confirm_lifts: list[str] = Field(default=[], description=_LIFTS)


class ConfirmRequest(Wire):
    """Says that a feature still is as recorded."""

    source_org: str = Field(min_length=1)
    date_of_information: Instant
    note: str | None = None


class EndRequest(Wire):
    """Ends a constraint: the only way in which a road reopens (rule of truth 3)."""

    ended_by: str = Field(min_length=1, description="Who says so.")
    ended_at: Instant
    reason: str = Field(min_length=1)
    planned: bool = Field(default=False, description="Set for an end that lies ahead.")


class EditResult(Wire):
    """The version that an edit published, and the feature in it."""

    release: VersionInfo
    id: str
    feature: Feature | None = Field(description="None if it is now above the editor's clearance.")
