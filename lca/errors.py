"""The one tree of errors, each saying what happened, where, and what to do next.

::

    LcaError
    ├── UsageError                the request is malformed or ambiguous        (ValueError)
    │   ├── AmbiguousVehicle      "20 t" may be gross mass or payload
    │   ├── AmbiguousPlace        a bare pair of numbers, or a name of several places
    │   └── QuestionTooLong       it takes longer to answer than the time limit
    ├── NotFound                  no such layer, version, feature, place, …    (LookupError)
    │   └── Withdrawn             it was there and has been withdrawn
    ├── InvalidInput              a file or record cannot be accepted          (ValueError)
    │   ├── UnreadableFile        not a file of a supported kind, or damaged
    │   ├── MissingCrs            geodata that does not say its CRS
    │   └── ValidationFailed      rows were rejected; carries the report
    ├── Conflict                  somebody else published first; carries the diff
    │   ├── LiftsClosures         closures would be lifted without a confirmation
    │   └── NeedsReview           the layer is published only after an approval
    ├── NotAuthenticated          a token is needed, or it is not valid        (PermissionError)
    ├── NotAllowed                the token does not allow this                (PermissionError)
    ├── ReaderUnavailable         files cannot be read safely on this machine
    ├── StoreUnavailable          the store cannot be read, or cannot be trusted now
    ├── BeingMade                 it is being made; ask again soon
    ├── DownloadFailed           a file could not be fetched whole             (OSError)
    └── PortInUse                 another program listens there                (OSError)

``api.errors`` maps each class to an HTTP status, ``cli.errors`` to an exit code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class LcaError(Exception):
    """Base of every error that we raise on purpose.

    Parameters
    ----------
    what : str
        What happened, as one sentence.
    where : str, optional
        The file, row, layer, field or record concerned.
    do_next : str, optional
        What the reader can do about it.
    details : mapping, optional
        Machine-readable members for JSON renderings.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        do_next: str = "",
        details: Mapping[str, Any] | None = None,
    ) -> None:
        self.what = what
        self.where = where
        self.do_next = do_next
        self.details: dict[str, Any] = dict(details or {})
        super().__init__(self.text())

    def text(self) -> str:
        """Return the error as one paragraph: where, what, and what to do next."""
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head} {self.do_next}".strip()


class UsageError(LcaError, ValueError):
    """The request is malformed or ambiguous."""


class AmbiguousVehicle(UsageError):
    """A vehicle was named by one mass, which may be gross mass or payload."""


class AmbiguousPlace(UsageError):
    """A place was named by a bare pair of numbers, or by a name that several places bear."""


class QuestionTooLong(UsageError):
    """The question takes longer to answer than anybody may keep the service busy."""


class NotFound(LcaError, LookupError):
    """What was asked for does not exist, or the asker may not know that it does."""


class Withdrawn(NotFound):
    """What was asked for existed and has been withdrawn."""


class InvalidInput(LcaError, ValueError):
    """A file or a record cannot be accepted as it is."""


class UnreadableFile(InvalidInput):
    """The file is not of a supported kind, is damaged, or exceeds the reader's limits."""


class MissingCrs(InvalidInput):
    """Geodata does not say its coordinate reference system."""


class ValidationFailed(InvalidInput):
    """Rows were rejected; ``details["issues"]`` lists each with its place and mend."""


class Conflict(LcaError):
    """Somebody else published first; ``details["diff"]`` says what they changed."""


class LiftsClosures(Conflict):
    """The change would lift standing closures; ``details["closures"]`` lists them."""

    @property
    def closures(self) -> Sequence[Mapping[str, Any]]:
        """The closures that would be lifted, each with ``id``, ``name`` and ``reasons``."""
        closures: Sequence[Mapping[str, Any]] = self.details.get("closures", ())
        return closures


class NeedsReview(Conflict):
    """A draft lacks the approval that its layer asks for, or was sent back."""


class NotAuthenticated(LcaError, PermissionError):
    """A token is needed, or the one given is unknown, revoked or expired."""


class NotAllowed(LcaError, PermissionError):
    """The token is valid but does not allow this."""


class ReaderUnavailable(LcaError, RuntimeError):
    """Files cannot be read within limits on this machine, so uploads are refused."""


class StoreUnavailable(LcaError, RuntimeError):
    """The store cannot be read, or its state cannot be trusted, so nothing is answered."""


class BeingMade(LcaError, RuntimeError):
    """What was asked for takes a while to make, which has begun."""


class DownloadFailed(LcaError, OSError):
    """A file could not be fetched whole from where it was to come."""


class PortInUse(LcaError, OSError):
    """The address to serve on is taken by another program."""
