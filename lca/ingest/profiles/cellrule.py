"""What a profile does to a cell before it is read: nulls, units, codes and the order of dates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from lca.errors import InvalidInput
from lca.ingest.cells import NEVER_DEFAULTED, is_null_word, parse_number
from lca.ingest.codewords import code_of
from lca.ingest.texts import clean_text
from lca.ingest.units import factor_between
from lca.ingest.wire import Cell
from lca.record import Field

from .cellforms import FORMS
from .profile import Code, ColumnRule, DateOrder, Form, Profile

_LONGEST_WORD = 64
_WRITTEN_DATE = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})(.*)", re.DOTALL)
# Of a text that has none of these forms the words of the field are looked up.
_BESIDE_THE_WORDS: frozenset[Form] = frozenset({"closed_to"})
_NO_ZERO = frozenset("123456789")
_NEGATIVE = re.compile(r"\s*[-\u2212]\d")


# Whom, when or where alone: what follows them says that not all of the closure is meant.
_NARROWING = frozenset(
    [
        "to",
        "for",
        "except",
        "unless",
        "if",
        "when",
        "above",
        "over",
        "below",
        "during",
        "only",
        "partly",
        "partially",
        "not",
        "no",
        "pour",
        "sauf",
        "si",
        "plus",
        "para",
        "excepto",
        "salvo",
        "solo",
        "si",
        "a",
        "los",
        "las",
        "aux",
    ]
)


@dataclass(frozen=True, slots=True)
class CellRule:
    """One column's rule, ready to be applied.

    ``codes`` and ``nulls`` are folded by :func:`word_of`. ``accepts`` are the words of the field
    itself, ``labelled`` its codes, whose labels in the languages of the code lists count too. A
    word that is in none becomes ``otherwise`` (None for *not known*).
    """

    codes: Mapping[str, Code] = field(default_factory=dict)
    accepts: frozenset[str] = frozenset()
    labelled: tuple[str, ...] = ()
    otherwise: Code | None = None
    nulls: frozenset[str] = frozenset()
    zero_is_null: bool = False
    factor: float | None = None
    unit: str | None = None
    date_order: DateOrder | None = None
    form: Form | None = None
    by_first_word: bool = False
    beginnings: tuple[str, ...] = ()

    def read(self, cell: Cell) -> tuple[Cell | None, str | None]:
        """Return the cell in our words and units, and the word that no list names, if it has one.

        Raises
        ------
        InvalidInput
            If a number that has to be converted is none.
        """
        word = word_of(cell)
        if word in self.nulls or (self.zero_is_null and _is_zero(cell)):
            return None, None
        code = self._code(word)
        if code is not None:
            return code, None
        if self.form is not None:
            formed = FORMS[self.form](self._measured(cell))
            if formed is not None or self.form not in _BESIDE_THE_WORDS:
                return formed, clean_text(str(cell)) if formed is None else None
        if self.accepts:
            if word in self.accepts:
                return cell, None
            meant = code_of(self.labelled, cell) if self.labelled else None
            return (meant, None) if meant else (self.otherwise, clean_text(str(cell)))
        return self._measured(cell), None

    def _code(self, word: str) -> Code | None:
        """Return our code of a word, or of its first word where the column's words have more."""
        if word in self.codes:
            return self.codes[word]
        if self.by_first_word:
            return self.codes.get(word.partition(" ")[0])
        begun = next((one for one in self.beginnings if word.startswith(f"{one} ")), None)
        if begun is None or _NARROWING & set(word.removeprefix(begun).split()):
            return None
        return self.codes.get(begun)

    def _measured(self, cell: Cell) -> Cell:
        """Return a number in the field's unit, and a date with the year first."""
        if self.factor is not None and not is_null_word(cell):
            return parse_number(cell, unit=self.unit) * self.factor
        if self.date_order and isinstance(cell, str):
            return year_first(clean_text(cell), self.date_order)
        return cell

    @property
    def in_words(self) -> str | None:
        """What it does to a cell, in words; None if it does nothing."""
        parts = [
            f"{self.unit} are converted" if self.unit and self.factor not in {None, 1.0} else "",
            f"{len(self.codes)} words are mapped" if self.codes else "",
            "0 is not known" if self.zero_is_null else "",
            f"dates are {self.date_order}" if self.date_order else "",
        ]
        return ", ".join(part for part in parts if part) or None


def rule_of(column: ColumnRule, target: Field | None, profile: Profile) -> CellRule:
    """Return the rule of a profile's column for a field; ``target`` is None for a location.

    Raises
    ------
    InvalidInput
        If the column's unit cannot be converted to the field's.
    """
    nulls = frozenset(word_of(word) for word in (*profile.nulls, *column.nulls))
    if target is not None and target.name in NEVER_DEFAULTED:
        nulls = frozenset()
    zero = profile.zero_is_null if column.zero_is_null is None else column.zero_is_null
    if target is None:
        return CellRule(nulls=nulls, form=column.form)
    factor = None
    if column.unit is not None:
        factor = factor_between(column.unit, target.unit or "")
        if factor is None:
            raise InvalidInput(
                f"{column.unit!r} cannot be converted to {target.unit or 'a field without unit'}.",
                where=f"{profile.name}, {column.field}",
                do_next="Correct the unit in the profile.",
            )
    codes = {word_of(word): code for word, code in column.codes.items()}
    words = {word_of(code): code for code in target.codes}
    otherwise = column.otherwise
    if otherwise is None and target.type == "code":
        otherwise = words.get("unknown", words.get("other"))
    # What must not be defaulted goes as it is to the field, which refuses a word that it lacks.
    strict = target.name in NEVER_DEFAULTED and column.otherwise is None
    return CellRule(
        codes=codes,
        accepts=frozenset() if strict else frozenset(words),
        # Those of a scale of figures may begin with another figure, as 4WD.
        labelled=target.codes if target.type == "code" else (),
        otherwise=otherwise,
        nulls=nulls,
        zero_is_null=zero,
        factor=factor,
        unit=column.unit,
        date_order=column.date_order or profile.date_order,
        form=column.form,
        by_first_word=column.by_first_word,
        beginnings=tuple(word_of(word) for word in column.beginnings),
    )


def word_of(cell: object) -> str:
    """Return a cell as codes are compared: without case, accents, spacing and punctuation.

    The sign of a number stays: -1 stands for *no data* as often as not, and never for 1.
    """
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell)
    # A column of codes repeats a few words; what is longer than any of them is not kept.
    return _kept_word(text) if len(text) <= _LONGEST_WORD else _folded(text)


@lru_cache(maxsize=8192)
def _kept_word(text: str) -> str:
    return _folded(text)


def _folded(text: str) -> str:
    bare = clean_text(text).casefold()
    if not text.isascii():
        folded = unicodedata.normalize("NFKD", clean_text(text)).casefold()
        bare = "".join(char for char in folded if not unicodedata.combining(char))
    word = " ".join(re.sub(r"[\s_/\-.,;:()]+", " ", bare).split())
    return f"-{word}" if _NEGATIVE.match(bare) else word


def year_first(text: str, order: DateOrder) -> str:
    """Rewrite a date of figures as ISO 8601 has it, by the order in which its source writes it.

    A date with its year of four figures first has one reading, whatever the others of the file
    have. A text that is no such date stays as it is, for its reader to refuse.
    """
    match = _WRITTEN_DATE.fullmatch(text)
    if match is None:
        return text
    parts = dict(zip("ymd" if len(match[1]) == 4 else order, match.groups()[:3], strict=True))
    if len(parts["y"]) == 2:
        # As spreadsheets do: 00-68 are this century, 69-99 the last (POSIX strptime %y).
        parts["y"] = f"{'20' if int(parts['y']) < 69 else '19'}{parts['y']}"
    if len(parts["y"]) != 4:
        return text
    time = re.sub(r"^([ T]+)(\d:)", r"\g<1>0\2", match[4])
    return f"{parts['y']}-{int(parts['m']):02}-{int(parts['d']):02}{time}"


def _is_zero(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return False
    if isinstance(cell, int | float):
        return cell == 0
    if not isinstance(cell, str) or cell[:1] in _NO_ZERO:
        return False
    return bool(re.fullmatch(r"0+(?:[.,]0+)?", clean_text(cell)))
