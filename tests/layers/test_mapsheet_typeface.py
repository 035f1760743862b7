"""Text is measured, wrapped and refused before it is drawn."""

from __future__ import annotations

import hashlib
import tomllib
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.mapsheet.typeface import clean, require_glyphs, shorten, width_of, wrap
from lca.errors import InvalidInput

WORDS = st.lists(st.text("abcdefgé WMil", min_size=1, max_size=40), min_size=1, max_size=12)


@given(WORDS, st.floats(30, 300), st.sampled_from(["regular", "bold"]))
def test_no_line_leaves_its_column_and_no_word_is_lost(words, width, weight):
    text = " ".join(words)
    lines = wrap(text, 10, width, weight=weight)
    assert all(width_of(line, 10, weight) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == clean(text).replace(" ", "")


def test_what_is_over_ends_in_an_ellipsis():
    assert wrap("a bridge on the road to the port", 10, 60, lines=2) == [
        "a bridge on",
        "the road t…",
    ]
    assert shorten("Ruta 5", 10, 200) == "Ruta 5"


def test_bold_is_wider():
    assert width_of("Coquimbo", 10, "bold") > width_of("Coquimbo", 10) > 0


def test_controls_and_odd_blanks_become_one_space():
    assert clean("  Ruta\u00a05\n\tNorte\x00 ") == "Ruta 5 Norte"


def test_a_missing_glyph_is_named():
    with pytest.raises(InvalidInput, match="U\\+1F6A7, CONSTRUCTION SIGN"):
        require_glyphs("works 🚧 ahead")


def test_each_font_is_what_its_sidecar_says():
    fonts = resources.files("layers").joinpath("fonts")
    files = {item.name for item in fonts.iterdir() if item.name.endswith(".ttf")}
    assert len(files) == 6
    for name in files:
        sidecar = tomllib.loads(fonts.joinpath(f"{name}.toml").read_text(encoding="utf-8"))
        assert sidecar["licence"] == "OFL-1.1"
        assert fonts.joinpath(sidecar["licence_file"]).is_file()
        assert sidecar["sha256"] == hashlib.sha256(fonts.joinpath(name).read_bytes()).hexdigest()
