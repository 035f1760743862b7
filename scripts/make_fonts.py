"""Make the fonts of the map sheets: subsets of Noto Sans, with a table of advance widths.

What a maintainer runs, seldom; the results are committed. It needs fonttools (tried with 4.68),
which no requirements file holds because nothing else uses it; a throw-away environment does::

    apt-get install fonts-noto-core
    python3 -m venv /tmp/fonts && /tmp/fonts/bin/pip install fonttools
    /tmp/fonts/bin/python scripts/make_fonts.py --source /usr/share/fonts/truetype/noto

``advances.json`` lets the sheets wrap text without a font library at run time.
"""

import argparse
import hashlib
import json
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

LATIN_GREEK_CYRILLIC = [
    (0x20, 0x7E), (0xA0, 0x24F), (0x2B0, 0x36F), (0x370, 0x3FF), (0x400, 0x52F),
    (0x1E00, 0x1EFF), (0x2010, 0x2027), (0x202A, 0x203A), (0x2070, 0x209C), (0x20A0, 0x20BF),
    (0x2116, 0x2116), (0x2122, 0x2122), (0x2150, 0x215F),
]  # fmt: skip
ARABIC = [(0x600, 0x6FF), (0x750, 0x77F), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC)]
# Arrows, comparisons and marks that assessors type in descriptions.
MATHS = [(0x2190, 0x2194), (0x2212, 0x2212), (0x2248, 0x2248), (0x2260, 0x2265), (0x221E, 0x221E)]
MARKS = [(0x2713, 0x2717), (0x26A0, 0x26A0), (0x25A0, 0x25CF)]

FACES = {
    "NotoSans-Regular": ("regular", LATIN_GREEK_CYRILLIC),
    "NotoSans-Bold": ("bold", LATIN_GREEK_CYRILLIC),
    "NotoSansArabic-Regular": ("regular", ARABIC),
    "NotoSansArabic-Bold": ("bold", ARABIC),
    "NotoSansMath-Regular": ("both", MATHS),
    "NotoSansSymbols2-Regular": ("both", MARKS),
}
SIDECAR = """\
title = "{name}, subset"
source = "Debian package fonts-noto-core, {name}.ttf"
source_version = "{version}"
source_sha256 = "{source_sha256}"
url = "https://github.com/googlefonts/noto-fonts"
licence = "OFL-1.1"
licence_file = "OFL.txt"
attribution = "Noto Sans, copyright Google LLC"
accessed = "2026-11-21"
sha256 = "{sha256}"
processing = "Subset to {count} characters with fonttools, hinting dropped (scripts/make_fonts.py)."
exercise = false
"""


def make_face(source: Path, target: Path, ranges: list[tuple[int, int]]) -> dict[str, int]:
    """Write the subset and its sidecar; return the advance of each character, 1/1000 em."""
    wanted = [code for first, last in ranges for code in range(first, last + 1)]
    options = subset.Options()
    options.hinting = False
    options.notdef_outline = True
    font = TTFont(source, recalcTimestamp=False)
    version = font["name"].getDebugName(5).split(";")[0]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    font.save(target)
    em, widths = font["head"].unitsPerEm, font["hmtx"]
    cmap = font.getBestCmap()
    target.with_name(target.name + ".toml").write_text(
        SIDECAR.format(
            name=source.stem,
            version=version,
            source_sha256=_sha256(source),
            sha256=_sha256(target),
            count=len(cmap),
        ),
        encoding="utf-8",
    )
    return {chr(code): round(widths[glyph][0] * 1000 / em) for code, glyph in sorted(cmap.items())}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Make every face and the table of advances."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, required=True, help="folder of the Noto fonts")
    parser.add_argument("--target", type=Path, default=Path(__file__).parents[1] / "layers/fonts")
    arguments = parser.parse_args()
    advances: dict[str, dict[str, int]] = {"regular": {}, "bold": {}}
    for name, (style, ranges) in FACES.items():
        target = arguments.target / f"{name}.ttf"
        widths = make_face(arguments.source / f"{name}.ttf", target, ranges)
        for filled in ("regular", "bold") if style == "both" else (style,):
            advances[filled] = {**widths, **advances[filled]}
        print(f"{target.name}: {len(widths)} characters, {target.stat().st_size // 1024} kB")
    table = {style: dict(sorted(widths.items())) for style, widths in advances.items()}
    (arguments.target / "advances.json").write_text(
        json.dumps(table, ensure_ascii=True, indent=0, separators=(",", ":")) + "\n",
        encoding="ascii",
    )


if __name__ == "__main__":
    main()
