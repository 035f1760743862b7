"""Hostile XML in every format that is XML inside: workbooks, documents, KML and GPX."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

from . import office
from .case import Bait, Case, Maker

_LETTERS = "abcdefgh"
LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {this} '{f'&{last};' * 20}'>" for last, this in pairwise(_LETTERS))
    + "]>"
)
QUADRATIC = f"<!DOCTYPE x [<!ENTITY h '{'a' * 50_000}'>]>"

# Each: what stands before the root, what stands where a name is, and the encoding of the whole.
_Written = Callable[[Bait], tuple[str, str]]
ATTACKS: dict[str, tuple[str, _Written]] = {
    "billion laughs": ("refused", lambda _: (LAUGHS, "&h;")),
    "quadratic blowup": ("refused", lambda _: (QUADRATIC, "&h;" * 5_000)),
    "entity of a file": (
        "refused",
        lambda bait: (f"<!DOCTYPE x [<!ENTITY h SYSTEM 'file://{bait.file}'>]>", "&h;"),
    ),
    "entity of an address": (
        "refused",
        lambda bait: (f"<!DOCTYPE x [<!ENTITY h SYSTEM '{bait.url}'>]>", "&h;"),
    ),
    "outside definitions": (
        "refused",
        lambda bait: (f"<!DOCTYPE x SYSTEM '{bait.url}/x.dtd'>", "x"),
    ),
    "parameter entity": (
        "refused",
        lambda bait: (f"<!DOCTYPE x [<!ENTITY % p SYSTEM '{bait.url}'> %p;]>", "x"),
    ),
    "inclusion": (
        "either",
        lambda bait: (
            "",
            f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{bait.file}" parse="text"/>',
        ),
    ),
    "style sheet": (
        "either",
        lambda bait: (f'<?xml-stylesheet type="text/xsl" href="{bait.url}"?>', "x"),
    ),
    "depth": ("refused", lambda _: ("", "<a>" * 200_000 + "</a>" * 200_000)),
    "a million attributes": (
        "either",
        lambda _: ("", "<a " + " ".join(f'a{n}=""' for n in range(300_000)) + "/>"),
    ),
    "a name of 10 MB": ("either", lambda _: ("", f"<{'a' * 10_000_000}/>")),
    "a text of 10 MB": ("either", lambda _: ("", "ab" * 5_000_000)),
    "a million comments": ("either", lambda _: ("", "<!--x-->" * 1_000_000)),
    "unknown encoding": ("refused", lambda _: ('<?xml version="1.0" encoding="x-evil"?>', "x")),
    "UTF-7": (
        "refused",
        lambda _: ('<?xml version="1.0" encoding="utf-7"?>', "+ADw-script+AD4-"),
    ),
    "NUL": ("refused", lambda _: ("", "a\0b")),
    "control characters": ("refused", lambda _: ("", "a&#1;b")),
    "unclosed": ("refused", lambda _: ("", "<a><b>")),
    "second root": ("refused", lambda _: ("<a/>", "x")),
}


def _sheet(prolog: str, name: str) -> bytes:
    return office.packed(office.book(office.row(2, office.text("A2", name)), prolog=prolog))


def _strings(prolog: str, name: str) -> bytes:
    cell = '<c r="A2" t="s"><v>0</v></c>'
    parts = office.book(office.row(2, cell))
    parts["xl/sharedStrings.xml"] = f"{prolog}<sst><si><t>{name}</t></si></sst>".encode()
    return office.packed(parts)


def _words(prolog: str, name: str) -> bytes:
    body = f"<w:p><w:r><w:t>{name}</w:t></w:r></w:p>"
    return office.packed(office.document(body, prolog=prolog))


def _kml(prolog: str, name: str) -> bytes:
    body = (
        f"<Placemark><name>{name}</name><Point><coordinates>1,2</coordinates></Point></Placemark>"
    )
    return office.kml(body, prolog=prolog)


def _gpx(prolog: str, name: str) -> bytes:
    return office.gpx(f'<wpt lat="1" lon="2"><name>{name}</name></wpt>', prolog)


CARRIERS: dict[str, tuple[str, Callable[[str, str], bytes], str | None]] = {
    "sheet": (".xlsx", _sheet, None),
    "shared texts": (".xlsx", _strings, None),
    "document": (".docx", _words, None),
    "kml": (".kml", _kml, "constraints"),
    "gpx": (".gpx", _gpx, "constraints"),
}


def _maker(carrier: Callable[[str, str], bytes], attack: _Written) -> Maker:
    def make(path: Path, bait: Bait) -> None:
        path.write_bytes(carrier(*attack(bait)))

    return make


def cases() -> Iterator[Case]:
    """Yield each attack in each format."""
    for where, (suffix, carrier, layer) in CARRIERS.items():
        for name, (outcome, attack) in ATTACKS.items():
            yield Case(f"{name} in {where}", suffix, _maker(carrier, attack), outcome, layer)
    wide = "<?xml version='1.0' encoding='utf-16'?>" + LAUGHS
    for suffix, made in ((".kml", _kml(wide, "&h;")), (".gpx", _gpx(wide, "&h;"))):
        data = made.decode().encode("utf-16")
        yield Case(
            f"laughs in UTF-16 {suffix[1:]}",
            suffix,
            lambda path, _, data=data: path.write_bytes(data),  # type: ignore[misc]
            "refused",
            "constraints",
        )
