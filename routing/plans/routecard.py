"""A convoy's plan on one page, for the cab: as plain text and as HTML to be printed on A4.

A card names no persons: contacts are personal data and travel by other ways.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from lca.errors import UsageError
from lca.instant import format_minute
from lca.vocab import Verdict
from routing.answer_text import duration_words, note_line

from .convoy import Leg
from .convoyplan import ConvoyPlan, wait_line

MOST_LINES = 5
"""Entries of each list on the card; it says how many more there are, and stays one page."""
MOST_LEGS = 8
_LONGEST = 120
"""Characters of an entry: longer ones end with an ellipsis."""
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
        """From where to where."""
        return " - ".join(place.name for place in self.plan.places)

    @property
    def verify(self) -> str:
        """Until when the card may be used without asking again."""
        plan = self.plan
        words = f"Verify again before {format_minute(plan.verify_before)}."
        if plan.holds_until is not None:
            words += f" Not for a departure from {format_minute(plan.holds_until)} on."
        return words

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
        for title, entries in self._sections():
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
            + "".join(f"<li>{escape(entry)}</li>" for entry in entries)
            + "</ul>"
            for title, entries in self._sections()
            if entries and title != "Legs"
        )
        verdict = plan.verdict.value.replace("_", " ").upper()
        footer = "".join(f"<p>{escape(line)}</p>" for line in self._footer())
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            f"<title>Route card {escape(self.title)}</title><style>{_CSS}</style></head><body>"
            f"{mark}<h1>Route card: {escape(self.title)}</h1>"
            f'<p><span class="verdict">{escape(verdict)}</span> {escape(self.totals)}</p>'
            f'<p class="verify">{escape(self.verify)}</p>'
            f"<h2>Legs</h2>{self._legs_table()}{sections}<footer>{footer}</footer></body></html>\n"
        )

    def _legs_table(self) -> str:
        rows = "".join(
            "<tr>"
            + "".join(
                f'<td class="n">{escape(cell)}</td>'
                if column in {0, 2, 3}
                else f"<td>{escape(cell)}</td>"
                for column, cell in enumerate(_cells(number, leg))
            )
            + "</tr>"
            for number, leg in enumerate(self.plan.legs[:MOST_LEGS], 1)
        )
        more = _more(len(self.plan.legs), MOST_LEGS)
        heads = ("", "From - to", "km", "Time", "Departure", "Arrival", "By")
        head = "".join(f"<th>{escape(word)}</th>" for word in heads)
        tail = f"<p>{escape(more)}</p>" if more else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{tail}"

    def _sections(self) -> Iterator[tuple[str, list[str]]]:
        plan = self.plan
        reported = [
            f"Leg {number}, {note.title()}: {note.reason}" for number, note in plan.warnings
        ]
        yield "WARNING, reported and not reviewed", _some(reported)
        yield "Vehicles", _some([group.words() for group in plan.groups])
        legs = ["  ".join(_cells(number, leg)) for number, leg in enumerate(plan.legs, 1)]
        yield "Legs", _some(legs, MOST_LEGS)
        yield "Conditions", _some(self._notes("conditions"))
        yield "Waits", _some(list(_waits(plan.legs)))
        posts = [
            f"km {item.km:.0f}  {item.place.name}{_status(item.place.row)}" for item in plan.posts
        ]
        yield "Borders and checkpoints", _some(posts)
        fuel = [
            f"km {item.km:.0f}  {item.place.name}, {_diesel(item.place.row)}"
            for item in plan.fuel.stations
        ]
        yield "Fuel", [plan.fuel.words, *_some(fuel)]
        yield "On the way", _some(self._notes("notes"))
        yield "Not placed on the roads", _some(self._notes("unapplied"), 3)

    def _notes(self, section: str) -> list[str]:
        return [
            f"Leg {number}, {note_line(note.as_json())}"
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
            f"computed {format_minute(heading.computed_at)}. "
            f"Roads: {info.attribution}, {info.licence}"
        )


def _cells(number: int, leg: Leg) -> list[str]:
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
        format_minute(leg.departure),
        format_minute(leg.arrival) + stop,
        _short(", ".join(names[:4]) + (", ..." if len(names) > 4 else ""), 70),
    ]


def _waits(legs: Sequence[Leg]) -> Iterator[str]:
    for number, leg in enumerate(legs, 1):
        yield from (f"Leg {number}, {wait_line(wait)}" for wait in leg.finding.waits)


def _some(entries: Sequence[str], most: int = MOST_LINES) -> list[str]:
    more = _more(len(entries), most)
    return [_short(entry) for entry in entries[:most]] + ([more] if more else [])


def _more(count: int, most: int) -> str:
    return f"and {count - most} more: see the full plan" if count > most else ""


def _short(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else f"{text[: longest - 3].rstrip()}..."


def _status(row: object) -> str:
    status = row.get("status") if hasattr(row, "get") else None
    return f" ({str(status).replace('_', ' ')})" if status else ""


def _diesel(row: object) -> str:
    known = row.get("diesel_available") if hasattr(row, "get") else None
    return "diesel not known" if known is None else "diesel"
