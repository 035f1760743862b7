"""XML on its way to a parser: in a known encoding, and without a tag that never ends.

Runs in the child process only. expat looks at an open tag or comment from its start again with
each piece that it gets, so that one of some megabytes takes it minutes; and of an encoding that it
does not know it asks Python, which has some that are not for files.
"""

from __future__ import annotations

import re
from typing import IO

from lca.errors import UnreadableFile

_LONGEST_TAG = 1024 * 1024
_DECLARED = re.compile(rb"""^[\s\xef\xbb\xbf]*<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"']{0,40})""")
_KNOWN = re.compile(rb"utf-?8|utf-?16(le|be)?|us-ascii|iso-8859-\d\d?|windows-125\d", re.IGNORECASE)


class GuardedXml:
    """A stream of XML that raises where a parser would take too long or the wrong way.

    Raises
    ------
    UnreadableFile
        On reading, if the encoding is not one of the field's or a tag is longer than 1 MB.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._begun = False
        self._open = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        data = self._stream.read(size)
        if not self._begun and data:
            self._begun = True
            declared = _DECLARED.match(data)
            if declared and not _KNOWN.fullmatch(declared[1]):
                raise _refused(
                    f"its encoding {declared[1].decode('ascii', 'replace')!r} is not known"
                )
        ends, begins = data.rfind(b">"), data.rfind(b"<")
        if begins > ends:
            self._open = len(data) - begins
        elif ends >= 0:
            self._open = 0
        elif self._open:
            self._open += len(data)
        if self._open > _LONGEST_TAG:
            raise _refused("a tag has no end")
        return data


def _refused(why: str) -> UnreadableFile:
    return UnreadableFile(
        f"The file's XML cannot be read: {why}.",
        do_next="Export it again from the program that made it.",
    )
