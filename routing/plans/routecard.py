"""A convoy's plan on one page, for the cab: as plain text and as HTML to be printed on A4.

A card names no persons: contacts are personal data and travel by other ways.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from lca.errors import UsageError
from lca.instant import format_local, format_minute
from lca.vocab import Verdict
from routing.answer_text import duration_words, note_line

from .convoy import Leg
from .convoyplan import ConvoyPlan

MOST_LEGS = 8
_LAYOUTS = (
    *((most, False) for most in (20, 16, 12, 10, 8, 7, 6, 5)),
    *((most, True) for most in (5, 4, 3, 2, 1)),
)
"""Entries of each list, and whether they are brief: the first that fits one page is taken."""
_PAGE_LINES = 54
"""Lines that A4 holds between the head and the foot, with some left for what wraps worse."""
_LINE_LETTERS = 96
_TITLE_LETTERS = 45
_HEAD_LINES = 1.9
_LONGEST_NAME = 60
_UTC = re.compile(r"\[[^\[\]<>]* UTC\]")
_CSS = """
@page { size: A4; margin: 11mm }
* { box-sizing: border-box }
body { font: 8.6pt/1.25 "DejaVu Sans", Arial, sans-serif; color: #111; margin: 0 auto;
  max-width: 188mm }
h1 { font-size: 14pt; margin: 0 }
h2 { font-size: 9.4pt; margin: 2mm 0 .5mm; border-bottom: .3mm solid #111 }
p { margin: .5mm 0 }
ul { margin: 0; padding-left: 5mm }
table { border-collapse: collapse; width: 100%; font-size: 7.8pt }
th, td { border: .2mm solid #777; padding: .5mm 1.2mm; text-align: left; vertical-align: top }
td.n { text-align: right; white-space: nowrap }
.verdict { border: .6mm solid #111; padding: 1mm 3mm; font-weight: bold; font-size: 12pt;
  display: inline-block; margin: 1mm 0 }
.verify { border: .6mm dashed #111; padding: 1mm 3mm; font-weight: bold; margin: 1mm 0 }
.exercise { background: #111; color: #fff; padding: .8mm 3mm; letter-spacing: .3em;
  text-align: center; font-weight: bold }
small { font-size: 85%; color: #444 }
footer { border-top: .3mm solid #111; margin-top: 3mm; padding-top: 1mm; font-size: 7.4pt }
"""


@dataclass(frozen=True, slots=True)
class RouteCard:
    """The card of a plan.

    Raises
    ------
    UsageError
        If the plan supposes something that is not published (rule 9), or has no way to its end.
    """

    plan: ConvoyPlan

    def __post_init__(self) -> None:
        if self.plan.hypothetical:
            raise UsageError(
                "A hypothetical answer gives no route card.",
                do_next="Ask without --without and --what-if, or publish the constraints first.",
            )
        if not self.plan.complete or self.plan.verdict in {Verdict.NOT_VIABLE, Verdict.UNKNOWN}:
            verdict = self.plan.verdict.value.replace("_", " ")
            raise UsageError(
                f"The journey is {verdict}, so there is no route card for it.",
                do_next="See the plan for what blocks it or what is not known.",
            )

    @property
    def title(self) -> str:
        """From where to where; of many places or long names the two ends."""
        names = [_short(place.name, _LONGEST_NAME) for place in self.plan.places]
        title = " - ".join(names)
        if len(title) <= 2 * _TITLE_LETTERS or len(names) == 2:
            return title
        return f"{names[0]} - {names[-1]} (over {len(names) - 2} places)"

    @property
    def verify(self) -> str:
        """Until when the card may be used without asking again."""
        plan = self.plan
        words = f"Verify again before {self.moment(plan.verify_before)}."
        if plan.holds_until is not None:
            words += f" Not for a departure from {self.moment(plan.holds_until)} on."
        return words

    def moment(self, at: datetime) -> str:
        """Return a moment by the driver's clock, in UTC only where that is not known."""
        tz = self.plan.heading.zone
        if tz is None or not at.astimezone(tz).utcoffset():
            return format_minute(at)
        return format_local(at, tz)

    @property
    def clock(self) -> str:
        """Whose times the card shows."""
        tz = self.plan.heading.zone
        if tz is None:
            return "All times are UTC: the operation's local time is not known."
        return f"Times are local ({tz.key}), UTC in brackets."

    @property
    def totals(self) -> str:
        """Kilometres, hours and days."""
        plan, day_h = self.plan, self.plan.heading.policy.driving_day_h
        return (
            f"{plan.length_km:.0f} km, {duration_words(plan.driving_h)} driving and rest, "
            f"{plan.days} working day{'s' if plan.days != 1 else ''} of {day_h:g} h"
        )

    def as_text(self) -> str:
        """Return the card as text of at most one page."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        plan = self.plan
        mark = "EXERCISE · " if plan.heading.exercise else ""
        yield f"{mark}ROUTE CARD  {self.title}"
        yield f"{plan.verdict.value.replace('_', ' ').upper()} · {self.totals}"
        yield self.verify
        yield self.clock
        for title, entries in self._laid_out():
            if entries:
                yield ""
                yield f"{title}:"
                yield from (f"  - {entry}" for entry in entries)
        yield ""
        yield from self._footer()

    def as_html(self) -> str:
        """Return the card as one HTML page without any script or outside resource."""
        plan = self.plan
        mark = '<p class="exercise">EXERCISE</p>' if plan.heading.exercise else ""
        sections = "".join(
            f"<h2>{escape(title)}</h2><ul>"
            + "".join(f"<li>{_marked(entry)}</li>" for entry in entries)
            + "</ul>"
            for title, entries in self._laid_out()
            if entries and title != "Legs"
        )
        verdict = plan.verdict.value.replace("_", " ").upper()
        footer = "".join(f"<p>{_marked(line)}</p>" for line in self._footer())
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            f"<title>Route card {escape(self.title)}</title><style>{_CSS}</style></head><body>"
            f"{mark}<h1>Route card: {escape(self.title)}</h1>"
            f'<p><span class="verdict">{escape(verdict)}</span> {escape(self.totals)}</p>'
            f'<p class="verify">{_marked(self.verify)}</p><p>{escape(self.clock)}</p>'
            f"<h2>Legs</h2>{self._legs_table()}{sections}<footer>{footer}</footer></body></html>\n"
        )

    def _legs_table(self) -> str:
        rows = "".join(
            "<tr>"
            + "".join(
                f'<td class="n">{escape(cell)}</td>'
                if column in {0, 2, 3}
                else f"<td>{_marked(cell)}</td>"
                for column, cell in enumerate(_cells(number, leg, self.moment))
            )
            + "</tr>"
            for number, leg in enumerate(self.plan.legs[:MOST_LEGS], 1)
        )
        more = _more(len(self.plan.legs), MOST_LEGS)
        heads = ("", "From - to", "km", "Time", "Departure", "Arrival", "By")
        head = "".join(f"<th>{escape(word)}</th>" for word in heads)
        tail = f"<p>{escape(more)}</p>" if more else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{tail}"

    def _laid_out(self) -> list[tuple[str, list[str]]]:
        """Return as much of the lists as one page holds."""
        sections: list[tuple[str, list[str]]] = []
        title_lines = math.ceil(len(self.title) / _TITLE_LETTERS)
        room = _PAGE_LINES - _HEAD_LINES * (title_lines - 1)
        for most, brief in _LAYOUTS:
            sections = list(self._sections(most, brief=brief))
            if sum(_height(title, entries) for title, entries in sections) <= room:
                break
        return sections

    def _sections(self, most: int, *, brief: bool) -> Iterator[tuple[str, list[str]]]:
        plan = self.plan
        reported = [
            f"Leg {number}, {_name(note.title(), brief=brief)}: {note.reason}"
            for number, note in plan.warnings
        ]
        yield "WARNING, reported and not reviewed", _some(reported, most)
        yield "Vehicles", _some([group.words() for group in plan.groups], most)
        legs = [
            "  ".join(_cells(number, leg, self.moment)) for number, leg in enumerate(plan.legs, 1)
        ]
        yield "Legs", _some(legs, MOST_LEGS)
        yield "Conditions", _some(self._notes("conditions", brief=brief), most)
        yield "Waits", _some(list(_waits(plan.legs, self.moment)), most)
        posts = [
            f"km {item.km:.0f}  {item.place.name}{_status(item.place.row)}" for item in plan.posts
        ]
        yield "Borders and checkpoints", _some(posts, most)
        fuel = [
            f"km {item.km:.0f}  {item.place.name}, {_diesel(item.place.row)}"
            for item in plan.fuel.stations
        ]
        yield "Fuel", [plan.fuel.words, *_some(fuel, most)]
        yield "On the way", _some(self._notes("notes", brief=brief), most)
        yield "Not placed on the roads", _some(self._notes("unapplied", brief=brief), min(most, 3))

    def _notes(self, section: str, *, brief: bool) -> list[str]:
        return [
            f"Leg {number}, {_told(note.as_json(), brief=brief)}"
            for number, note in self.plan.notes(section)
        ]

    def _footer(self) -> Iterator[str]:
        heading = self.plan.heading
        yield heading.caveat
        release, build = heading.sources.constraints, heading.sources.build
        version = "none" if release is None else f"{release.number} ({release.version[:12]})"
        info = heading.sources.build_info
        yield (
            f"Constraints version {version}; roads {build.name} ({build.digest[:12]}); "
            f"computed {self.moment(heading.computed_at)}. "
            f"Roads: {info.attribution}, {info.licence}"
        )


def _cells(number: int, leg: Leg, moment: Callable[[datetime], str]) -> list[str]:
    if leg.way is None or leg.arrival is None:
        msg = "a card's legs all have ways"
        raise RuntimeError(msg)
    names = list(dict.fromkeys(one["name"] for one in leg.way.streets() if one["name"]))
    stop = f" (stays {leg.stop_h:g} h)" if leg.stop_h else ""
    return [
        str(number),
        f"{leg.origin.name} - {leg.destination.name}{' (empty)' if leg.back else ''}",
        f"{leg.way.length_km:.1f}",
        duration_words(leg.way.duration_h),
        moment(leg.departure),
        moment(leg.arrival) + stop,
        _short(", ".join(names[:4]) + (", ..." if len(names) > 4 else ""), 70),
    ]


def _waits(legs: Sequence[Leg], moment: Callable[[datetime], str]) -> Iterator[str]:
    for number, leg in enumerate(legs, 1):
        for wait in leg.finding.waits:
            stop = wait.stop
            yield (
                f"Leg {number}, km {stop.km:.0f}: from {moment(stop.start)} until "
                f"{moment(stop.until)} ({duration_words(stop.hours)}), {wait.reason}"
            )


def _told(note: Mapping[str, Any], *, brief: bool) -> str:
    """Return a note; a brief one names no source and a long name in part, but its whole reason.

    The reason holds the rule of time: a driver who reads half of it meets a closed road.
    """
    if not brief:
        return note_line(note)
    short = {"name": None if note["name"] is None else _name(note["name"], brief=True)}
    return note_line({**note, **short, "source_org": None, "extra_h": None})


def _name(name: str, *, brief: bool) -> str:
    return _short(name, _LONGEST_NAME) if brief else name


def _some(entries: Sequence[str], most: int) -> list[str]:
    more = _more(len(entries), most)
    return [*entries[:most], *([more] if more else [])]


def _more(count: int, most: int) -> str:
    return f"and {count - most} more: see the full plan" if count > most else ""


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 3].rstrip()}..."


def _height(title: str, entries: Sequence[str]) -> float:
    """Return how many lines of the page a section takes, about."""
    if not entries:
        return 0
    if title == "Legs":
        # A row has two lines, more where a name is long: its columns are narrow.
        return _HEAD_LINES + sum(max(2.2, len(entry) / 55) for entry in entries)
    return _HEAD_LINES + sum(math.ceil(len(entry) / _LINE_LETTERS) for entry in entries)


def _marked(text: str) -> str:
    """Return text as HTML, what is in UTC beside local time set small."""
    return _UTC.sub(lambda found: f"<small>{found[0]}</small>", escape(text))


def _status(row: object) -> str:
    status = row.get("status") if hasattr(row, "get") else None
    return f" ({str(status).replace('_', ' ')})" if status else ""


def _diesel(row: object) -> str:
    known = row.get("diesel_available") if hasattr(row, "get") else None
    return "diesel not known" if known is None else "diesel"
