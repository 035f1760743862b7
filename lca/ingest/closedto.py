"""Read from the words of a road's status which vehicles it lets pass: *closed to heavy trucks*.

Only what is said whole and plainly counts; a text that goes on, or joins two classes, is none. Of
two readings the stricter is taken: *over 10 t* is gross mass, which every payload of 10 t exceeds;
heavy goods vehicles are those above 3.5 t, as in the law of the countries that write so; *4x4 only*
is UNSDI-T's class of that name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from lca.vocab import Drive, Practicability

from .folding import fold

_LONGEST = 120
_MOST_T = 200.0

P = Practicability
_NAMES: Mapping[Practicability, str] = {
    P.TRUCK_TRAILER: (
        "(?:articulated (?:trucks?|lorries|vehicles)|semi ?trailers?|trucks? (?:and|with) trailers?"
        "|trailers?|semi ?remorques?|semi ?remolques?|camiones con remolque|مقطورات|المقطورات)"
    ),
    P.HEAVY_TRUCK: (
        "(?:heavy (?:duty )?(?:trucks?|lorries)|camions lourds|gros camions|camiones pesados"
        "|شاحنات ثقيله|الشاحنات الثقيله)"
    ),
    P.LIGHT_TRUCK: (
        "(?:(?:all )?(?:trucks?|lorries|hgvs?|heavy (?:goods |duty )?vehicles?|heavy traffic)"
        "|(?:tous )?camions|poids lourds|pl|vehicules lourds"
        "|camiones|vehiculos pesados|(?:transito|trafico) pesado|شاحنات|الشاحنات)"
    ),
    P.NON_MOTORISED: "(?:(?:motor|motori[sz]ed) (?:vehicles?|traffic)|vehicles)",
}
"""What is shut out by these words: the class and all above it; without motors, all that have one."""
_ALLOWED: Mapping[Practicability, str] = {
    P.LIGHT_TRUCK: (
        "(?:(?:small|light) (?:trucks?|lorries)|(?:petits camions|camions legers)"
        "|camiones (?:livianos|ligeros|pequenos)|الشاحنات الخفيفه)"
    ),
    P.FOUR_WHEEL_DRIVE: (
        "(?:(?:(?:light|small) (?:vehicles?|traffic)|cars|lvs?|4x4|4wd|4 wheel drives?"
        "|four wheel drives?)(?: (?:vehicles?|cars))?"
        "|(?:vehicules? legers?|vl|voitures|vehicules? 4x4)"
        "|(?:vehiculos? (?:livianos?|ligeros?|4x4)|autos)"
        "|(?:المركبات|السيارات) (?:الخفيفه|الصغيره)|سيارات الدفع الرباعي)"
    ),
    P.MOTORBIKE: (
        "(?:motor ?(?:bikes?|cycles?)|two wheelers|motos?|motocyclettes|motocicletas"
        "|الدراجات الناريه)"
    ),
    P.NON_MOTORISED: (
        "(?:pedestrians?|(?:people )?on foot|foot traffic|bicycles|(?:pack )?animals|donkeys"
        "|non motori[sz]ed (?:traffic|transport)|pietons|a pied|peatones|a pie|المشاه)"
    ),
}
_FOUR_WHEELS = re.compile(r"4x4|4wd|(?:4|four) wheel|الدفع الرباعي")
_SHUT = (
    "(?:(?:temporarily |currently )?(?:closed|shut|blocked|impassable|inaccessible|prohibited"
    "|forbidden|not (?:passable|accessible|open)) (?:to|for)|no"
    "|(?:fermee?|interdite?|coupee?|impraticable|inaccessible) (?:aux?|a|pour les?)"
    "|(?:cerrad[oa]|prohibid[oa]|intransitable|bloquead[oa]) (?:al?|para)(?: los?| el)?"
    "|(?:مغلق|مغلقه|ممنوع|غير سالك) (?:امام|علي|ل))"
)
_OPEN = (
    "(?:(?:re)?open(?:ed)?|passable|accessible|practicable)(?: only)? (?:to|for|by|with)(?: only)?"
    "|limited to|restricted to"
    "|(?:re)?ouverte? (?:uniquement |seulement )?(?:aux?|pour les?)"
    "|(?:praticable|accessible|passable|carrossable) (?:uniquement |seulement )?(?:aux?|pour les?|en|par)"
    "|reservee? aux?"
    "|(?:re)?abiert[oa] (?:solo |solamente )?(?:al?|para)(?: los?)?"
    "|(?:transitable|accesible|pasable) (?:solo |solamente )?(?:para|en|por)(?: los?)?"
    "|(?:مفتوح|سالك)(?: فقط)? (?:امام|ل)"
)
_ALONE = "(?:only|solo|solamente|unicamente|uniquement|seulement|que|فقط)"
_MASS = r"(?P<mass>\d{1,3}(?:[.,]\d{1,2})?) ?(?:t|mt|tm|tons?|tonnes?|toneladas|tonelaje|طن)"
_ABOVE = "(?:over|above|more than|exceeding|heavier than|>|de plus de|(?:de )?mas de|اكثر من)"
_UP_TO = (
    "(?:up to|below|under|less than|max|maximum|<|jusqu'a|de moins de|hasta|(?:de )?menos de"
    "|اقل من)"
)
_ANY_TRUCK = (
    "(?:(?:all )?(?:heavy |light )?(?:trucks?|vehicles?|lorries|traffic)"
    "|camions|vehicules|camiones|vehiculos|الشاحنات|المركبات)"
)


@dataclass(frozen=True, slots=True)
class LetsPass:
    """What may still pass, as explicit words say it: the largest class, mass in tonnes, drive."""

    cap: Practicability | None = None
    max_gross_t: float | None = None
    drive: Drive | None = None


def lets_pass(text: object) -> LetsPass | None:
    """Return which vehicles a status lets pass; None if its words do not say so plainly."""
    said = str(text)
    return _read(said) if len(said) <= _LONGEST else None


@lru_cache(maxsize=2048)
def _read(said: str) -> LetsPass | None:
    plain = _plain(said)
    for pattern in _MASSES:
        if match := pattern.fullmatch(plain):
            mass = float(match["mass"].replace(",", "."))
            return LetsPass(max_gross_t=mass) if 0 < mass <= _MOST_T else None
    for shut, pattern in _SHUTTING:
        if pattern.fullmatch(plain):
            below = shut if shut is P.NON_MOTORISED else Practicability(shut - 1)
            return LetsPass(cap=below)
    for cap, pattern in _ALLOWING:
        if pattern.fullmatch(plain):
            driven = cap is P.FOUR_WHEEL_DRIVE and _FOUR_WHEELS.search(plain)
            return LetsPass(cap=cap, drive=Drive.D4X4 if driven else None)
    return None


def _plain(text: str) -> str:
    """Return a text as it is compared: folded, with one spelling of 4x4 and signs as blanks."""
    plain = re.sub(r"(?<=\d)\s*[x×]\s*(?=\d)", "x", fold(text))
    plain = re.sub(r"\b4 ?wd\b", "4wd", plain)
    plain = re.sub(r"(?<![\d])[.,]|[.,](?!\d)|[-_/()!:]", " ", plain)
    plain = re.sub(r"<=?|>(?!=)", lambda sign: f" {sign[0][0]} ", plain)
    # The Arabic article melts into the preposition: للشاحنات is ل + الشاحنات.
    plain = re.sub(r"\bلل(?=\w)", "ل ال", plain)
    return " ".join(plain.split()).removeprefix("road ").removeprefix("route ")


def _either(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in patterns))


_MASSES = (
    _either(
        rf"{_SHUT} (?:les |los )?{_ANY_TRUCK} {_ABOVE} {_MASS}",
    ),
    _either(
        rf"(?:{_OPEN}) (?:les |los )?{_ANY_TRUCK} {_UP_TO} {_MASS}(?: {_ALONE})?",
    ),
    _either(rf"(?:{_ALONE} )?{_ANY_TRUCK} {_UP_TO} {_MASS}(?: {_ALONE})?"),
)
_SHUTTING = tuple(
    (
        shut,
        _either(
            f"{_SHUT} (?:les |los )?{names}",
            f"{names} (?:are )?(?:not allowed|prohibited|forbidden|interdits|prohibidos)",
        ),
    )
    for shut, names in _NAMES.items()
)
_ALLOWING = tuple(
    (
        cap,
        _either(
            f"(?:{_OPEN}) {names}(?: {_ALONE})?",
            f"{names} {_ALONE}",
            f"{_ALONE} {names}",
        ),
    )
    for cap, names in _ALLOWED.items()
)
