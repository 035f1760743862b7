"""Stream the elements of a geodata file in XML, refusing whatever could expand or reach out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from lca.errors import InvalidInput, UnreadableFile
from lca.ingest.limits import Limits
from lca.ingest.xmlguard import GuardedXml

_DEEPEST = 60
_TAG = re.compile(r"<(?:br|/p|/tr|/li|/div)\b[^>]*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[A-Za-z/!][^>]*>")


@contextmanager
def told_as(name: str) -> Iterator[None]:
    """Tell of XML that is damaged or defines entities as an unreadable file of that kind."""
    try:
        yield
    except InvalidInput:
        raise
    except DefusedXmlException as error:
        msg = f"The {name} file contains XML definitions that no such file needs."
        raise UnreadableFile(
            msg, do_next="Do not use this file; ask its sender for another."
        ) from error
    except (ParseError, UnicodeDecodeError, LookupError, ValueError) as error:
        raise not_readable(name, str(error)) from error


def not_readable(name: str, why: str) -> UnreadableFile:
    """Return the error of a file that is damaged or of another kind."""
    return UnreadableFile(
        f"The file is not a readable {name} file ({why[:120]}).",
        do_next="Export it again from the program that made it; the ending must fit the content.",
    )


def events(stream: IO[bytes], root: str, name: str) -> Iterator[tuple[str, Element]]:
    """Yield each start and end of an element; it must all stand in an element ``root``.

    Raises
    ------
    UnreadableFile
        If the outermost element is another, or elements lie very deep in each other.
    """
    depth = 0
    parsed: Iterator[tuple[str, Any]] = iterparse(
        GuardedXml(stream), ("start", "end"), forbid_dtd=True
    )
    for event, element in parsed:
        if event == "start":
            depth += 1
            if depth == 1 and tag_of(element) != root:
                raise not_readable(name, f"it begins with <{tag_of(element)[:40]}>")
            if depth > _DEEPEST:
                raise not_readable(name, "its elements lie too deep in each other")
        else:
            depth -= 1
        yield event, element


def tag_of(element: Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def text_of(element: Element | None) -> str:
    """Return an element's own text, bare of blanks around it."""
    return (element.text or "").strip() if element is not None else ""


def child(element: Element, name: str) -> Element | None:
    """Return the first child of a name, in whatever namespace."""
    return next((one for one in element if tag_of(one) == name), None)


def plain_text(text: str, limits: Limits) -> str:
    """Return a description without its HTML tags: one line for each paragraph or row."""
    if "<" in text:
        text = unescape(_ANY_TAG.sub(" ", _TAG.sub("\n", text)))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)[: limits.text_chars]


class Corners:
    """Counts the corners of a file's geometries against the limit."""

    def __init__(self, limits: Limits) -> None:
        self._most = self._left = limits.vertices

    def take(self, count: int) -> None:
        """Count some more.

        Raises
        ------
        UnreadableFile
            If they are too many.
        """
        self._left -= count
        if self._left < 0:
            raise UnreadableFile(
                f"The geometries have more than {self._most} corners.",
                do_next="Simplify them in QGIS, or split the file.",
            )
