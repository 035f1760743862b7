"""One question answered twice, at two times or from two versions: what changed between the answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lca.instant import format_instant, format_minute
from lca.vocab import Verdict
from routing.answer import RouteAnswer
from routing.answer_text import duration_words, note_line
from routing.notes import Note
from routing.outlook import Outlook

_SECTIONS = ("blocked_by", "conditions", "notes", "avoided", "unapplied")


@dataclass(frozen=True, slots=True)
class Changed:
    """A note of one answer that the other does not have, and under which heading it stands."""

    section: str
    note: Note

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {"section": self.section, **self.note.as_json()}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two answers to one question, and the difference: the second less the first."""

    first: RouteAnswer
    second: RouteAnswer

    @property
    def verdict(self) -> Verdict:
        """The verdict of the second, which is the one that matters."""
        return self.second.verdict

    @property
    def hypothetical(self) -> bool:
        """Whether either supposes something that is not published."""
        return self.first.hypothetical or self.second.hypothetical

    @property
    def extra_km(self) -> float | None:
        """Kilometres more, None where one of the two has no way."""
        if self.first.way is None or self.second.way is None:
            return None
        return round(self.second.way.length_km - self.first.way.length_km, 2)

    @property
    def extra_h(self) -> float | None:
        """Hours more, None where one of the two has no way."""
        if self.first.way is None or self.second.way is None:
            return None
        return round(self.second.way.duration_h - self.first.way.duration_h, 2)

    @property
    def appeared(self) -> tuple[Changed, ...]:
        """What only the second says."""
        return _only(self.second, self.first)

    @property
    def gone(self) -> tuple[Changed, ...]:
        """What only the first says."""
        return _only(self.first, self.second)

    @property
    def same_way(self) -> bool | None:
        """Whether both take one way, None where one of the two has none."""
        if self.first.way is None or self.second.way is None:
            return None
        return self.first.way.geometry.equals(self.second.way.geometry)

    def as_json(self) -> dict[str, Any]:
        """Return the comparison as a JSON object; only ``envelope`` differs between replays."""
        first, second = self.first.as_json(), self.second.as_json()
        envelope = {"first": first.pop("envelope"), "second": second.pop("envelope")}
        return {
            "product": "comparison",
            "hypothetical": self.hypothetical,
            "exercise": self.second.exercise,
            "verdict": self.second.verdict.value,
            "verdict_changed": self.first.verdict is not self.second.verdict,
            "same_way": self.same_way,
            "extra_km": self.extra_km,
            "extra_h": self.extra_h,
            "appeared": [item.as_json() for item in self.appeared],
            "gone": [item.as_json() for item in self.gone],
            "first": first,
            "second": second,
            "policy": self.second.asked.policy.as_json(),
            "provenance": second["provenance"],
            "caveat": self.second.caveat,
            "envelope": {"computed_at": format_instant(self.second.computed_at), **envelope},
        }

    def as_text(self) -> str:
        """Return the comparison as plain text, the change of the verdict first."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        marks = ["EXERCISE"] if self.second.exercise else []
        marks += ["HYPOTHETICAL"] if self.hypothetical else []
        before, after = (_words(one.verdict) for one in (self.first, self.second))
        marks.append(f"{before} -> {after}" if before != after else f"{after}, as before")
        yield " · ".join(marks)
        for word, one in (("Before", self.first), ("After", self.second)):
            asked = one.asked
            times = f"departure {format_minute(asked.at)}, known as of {format_minute(asked.as_of)}"
            yield f"{word}: {one.summary} ({times})"
        if self.extra_km is not None and self.extra_h is not None:
            same = "the same way" if self.same_way else "another way"
            sign = "-" if self.extra_h < 0 else "+"
            yield f"{self.extra_km:+.1f} km, {sign}{duration_words(abs(self.extra_h))}, {same}"
        for title, items in (("New", self.appeared), ("No longer", self.gone)):
            for item in items:
                section = item.section.replace("_", " ")
                yield f"  {title} ({section}): {note_line(item.note.as_json())}"
        yield self.second.caveat


def compare(first: Outlook, second: Outlook, origin: str, destination: str) -> Comparison:
    """Answer one question under two outlooks; each finds the places in its own version.

    Raises
    ------
    NotFound, AmbiguousPlace
        If a place is not known in one of them, or several bear its name.
    """
    answers = (
        outlook.answer(outlook.place(origin), outlook.place(destination))
        for outlook in (first, second)
    )
    return Comparison(*answers)


def _only(answer: RouteAnswer, other: RouteAnswer) -> tuple[Changed, ...]:
    known = {_identity(item) for item in _changes(other)}
    return tuple(item for item in _changes(answer) if _identity(item) not in known)


def _changes(answer: RouteAnswer) -> Iterator[Changed]:
    for section in _SECTIONS:
        for note in getattr(answer.finding, section):
            yield Changed(section, note)


def _identity(item: Changed) -> tuple[str, ...]:
    # A restricted note has a number within its answer only, so it is compared by its section.
    name = "" if item.note.restricted else item.note.id
    return item.section, item.note.kind, name, item.note.reason


def _words(verdict: Verdict) -> str:
    return verdict.value.replace("_", " ")
