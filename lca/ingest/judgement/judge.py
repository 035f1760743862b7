"""Put every check to the tables of a file, in their order."""

from __future__ import annotations

from collections.abc import Sequence

from lca.ingest.instructions import Instructions
from lca.ingest.rows import TableRows
from lca.ingest.whereabouts import check_whereabouts

from .adminunits import join_units
from .classes import take_said_classes
from .closesnothing import tell_what_closes_nothing
from .codes import check_codes
from .dates import check_dates
from .doubles import check_doubles
from .figures import check_figures
from .matrices import check_matrices
from .nowhere import check_nowhere
from .opposites import check_opposites
from .precision import check_precision
from .repeated import reject_repeated
from .restated import Restated, keep_completed
from .wording import check_wording


def judge(tables: Sequence[TableRows], country: str | None, instructions: Instructions) -> None:
    """Judge what was read; records and issues are changed in place.

    A check adds issues with :meth:`TableRows.tell`: an error rejects its row, a warning lets it
    pass. A repair is proposed in the issue, and applied with :meth:`TableRows.amend` only if
    ``instructions.fix`` asks for it. Places come first, because what follows compares them; each
    check sees what the ones before it have repaired.

    Parameters
    ----------
    country : str or None
        The file's country, ISO 3166-1 alpha-3.
    """
    fix, published = instructions.fix, instructions.published
    restated = Restated(published)
    check_whereabouts(tables, country, instructions.boundaries, fix=fix)
    check_codes(tables, published, fix=fix)
    keep_completed(tables, restated)
    take_said_classes(tables)
    tell_what_closes_nothing(tables)
    check_precision(tables, restated)
    check_nowhere(tables)
    join_units(tables, instructions.boundaries, restated, fix=fix)
    check_figures(tables, fix=fix)
    check_wording(tables, restated, fix=fix)
    check_dates(tables, instructions.now, restated, fix=fix)
    check_doubles(tables, published)
    check_opposites(tables, published)
    check_matrices(tables, fix=fix)
    reject_repeated(tables)
