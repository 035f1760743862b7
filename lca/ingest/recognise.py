"""Find out which profile a file follows, and say why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lca.errors import InvalidInput

from .plan import PlannedSheet, plan_sheet
from .profiles.profile import Profile
from .sheets import TableKind
from .wire import Sheet


@dataclass(frozen=True, slots=True)
class Candidate:
    """A profile that can read some of a file's sheets, and how many headings it knows of them."""

    profile: Profile
    planned: Mapping[int, tuple[PlannedSheet, ...]]
    """By the sheet's index in the file; a sheet may fill several layers."""

    @property
    def tables(self) -> list[PlannedSheet]:
        """All tables that it reads."""
        return [one for several in self.planned.values() for one in several]

    @property
    def matched(self) -> int:
        """How many columns it knows in all."""
        return sum(max(one.matched for one in several) for several in self.planned.values())

    @property
    def reason(self) -> str:
        """Why it may be the one, in words."""
        tables = "; ".join(
            f"{one.matched} of its columns in {one.sheet.name!r} ({one.kind.layer})"
            for one in self.tables
        )
        return f"it knows {tables}"

    def leaves_nothing_of(self, sheets: Sequence[Sheet]) -> bool:
        """Tell whether each sheet is one table from its first row on, and no column stays unread.

        No document is that, and looking through a long table for the parts of one takes its time.
        """
        return all(
            not sheet.rows or self._reads_whole(index, sheet) for index, sheet in enumerate(sheets)
        )

    def _reads_whole(self, index: int, sheet: Sheet) -> bool:
        return index in self.planned and all(
            one.head_row == sheet.rows[0].number and not one.issues for one in self.planned[index]
        )


def candidates(
    sheets: Sequence[Sheet],
    profiles: Iterable[Profile],
    container: str,
    target: TableKind | None,
) -> list[Candidate]:
    """Return the profiles that may read a file, the one that knows the most columns first."""
    found = []
    for profile in profiles:
        if profile.layout != "rows" or container not in profile.containers:
            continue
        planned = {
            index: one
            for index, sheet in enumerate(sheets)
            if (one := plan_sheet(sheet, profile, target))
        }
        if planned:
            found.append(Candidate(profile, planned))
    return sorted(found, key=lambda one: (-one.matched, one.profile.name))


def choose(found: Sequence[Candidate]) -> Candidate:
    """Return the best candidate.

    Raises
    ------
    InvalidInput
        If two know equally many columns: nobody but the user can tell which is meant.
    """
    best, *others = found
    if any(one.matched == best.matched for one in others):
        names = ", ".join(
            f"{one.profile.name} for {' and '.join(dict.fromkeys(t.kind.layer for t in one.tables))}"
            for one in found
            if one.matched == best.matched
        )
        meant = [one.profile.name for one in found if one.matched == best.matched]
        raise InvalidInput(
            f"The file fits several profiles equally well: {names}.",
            do_next=f"Name the one that is meant: --profile {' or --profile '.join(meant)}.",
        )
    return best
