"""The picture of a sheet: its size, its weight, its fonts and its colours."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from support.sheets import a_sheet

from layers.mapsheet import png_of, render_map
from layers.mapsheet.indexed import _decode, indexed_png
from layers.palette import EXERCISE_COLOUR


def _pixels(png: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGB")).astype(int)


@pytest.fixture(scope="module")
def picture() -> bytes:
    return png_of(render_map(a_sheet()))


def test_a_sheet_is_an_a4_picture_light_enough_for_an_email(picture):
    height, width, _ = _pixels(picture).shape
    assert width == 1600
    assert width / height == pytest.approx(297 / 210, rel=0.001)
    assert len(picture) <= 300_000


def test_the_width_is_chosen():
    assert _pixels(png_of(render_map(a_sheet()), width_px=800)).shape[1] == 800


def test_the_same_sheet_gives_the_same_picture(picture):
    assert png_of(render_map(a_sheet())) == picture


def test_the_exercise_bands_reach_both_edges_of_the_page(picture):
    pixels = _pixels(picture)
    band = [int(EXERCISE_COLOUR[index : index + 2], 16) for index in (1, 3, 5)]
    for row in (4, -4):
        assert (pixels[row] == band).all()


def test_the_text_is_drawn_by_our_own_fonts():
    """Without fonts resvg draws no text at all, so a dark pixel in the title is a letter."""
    with_title = _pixels(png_of(render_map(a_sheet(exercise=False))))
    title = with_title[20:60, 24:400]
    assert (title.sum(axis=2) < 200).sum() > 500


def test_a_palette_keeps_the_picture():
    """Every colour of a gradient lies near its replacement, and flat colours stay exact."""
    ramp = np.zeros((64, 256, 4), dtype=np.uint8)
    ramp[:, :, 0] = np.arange(256)
    ramp[:, :, 1] = np.arange(64)[:, None] * 2
    ramp[:, :, 3] = 255
    ramp[:32] = (127, 0, 32, 255)
    buffer = io.BytesIO()
    Image.fromarray(ramp, "RGBA").save(buffer, "PNG")
    small = _pixels(indexed_png(buffer.getvalue()))
    assert (small[:32] == (127, 0, 32)).all()
    assert np.abs(small - ramp[..., :3]).max() <= 24


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_every_line_filter_is_undone(width, height, seed):
    random = np.random.default_rng(seed)
    smooth = random.integers(0, 9, (height, width, 4)).cumsum(axis=1).cumsum(axis=0)
    pixels = np.where(random.random((height, width, 1)) < 0.1, smooth * 7, smooth) % 256
    buffer = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8), "RGBA").save(buffer, "PNG")
    assert np.array_equal(_decode(buffer.getvalue()), pixels)


def test_another_kind_of_picture_is_refused():
    buffer = io.BytesIO()
    Image.new("RGB", (3, 3)).save(buffer, "PNG")
    with pytest.raises(ValueError, match="not a plain RGBA picture"):
        indexed_png(buffer.getvalue())
