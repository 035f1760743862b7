"""The words of a profile of pages: which heading means which column, and which section is which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from lca.ingest.plan import plain_heading
from lca.ingest.profiles.profile import ColumnRule, Profile, TableRule
from lca.ingest.units import factor_between, plain_unit

_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]{0,60})[)\]]\s*")
_NUMBERING = re.compile(r"^\s*(?:\d{1,2}[.)]|[a-z][.)])\s+", re.IGNORECASE)
_LIKE = 92.0
"""How alike a misspelt heading is to the one that is meant, 0-100 [project]."""
_SHORTEST_MISSPELT = 8
_UNITS_KNOWN = ("m", "t", "m2", "m3", "h", "km/h", "t/day")
_LONGEST_HEADING = 300


@dataclass(frozen=True, slots=True)
class Words:
    """One table rule with its headings in the form in which they are compared."""

    rule: TableRule
    columns: dict[str, tuple[ColumnRule, ...]]
    ignored: frozenset[str]
    sections: re.Pattern[str]
    needs: tuple[frozenset[str], ...]

    def of(self, heading: str, *, misspelt: bool = True) -> tuple[ColumnRule, ...]:
        """Return the columns that a heading means; none if it means none."""
        forms = heading_forms(heading)
        for form in forms:
            if form in self.columns:
                return self.columns[form]
        if not misspelt or not forms or len(forms[-1]) < _SHORTEST_MISSPELT:
            return ()
        near = process.extractOne(
            forms[-1], self.columns.keys(), scorer=fuzz.ratio, score_cutoff=_LIKE
        )
        return self.columns[near[0]] if near else ()

    def ignores(self, heading: str) -> bool:
        """Tell whether a heading is known and not read on purpose."""
        return any(form in self.ignored for form in heading_forms(heading))

    def has_needs(self, headings: Sequence[str]) -> bool:
        """Tell whether the table has the headings without which it is another."""
        forms = {form for heading in headings for form in heading_forms(heading)}
        return all(need & forms for need in self.needs)


@dataclass(slots=True)
class Lexicon:
    """Every table rule of a profile, by what its headings and sections are called."""

    profile: Profile
    words: tuple[Words, ...] = ()
    _depths: dict[tuple[str, ...], dict[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.words = tuple(_words(rule) for rule in self.profile.tables)

    def sections(self, headings: tuple[str, ...]) -> dict[int, int]:
        """Return how deep, from 1, the innermost heading lies that names each rule's section."""
        if headings not in self._depths:
            plain = [plain_heading(one) for one in headings]
            self._depths[headings] = {
                index: max(at for at, one in enumerate(plain, 1) if words.sections.search(one))
                for index, words in enumerate(self.words)
                if any(words.sections.search(one) for one in plain)
            }
        return self._depths[headings]

    def names_section(self, text: str) -> bool:
        """Tell whether a line is the title of a section of an assessment."""
        plain = plain_heading(text)
        return any(words.sections.search(plain) for words in self.words)

    def knows(self, heading: str) -> bool:
        """Tell whether a text is the heading of some column."""
        return any(
            words.of(heading, misspelt=False) or words.ignores(heading) for words in self.words
        )


def heading_forms(heading: str) -> tuple[str, ...]:
    """Return a heading as it is compared: whole, and without brackets and numbering."""
    heading = heading[:_LONGEST_HEADING]
    whole = plain_heading(heading)
    bare = plain_heading(_BRACKETS.sub(" ", _NUMBERING.sub("", heading)))
    return tuple(dict.fromkeys(form for form in (whole, bare) if form))


def unit_of(heading: str) -> str | None:
    """Return the unit that a heading states in brackets, as ``Length (ft)``; None if none."""
    for stated in _BRACKETS.findall(heading[:_LONGEST_HEADING]):
        if any(factor_between(stated, known) is not None for known in _UNITS_KNOWN):
            return plain_unit(stated)
    return None


def _words(rule: TableRule) -> Words:
    columns: dict[str, tuple[ColumnRule, ...]] = {}
    for column in rule.columns:
        for heading in column.headings:
            form = plain_heading(heading)
            columns[form] = (*columns.get(form, ()), column)
    starts = "|".join(re.escape(plain_heading(name)) for name in rule.names)
    return Words(
        rule,
        columns,
        frozenset(plain_heading(heading) for heading in rule.ignored),
        # At a word's start: "port" names ports, and neither airports nor transporters.
        re.compile(rf"\b(?:{starts})" if starts else r"(?!)"),
        tuple(
            frozenset(plain_heading(either) for either in need.split("|")) for need in rule.needs
        ),
    )
