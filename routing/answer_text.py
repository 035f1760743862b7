"""An answer's JSON body as plain text that a logistician reads at one look."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from lca.instant import format_minute, parse_instant
from lca.record import to_row
from lca.vehicle import vehicle_classes

from .clock import duration_words
from .policy import DEFAULT_POLICY

__all__ = ["EXACTNESS", "PERHAPS_OTHERS", "duration_words", "note_line", "text_of"]

_WIDTH = 100
_HEADS = {
    "viable": "VIABLE",
    "viable_with_conditions": "VIABLE WITH CONDITIONS",
    "not_viable": "NOT VIABLE",
    "unknown": "UNKNOWN",
}
EXACTNESS = {
    True: "No smaller set of constraints would reopen a way.",
    False: "None of these can be left out; another set may be smaller.",
    None: "",
}
"""What is known of the size of the set of constraints that would reopen a way."""
PERHAPS_OTHERS = "Perhaps others would do instead: not all were tried."
Body = Mapping[str, Any]


def text_of(body: Body) -> str:
    """Return the answer as text, the verdict first and the sources last."""
    return "\n".join(_lines(body))


def _lines(body: Body) -> Iterator[str]:
    marks = [
        "EXERCISE" if body["exercise"] else "",
        "HYPOTHETICAL" if body["hypothetical"] else "",
        _HEADS[body["verdict"]],
    ]
    yield " · ".join(mark for mark in marks if mark)
    yield from _section("WARNING: reported, not reviewed by anybody", body["envelope"]["warnings"])
    yield from textwrap.wrap(body["summary"], _WIDTH)
    question = body["question"]
    yield f"Departure {_minute(question['at'])}, known as of {_minute(question['as_of'])}"
    if body["provenance"]["seasons"]:
        yield f"Season: {'; '.join(body['provenance']['seasons'])}"
    if question["without"]:
        yield f"Supposed away: {', '.join(question['without'])}"
    if question["what_if"]:
        yield f"Supposed: {', '.join(item['name'] for item in question['what_if'])}"
    if body["way"] is not None:
        yield from _way(body["way"])
        yield from textwrap.wrap(f"Unknown: {body['unknowns']['text']}", _WIDTH)
        yield from _weakest(body["weakest_link"])
        yield from _emissions(body["emissions"])
    yield from _blocked(body)
    yield from _section("Conditions", body["conditions"])
    yield from _section("On the way", body["notes"])
    yield from _comparison(body["comparison"])
    yield from _section(_UNAPPLIED, body["unapplied"])
    yield ""
    yield from textwrap.wrap(body["caveat"], _WIDTH)
    yield from textwrap.wrap(_holds(body), _WIDTH)
    yield from _sources(body["provenance"])
    yield from _again(question)


_UNAPPLIED = "Not placed on the roads (those that may concern this way are also named above)"


def _again(question: Body) -> Iterator[str]:
    """Yield how to get this answer again; the options only where they say the whole question."""
    keep = "keep it as JSON (--json) and give the file to lca route --replay FILE"
    if _is_plain(question):
        yield f"To compute this answer again: {keep}; or ask with"
        yield f"  {_command(question)}"
    else:
        yield f"To compute this answer again: {keep}"


def _is_plain(question: Body) -> bool:
    """Tell whether places, a class as it is and two times say all that was asked."""
    vehicle = question["vehicle"]
    own = vehicle_classes().get(vehicle["code"])
    return (
        not question["without"]
        and not question["what_if"]
        and question["policy"] == DEFAULT_POLICY.as_json()
        and own is not None
        and vehicle == to_row(own)
    )


def _command(question: Body) -> str:
    places = (_place(question[end]) for end in ("origin", "destination"))
    return (
        f"lca route {' '.join(places)} --vehicle {question['vehicle']['code']} "
        f"--as-of {question['as_of']} --at {question['at']} --clearance {question['clearance']}"
    )


def _place(place: Body) -> str:
    """Return a place as the command takes it: its id where it has one, else its position."""
    if place["id"] is not None:
        return shlex.quote(place["id"])
    return f"lat={place['lat']},lon={place['lon']}"


def _blocked(body: Body) -> Iterator[str]:
    """Yield what blocks; where one of several is enough, all of them as one list."""
    notes, others = body["blocked_by"], body["blocked_by_others"]
    if others and len(notes) == 1:
        every = [*notes, *(note for some in others for note in some)]
        yield from _section("Blocked by (any one of these lifted would reopen a way)", every)
    else:
        yield from _section("Blocked by", notes)
        for some in others:
            yield from _section("Or instead, all of these", some)
    if body["blocked_by_exact"] is not None:
        yield f"  {EXACTNESS[body['blocked_by_exact']]}"
    if body["blocked_by_exact"] and not body["blocked_by_others_complete"]:
        yield f"  {PERHAPS_OTHERS}"


def _holds(body: Body) -> str:
    """Return until which departure the answer holds."""
    until = body["valid_until"]
    if until is None:
        return ""
    if until == body["question"]["at"]:
        return "This holds for this departure only: ask again for a later one."
    if body["way"] is not None and body["way"]["waits"]:
        return (
            f"Whoever leaves before {_minute(until)} arrives at the same time and waits less; ask "
            "again for a later departure."
        )
    return (
        f"Ask again for a departure from {_minute(until)} on: a time or review date may change "
        "the answer."
    )


def _minute(instant: str, rounding: timedelta = timedelta(0)) -> str:
    return format_minute(parse_instant(instant) + rounding)


def _way(way: Body) -> Iterator[str]:
    spent = [f"{duration_words(way['moving_h'])} moving", f"{duration_words(way['rest_h'])} rest"]
    spent += [f"{duration_words(way['delay_h'])} delays"] if way["delay_h"] else []
    spent += [f"{duration_words(way['wait_h'])} waiting"] if way["wait_h"] else []
    yield (
        f"{way['length_km']:.1f} km, {duration_words(way['duration_h'])}, "
        f"arrival {_minute(way['arrival'], timedelta(seconds=30))}"
    )
    yield f"That is {', '.join(spent[:-1])} and {spent[-1]}"
    yield from _durations(way)
    for wait in way["waits"]:
        yield from textwrap.wrap(
            f"Waits at km {wait['km']:.1f} from {_minute(wait['from'])} until "
            f"{_minute(wait['until'])} ({duration_words(wait['hours'])}): {wait['reason']}",
            _WIDTH,
            subsequent_indent="   ",
        )
    off = way["off_road_m"]
    if off["origin"] or off["destination"]:
        yield f"Off the road: {off['origin']} m at the origin, {off['destination']} m at the destination"
    names = dict.fromkeys(street["name"] for street in way["streets"] if street["name"])
    if names:
        yield from textwrap.wrap(f"By {', '.join(names)}", _WIDTH, subsequent_indent="   ")


def _durations(way: Body) -> Iterator[str]:
    """Yield the best and the worst case, and days, where they tell more than the hours."""
    hours, days = way["durations"], way["days"]
    best, worst = duration_words(hours["optimistic_h"]), duration_words(hours["worst_h"])
    if best != worst:
        yield f"In the best season and case {best}, in the worst {worst}"
    if days["worst"] > 1:
        yield (
            f"Working days of {days['driving_day_h']:g} h: {days['optimistic']:.1f} at best, "
            f"{days['expected']:.1f} expected, {days['worst']:.1f} at worst"
        )


def _weakest(link: Body | None) -> Iterator[str]:
    if link is not None:
        note = link["note"]
        line = f"Weakest link: {note['name'] or note['id']} ({link['confidence']} confidence)"
        yield from textwrap.wrap(line, _WIDTH)


def _emissions(emitted: Body | None) -> Iterator[str]:
    if emitted is None:
        return
    load = f"{emitted['cargo_t']:g} t carried"
    load += " (a full load assumed)" if emitted["cargo_assumed"] else ""
    tonnes, factor = emitted["tco2e_wtw"], emitted["factor"]
    if tonnes is not None and factor is not None:
        told = f"{tonnes:.3f} t well to wheel, {load}; factor of {factor['source_org']}"
    else:
        parts = (("well to tank", "tco2e_wtt"), ("tank to wheel", "tco2e_ttw"))
        known = [f"{emitted[key]:.3f} t {name}" for name, key in parts if emitted[key] is not None]
        told = f"{', '.join([*known, load]) if known else 'not known'}; {emitted['reason']}"
    yield from textwrap.wrap(f"CO2e: {told}", _WIDTH, subsequent_indent="   ")


def _comparison(comparison: Body | None) -> Iterator[str]:
    if comparison is None:
        return
    plain = comparison["without_constraints"]
    line = (
        f"Without constraints: {plain['length_km']:.1f} km, {duration_words(plain['duration_h'])}"
    )
    if comparison["extra_km"] == 0 and comparison["extra_h"] == 0:
        line = "Without constraints: the same length and time"
    elif comparison["extra_km"] is not None:
        extra = duration_words(abs(comparison["extra_h"]))
        less = "-" if comparison["extra_h"] < 0 else "+"
        line += f"; they cost {comparison['extra_km']:+.1f} km, {less}{extra}"
    yield ""
    yield line
    yield from _section("Avoided (km of the way without constraints)", comparison["avoided"])


def _section(title: str, notes: Sequence[Body]) -> Iterator[str]:
    if not notes:
        return
    yield ""
    yield f"{title}:"
    for note in notes:
        yield from textwrap.wrap(
            note_line(note), _WIDTH, initial_indent="  - ", subsequent_indent="    "
        )


def note_line(note: Body) -> str:
    """Return a note as one line: where, what, why, and who says so."""
    if note["restricted"]:
        return f"{note['reason']} ({note['id']})"
    line = f"{note['name'] or note['id']}: {note['reason']}"
    if note["km_from"] is not None:
        ends = dict.fromkeys((f"{note['km_from']:.1f}", f"{note['km_to']:.1f}"))
        line = f"km {'–'.join(ends)}  {line}"
    words = []
    if note["source_org"] is not None:
        told = note["date_of_information"]
        words = [note["source_org"], f"{parse_instant(told):%d %b %Y}" if told else ""]
        words.append(f"{note['reliability']}{note['credibility']}" if note["reliability"] else "")
        words.append(note["status"] or "")
    words.append("review overdue" if note["review_overdue"] else "")
    words.append("hypothetical" if note["hypothetical"] else "")
    stated = ", ".join(word for word in words if word)
    line = f"{line} [{stated}]" if stated else line
    cost = note.get("extra_h")
    if cost is None:
        return line
    # Lifted alone it may change nothing, because another closure lies behind it.
    spent = f"{note['extra_km']:+.1f} km, {'-' if cost < 0 else '+'}{duration_words(abs(cost))}"
    return f"{line}; alone it costs {spent}"


def _sources(provenance: Body) -> Iterator[str]:
    release, build = provenance["constraints"], provenance["graph_build"]
    constraints = (
        "no constraints published"
        if release is None
        else f"constraints version {release['number']} ({release['version'][:12]}, "
        f"{_minute(release['published_at'])})"
    )
    yield f"From {constraints}; roads {build['name']} ({build['digest'][:12]})"
    yield f"Roads: {build['attribution']}, {build['licence']}"
