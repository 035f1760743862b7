"""Decode the bytes of a text file whose encoding nobody states.

UTF-8 and UTF-16 tell themselves. The older encodings of one byte a character do not: any bytes
are a text in each of them. Which one is meant is told by which of the texts looks like words.
The statistics of ``charset-normalizer`` need more text than a table has: of four short French,
Spanish and Portuguese ones in cp1252, version 3.5 takes none for cp1252.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from lca.errors import UnreadableFile

ENCODINGS = {
    "cp1252": "Western European",
    "cp1256": "Arabic",
    "cp1251": "Cyrillic",
    "cp1250": "Central European",
    "iso8859_15": "Western European",
    "mac_roman": "old Macintosh",
}
"""What a text may be in that is no Unicode, the likeliest first."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN = frozenset("àâäáãåæçéèêëíìîïñóòôöõøœúùûüýßÀÂÄÁÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜ")
_CENTRAL = frozenset("ąćčďđěęłńňőóřśšťůűźžżáéíúýöüäçëôĄĆČĎĐĚĘŁŃŇŐÓŘŚŠŤŮŰŹŽŻÁÉÍÚÝÖÜÄÇËÔ")
_SIGNS = frozenset("«»°ºª·–—‘’“”…€²³×±§¿¡®©\N{NO-BREAK SPACE}،؛؟№")
_DASHES = frozenset("–—…")
_RARE = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
_MOST_JUDGED = 20_000


def decode(body: bytes) -> tuple[str, str | None]:
    """Return a file's text, and the encoding that was guessed (None if it tells itself).

    Raises
    ------
    UnreadableFile
        If it is no text.
    """
    text, guessed = _decoded(body)
    if "\x00" in text or len(_RARE.findall(text[:_MOST_JUDGED])) > len(text[:_MOST_JUDGED]) / 100:
        raise _no_text()
    return text, guessed


def _decoded(body: bytes) -> tuple[str, str | None]:
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            try:
                return body.decode(encoding).removeprefix("\ufeff"), None
            except UnicodeDecodeError as error:
                raise _no_text() from error
    unmarked = _utf16_without_mark(body)
    if unmarked is not None:
        return unmarked, "utf-16"
    try:
        return body.decode("utf-8"), None
    except UnicodeDecodeError:
        return _guessed(body)


def _utf16_without_mark(body: bytes) -> str | None:
    """Return the text of bytes that are every other one 0, as Windows programs write some."""
    head = body[:2_000]
    if len(body) < 4 or len(body) % 2:
        return None
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if head[first::2].count(0) > 0.8 * len(head) / 2 and not head[1 - first :: 2].count(0):
            try:
                return body.decode(encoding)
            except UnicodeDecodeError:
                return None
    return None


def _guessed(body: bytes) -> tuple[str, str]:
    found = []
    sample = _foreign_part(body)
    for encoding in ENCODINGS:
        try:
            body.decode(encoding)
        except UnicodeDecodeError:
            continue
        found.append((_likelihood(sample.decode(encoding, "replace"), encoding), encoding))
    if not found:
        raise _no_text()
    best = max(found, key=lambda one: one[0])[1]
    return body.decode(best), best


def _foreign_part(body: bytes) -> bytes:
    """Return the lines that have something to judge by, as many as are needed."""
    lines = (line for line in re.split(rb"[\r\n]+", body) if not line.isascii())
    kept: list[bytes] = []
    size = 0
    for line in lines:
        kept.append(line[:_MOST_JUDGED])
        size += len(kept[-1])
        if size > _MOST_JUDGED:
            break
    return b"\n".join(kept)


def _likelihood(text: str, encoding: str) -> int:
    """Count the signs that look as if they were meant, less those that do not.

    Western letters with an accent stand alone among others; those of other scripts do not.
    """
    count = 0
    for before, char, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if char.isascii():
            continue
        if char in _SIGNS:
            count += -1 if char in _DASHES and before.isalpha() and after.islower() else 1
        elif encoding in {"cp1251", "cp1256"} and char not in _WESTERN:
            script = _script(char)
            same = script in {_script(before), _script(after)}
            count += 1 if script in {"CYRILLIC", "ARABIC"} and same else -1
        else:
            central = encoding == "cp1250"
            alone = central or before.isascii() or after.isascii()
            count += 1 if char in (_CENTRAL if central else _WESTERN) and alone else -1
    return count


def _script(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]


def _no_text() -> UnreadableFile:
    return UnreadableFile(
        "The file is no text in an encoding that can be read.",
        do_next="Open it in a spreadsheet program and save it as CSV UTF-8, or as .xlsx.",
    )
