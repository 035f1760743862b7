"""Put every check to the tables of a file, in their order."""

from __future__ import annotations

from collections.abc import Sequence

from lca.ingest.instructions import Instructions
from lca.ingest.rows import TableRows
from lca.ingest.whereabouts import check_whereabouts


def judge(tables: Sequence[TableRows], country: str | None, instructions: Instructions) -> None:
    """Judge what was read; records and issues are changed in place.

    A check adds issues with :meth:`TableRows.tell`: an error rejects its row, a warning lets it
    pass. A repair is proposed in the issue, and applied with :meth:`TableRows.amend` only if
    ``instructions.fix`` asks for it. Places come first: what follows compares them.

    Parameters
    ----------
    country : str or None
        The file's country, ISO 3166-1 alpha-3.
    """
    check_whereabouts(tables, country, instructions.boundaries, fix=instructions.fix)
