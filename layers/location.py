"""Where a store is: what ``--store DIR|URL`` and ``LCA_STORE`` name.

``DIR`` is a folder, with the catalogue in it as one SQLite file.
``postgresql://USER:PASSWORD@HOST/DATABASE?folder=DIR`` is a catalogue in PostgreSQL and the folder
of everything else, which all hosts see under that name; any other option is libpq's. A password
is better left out of it, in PGPASSWORD or ~/.pgpass.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from lca.errors import UsageError

from .database import Database
from .postgres import PostgresDatabase, without_secrets
from .sqlitefile import SqliteFile

CATALOGUE_NAME = "catalogue.sqlite"
_DO_NEXT = "Give a folder, or postgresql://USER@HOST/DATABASE?folder=DIR."
_SCHEMES = ("postgresql", "postgres")


@dataclass(frozen=True, slots=True)
class Location:
    """A store's folder, and its catalogue's address if that is not in the folder.

    ``str`` of it shows no password; :attr:`address` does, for whoever must open the same store.
    """

    folder: Path
    server: sa.URL | None = None

    @classmethod
    def of(cls, place: Location | Path | str) -> Location:
        """Return the location that a folder or an address names.

        Raises
        ------
        UsageError
            If it is an address of another kind, or names no folder.
        """
        if isinstance(place, Location):
            return place
        if isinstance(place, Path) or "://" not in place:
            return cls(Path(place))
        scheme = place.partition("://")[0]
        if scheme not in _SCHEMES:
            raise UsageError(f"A store cannot be kept at {scheme}://….", do_next=_DO_NEXT)
        return cls._of_url(place)

    @classmethod
    def _of_url(cls, text: str) -> Location:
        try:
            url = sa.make_url(text).set(drivername="postgresql")
        except (sa.exc.ArgumentError, ValueError):
            # What it says may hold the password, so it is neither quoted nor chained.
            raise UsageError(
                "The address of the catalogue cannot be read.", do_next=_DO_NEXT
            ) from None
        folder = url.query.get("folder", "")
        if not isinstance(folder, str) or not folder or not url.database:
            raise UsageError(
                "The address of a catalogue needs a database and one folder.",
                where=without_secrets(url),
                do_next=_DO_NEXT,
            )
        return cls(Path(folder), url.difference_update_query(["folder"]))

    @property
    def database(self) -> Database:
        """The catalogue's database.

        Raises
        ------
        UsageError
            If the catalogue is to be on a server while the folder has one of its own: two
            catalogues of one folder would not know of each other's versions.
        """
        file = self.folder / CATALOGUE_NAME
        if self.server is None:
            return SqliteFile(file)
        if file.exists():
            raise UsageError(
                "The folder holds a store with a catalogue of its own.",
                where=str(self.folder),
                do_next="Name the folder alone, or give the server's store another one.",
            )
        return PostgresDatabase(self.server)

    @property
    def address(self) -> str:
        """The text that names this store, with its password if there is one."""
        if self.server is None:
            return str(self.folder)
        whole = self.server.update_query_dict({"folder": str(self.folder)})
        return whole.render_as_string(hide_password=False)

    def __str__(self) -> str:
        """Return the text that may be shown."""
        if self.server is None:
            return str(self.folder)
        return f"{without_secrets(self.server)}?folder={quote(str(self.folder))}"

    def __repr__(self) -> str:
        """Return the text that may be shown, as in a trace of calls."""
        return f"Location({str(self)!r})"
