"""Bodies of edits of many features at once, and of drafts that are brought up to the head."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from .edits import NewFeature
from .versions import DraftInfo, VersionInfo
from .wire import Instant, Wire

_MOST_IDS = 10_000
_MOST_NEW = 1_000


class BulkEditRequest(Wire):
    """Edits of many features for one reason: all of them are done, or none.

    The features are those that `ids`, `filter` and `bbox` all fit; new ones come in `features`.
    """

    action: Literal["add", "change", "confirm", "end"]
    reason: str = Field(min_length=1, description="Why; it becomes the release note.")
    ids: list[str] | None = Field(default=None, max_length=_MOST_IDS)
    filter: str | dict[str, Any] | None = Field(default=None, description="CQL2, text or JSON.")
    bbox: tuple[float, float, float, float] | None = Field(
        default=None, description="West, south, east, north in degrees."
    )
    features: list[NewFeature] = Field(default=[], max_length=_MOST_NEW, description="For `add`.")
    properties: dict[str, Any] = Field(
        default={}, description="For `change`: the new values, null for not known."
    )
    source_org: str | None = Field(default=None, description="Who says so (`confirm`, `end`).")
    date_of_information: Instant | None = Field(
        default=None, description="As of when (`confirm`, `end`); now if left out."
    )
    confirm_lifts: list[str] = Field(
        default=[], description="Ids of the closures that the edits knowingly weaken."
    )
    draft: bool = Field(default=False, description="Keep them in a new draft.")
    into: str | None = Field(default=None, max_length=64, description="Keep them in this draft.")


class BulkEditResult(Wire):
    """The version that the edits published, or the draft that holds them."""

    ids: list[str]
    release: VersionInfo | None
    draft: DraftInfo | None


class RebaseRequest(Wire):
    """Merges what others have published since into a draft."""

    keep: dict[str, Literal["ours", "theirs"]] = Field(
        default={},
        description="Which side of a conflict counts, by its `key`: FEATURE.FIELD, or FEATURE.",
        examples=[{"bridge-84.status": "ours"}],
    )
