"""Read what the cells of a page say: numbers with their unit, ranges, ticks, dates, hours.

A page is written for people: a figure that cannot be read is left out and told, and does not cost
the record in which it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lca.errors import InvalidInput
from lca.ingest.cells import parse_number
from lca.ingest.profiles.cellrule import CellRule, word_of
from lca.ingest.texts import one_line
from lca.ingest.units import factor_between
from lca.ingest.wire import Cell, CellFault
from lca.plausible import PLAUSIBLE
from lca.record import Field

from .countrynames import country_of
from .hours import opening_hours
from .writtendate import iso_date

_FIGURE = r"[+-]?\d[\d.,' \u00a0\u202f]*(?<![.,' \u00a0\u202f])"
_RANGE = re.compile(
    rf"(?P<low>{_FIGURE})\s*(?P<unit>[^\d\s-][^\d-]{{0,14}}?)?\s*(?:-|–|—|\bto\b|\bà\b|\ba\b|\by\b)\s*(?P<high>{_FIGURE})\s*(?P<last>.*)"
)
_PRODUCT = re.compile(
    rf"(?P<first>{_FIGURE})\s*(?P<unit>[^\d\s×x*]{{0,8}})\s*(?:[x×*@]|\bof\b|\()\s*(?P<second>{_FIGURE})\s*(?P<last>[^\d]*)",
    re.IGNORECASE,
)
_SINGLE = re.compile(rf"(?P<figure>{_FIGURE})\s*(?P<unit>[^\d]*)")
_ABOUT = re.compile(
    r"^(?:approx(?:imately|\.)?|about|around|circa|ca\.?|env(?:iron|\.)?|aprox(?:imadamente|\.)?|est(?:imated|\.)?|~|≈)\s*",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"^(?:max(?:imum|\.)?|min(?:imum|\.)?|up to|jusqu'à|hasta|[<>≤≥]=?)\s*:?\s*", re.IGNORECASE
)
_YES = frozenset({"yes", "y", "true", "oui", "si", "sí", "available", "disponible"})
_NO = frozenset({"no", "n", "false", "non", "none", "not available", "non disponible"})
_ANSWERS = frozenset({"yes", "no", "oui", "non", "si", "sí"})
_DENYING = """not no non never nor without hardly
    pas jamais ni sans aucun aucune plus nunca sin ya ningun ninguna"""
_DENIALS = frozenset(_DENYING.split())
# Words that say of a state that it is past, to come, or not whole.
_RESERVING = """until before was were formerly previously will would planned expected scheduled soon
    partially partly limited half only if when during
    jusqu avant etait sera seront prevu prevue partiellement bientot seulement
    hasta antes era previsto prevista parcialmente pronto solo cuando"""
_RESERVATIONS = frozenset(_RESERVING.split())
# Beside *open* only what adds nothing: open to pedestrians, or but for its bridge, is not open.
_ADDING_NOTHING = """a airfield airport all and are at border both bridge crossing currently day directions
    ferry for fully h hours is it now of officially operational per point port post road status the to
    traffic vehicles yes 24 7
    actuellement au aux aeroport circulation des deux du en entierement est et frontiere heures la le les
    oui pleinement pont poste route sens service tous toute trafic vehicules
    aeropuerto actualmente al ambos carretera completamente el esta frontera funcionamiento los
    paso plenamente puente puerto ruta sentidos si totalmente todo todos trafico vehiculos y"""
_ADDS_NOTHING = frozenset(_ADDING_NOTHING.split())
_GOOD = frozenset({"operational", "open"})
_BAD = frozenset({"not operational", "restricted", "destroyed", "planned", "damaged", "blocked"})
_TICKS = frozenset("✓✔☑☒√")
_EMPTY_BOXES = frozenset("☐✗✘□")
_BOXES = _TICKS | _EMPTY_BOXES
_BOX_OR_WORD = re.compile(rf"[{''.join(sorted(_BOXES))}]|[^\W\d]+")
# Of a range, the figure that promises less is taken: the longer wait, the lower limit.
_MORE_IS_WORSE = frozenset(
    {"queue_h", "clearance_h", "clearance_days", "congestion_days", "crossing_min", "delay_min"}
)
_FIRST_OF_TWO = frozenset({"length_m", "count"})
_IN_ENGLISH = {
    **dict.fromkeys(("jour", "jours", "dia", "dias", "día", "días"), "days"),
    **dict.fromkeys(("heure", "heures", "hora", "horas"), "hours"),
    **dict.fromkeys(("semaine", "semaines", "semana", "semanas"), "weeks"),
    **dict.fromkeys(("pied", "pieds", "pie", "pies"), "feet"),
    **dict.fromkeys(("mètre", "mètres", "metro", "metros"), "m"),
    **dict.fromkeys(("tonne", "tonnes", "tonelada", "toneladas", "tm"), "t"),
}
_LONGEST_FIGURE = 60
_THOUSANDS = re.compile(r"([+-]?\d{1,3})[.,](\d{3})")


@dataclass(frozen=True, slots=True)
class Said:
    """What a cell says for a field, in its unit and our words, and what was assumed to read it."""

    cell: Cell | None
    note: str | None = None
    left_out: bool = False
    """Whether it says something that could not be read."""


def said_for(field: Field | None, cell: Cell, rule: CellRule | None, unit: str | None) -> Said:
    """Return what a cell says for a field; ``field`` is None for a location.

    Parameters
    ----------
    rule : CellRule or None
        The column's words of nothing and codes.
    unit : str or None
        The unit that the heading states.
    """
    if isinstance(cell, CellFault):
        return Said(None, f"The cell holds no value: {one_line(cell.word)}.", left_out=True)
    if rule is not None and word_of(cell) in rule.nulls:
        return Said(None)
    if rule is not None and rule.form == "country":
        return Said(country_of(str(cell)) or cell)
    if field is None or rule is None or rule.form is not None:
        return Said(cell)
    if field.codes:
        return Said(_coded(cell, rule))
    return _by_type(field, cell, unit)


def _by_type(field: Field, cell: Cell, unit: str | None) -> Said:
    """Return what a cell says for a field that has no list of words."""
    if field.type in {"number", "integer"}:
        return _figure(field, cell, unit)
    if not isinstance(cell, str):
        return Said(cell)
    if field.type == "boolean":
        return _yes_or_no(cell)
    if field.type == "instant":
        return Said(iso_date(cell) or cell)
    return _hours(cell) if field.name.startswith("opening_hours") else Said(cell)


def _coded(cell: Cell, rule: CellRule) -> Cell:
    """Return the one word of the list that a cell holds among others, or else the cell."""
    if isinstance(cell, int | float):
        return cell
    word = word_of(cell)
    if word in rule.codes or word in rule.accepts or not word:
        return cell
    known: dict[str, Cell] = {one: one for one in rule.accepts if one not in {"other", "unknown"}}
    known |= rule.codes
    held = [one for one in known if re.search(rf"\b{re.escape(one)}s?\b", word)]
    longest = [one for one in held if not any(one != other and one in other for other in held)]
    meanings = {str(known[one]).replace("_", " ") for one in longest}
    if len(meanings) != 1 or _turned(word, longest, meanings.pop()):
        return cell
    return longest[0]


def _turned(text: str, held: Sequence[str], meaning: str) -> bool:
    """Tell whether the words around the one that a text holds may take its meaning away.

    ``currently not open``, ``partially operational``, ``open to pedestrians``; what was destroyed is
    taken as destroyed.
    """
    rest = text
    for one in held:
        rest = re.sub(rf"\b{re.escape(one)}s?\b", " ", rest)
    words = set(re.findall(r"\w+", rest))
    if meaning in _GOOD and words - _ADDS_NOTHING:
        return True
    return bool(words & _DENIALS or (words & _RESERVATIONS and meaning not in _BAD))


def _yes_or_no(text: str) -> Said:
    ticked = _ticked(text)
    if ticked is not None:
        return Said(ticked not in _NO)
    words = text.casefold().strip(" .")
    if words in _YES | _NO | {"x"} or all(char in _EMPTY_BOXES for char in words):
        return Said(words in _YES | {"x"})
    parts = re.sub(r"[,;:.(/\-–\s]+", " ", words).split()
    answers = [word for word in parts[:2] if word in _ANSWERS]
    if len(answers) == 1 and parts[0] in _ANSWERS:
        return Said(parts[0] not in _NO, f"It was read as {parts[0]}; the rest was not read.")
    if re.match(r"\d", words):
        nought = re.fullmatch(r"0+(?:[.,]0+)?(?:\D.*)?", words)
        return Said(nought is None, "A figure was read as yes, and nought as no.")
    return Said(None, "It does not say whether yes or no.", left_out=True)


def _ticked(text: str) -> str | None:
    """Return the word that belongs to the ticked box, "" if it stands alone; None without one.

    ``☒ Yes ☐ No`` has its boxes before the words, ``Yes ☒ No ☐`` behind them.
    """
    parts = _BOX_OR_WORD.findall(text.casefold())
    at = next((index for index, part in enumerate(parts) if part in _TICKS), None)
    if at is None:
        return None
    behind = parts[0] not in _BOXES and parts[-1] in _BOXES
    beside = at - 1 if behind else at + 1
    return parts[beside] if 0 <= beside < len(parts) and parts[beside] not in _BOXES else ""


def _hours(text: str) -> Said:
    hours = opening_hours(text)
    if hours is None:
        return Said(None, "The hours could not be read.", left_out=True)
    return Said(hours)


def _figure(field: Field, cell: Cell, unit: str | None) -> Said:
    """Return a figure in the field's unit."""
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return Said(None, "It is not a number.", left_out=True)
    if not isinstance(cell, str):
        return _converted(field, [float(cell)], unit, None)
    text = " ".join(cell.split())
    if field.name == "count" and text.casefold() in _YES | _NO:
        return Said(0 if text.casefold() in _NO else None)
    if len(text) > _LONGEST_FIGURE:
        return Said(None, "It is not a number.", left_out=True)
    note = "The figure is a rough one." if _ABOUT.match(text) else None
    text = _BOUND.sub("", _ABOUT.sub("", text))
    try:
        return _written(field, text, unit, note)
    except InvalidInput:
        return Said(None, "It is not a number.", left_out=True)


def _written(field: Field, text: str, unit: str | None, note: str | None) -> Said:
    product, span, single = (form.fullmatch(text) for form in (_PRODUCT, _RANGE, _SINGLE))
    if product and field.name in _FIRST_OF_TWO | {"width_m", "capacity_t"}:
        first = field.name in _FIRST_OF_TWO
        figure = _number(field, product["first" if first else "second"])
        own = (product["unit"] if first else "") or (
            "" if field.name == "count" else product["last"].strip(" ).")
        )
        return _converted(field, [figure], own or unit, note)
    if span:
        low, high = _number(field, span["low"]), _number(field, span["high"])
        stated = (span["last"] or span["unit"] or "").strip(" ().")
        return _converted(field, [low, high], stated or unit, note)
    if single:
        stated = single["unit"].strip(" ().")
        if field.name == "capacity_t" and not stated and unit is None:
            return Said(None)  # a quantity alone in a column of quantity and capacity
        if field.name == "width_m" and "dimension" in (unit or ""):
            return Said(None)
        return _converted(field, [_number(field, single["figure"])], stated or unit, note)
    return Said(None, "It is not a number.", left_out=True)


def _number(field: Field, text: str) -> float:
    """Return a number; where a sign may separate thousands, the plausible reading is taken.

    ``10,000`` tonnes are ten thousand, and ``12,500`` metres of draught are twelve and a half.
    """
    either = _THOUSANDS.fullmatch(text.strip())
    if either is None or either[1] in {"0", "-0", "+0"}:
        return parse_number(text)
    grouped, decimal = float(either[1] + either[2]), float(f"{either[1]}.{either[2]}")
    bounds = PLAUSIBLE.get(field.name)
    if bounds is None or bounds.low <= grouped <= bounds.high:
        return grouped
    return decimal if bounds.low <= decimal <= bounds.high else grouped


def _converted(field: Field, figures: list[float], unit: str | None, note: str | None) -> Said:
    """Return the figure in the field's unit; of two, the one that promises less."""
    factor = 1.0
    if unit and field.unit:
        per = _factor(unit, field.unit)
        if per is None:
            return Said(
                None, f"Its unit {one_line(unit, 20)!r} is not {field.unit}.", left_out=True
            )
        factor = per
    taken = (max if field.name in _MORE_IS_WORSE else min)(figures)
    if len(figures) > 1 and figures[0] != figures[1]:
        note = f"Of the range {figures[0]:g} to {figures[1]:g}, {taken:g} was taken."
    value = taken * factor
    if field.type == "integer":
        if not value.is_integer():
            return Said(None, "It is not a whole number.", left_out=True)
        return Said(int(value), note)
    return Said(round(value, 9), note)


def _factor(unit: str, wanted: str) -> float | None:
    """Return how many of the field's unit one of the stated is; words after it do not matter."""
    words = unit.strip(" .,;:()").split()
    for count in range(len(words), 0, -1):
        stated = " ".join(_IN_ENGLISH.get(one.casefold(), one) for one in words[:count])
        stated = stated.rstrip(".,;:")
        for form in (stated, re.sub(r"\s*(?:per|a|par|al)\s+", "/", stated)):
            factor = factor_between(form, wanted) or factor_between(form, wanted.partition("/")[0])
            if factor is not None:
                return factor
    return 1.0 if _no_unit(unit) else None


def _no_unit(unit: str) -> bool:
    """Tell whether words after a figure name what is counted, as ``trucks``."""
    return not re.search(
        r"\b(?:ft|feet|foot|lbs?|kg|km|miles?|nm|gal\w*|m3|m²|m2|sq\w*|ha|cm|mm|inch\w*|tons?|mt|t|h|hours?|d|days?|weeks?|min\w*)\b",
        unit,
        re.IGNORECASE,
    )
