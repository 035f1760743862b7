"""Locations as people write them, in English and French."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.location_text import Phrase, bearing_of, read_phrase


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("RN5 km 12-15 from Ovalle", Phrase("RN5", "Ovalle", from_km=12, to_km=15)),
        ("RN5, km 12 to 15 from Ovalle", Phrase("RN5", "Ovalle", from_km=12, to_km=15)),
        ("RN5 PK 12+500 depuis Ovalle", Phrase("RN5", "Ovalle", from_km=12.5, to_km=12.5)),
        ("km 12-15 on RN5 from Ovalle", Phrase("RN5", "Ovalle", from_km=12, to_km=15)),
        ("au PK 26 de la RN2 depuis Bangui", Phrase("RN2", "Bangui", from_km=26, to_km=26)),
        ("PK 12 sur RN4", Phrase("RN4", from_km=12, to_km=12)),
        (
            "Ruta 43 km 8 from Ovalle toward La Serena",
            Phrase("Ruta 43", "Ovalle", toward="La Serena", from_km=8, to_km=8),
        ),
        (
            "15 km north of Bor on the road to Juba",
            Phrase(None, "Bor", toward="Juba", offset_km=15, bearing_deg=0),
        ),
        ("15 km N of Bor along RN5", Phrase("RN5", "Bor", offset_km=15, bearing_deg=0)),
        (
            "à 15 km au nord de Ndélé sur la route de Birao",
            Phrase(None, "Ndélé", toward="Birao", offset_km=15, bearing_deg=0),
        ),
        (
            "15,5 km au nord-est de Kaga Bandoro, route de Ndélé",
            Phrase(None, "Kaga Bandoro", toward="Ndélé", offset_km=15.5, bearing_deg=45),
        ),
        ("2 km from Yei", Phrase(None, "Yei", offset_km=2)),
        ("between Ovalle and Monte Patria", Phrase(None, "Ovalle", "Monte Patria")),
        ("RN5 between Ovalle and Monte Patria", Phrase("RN5", "Ovalle", "Monte Patria")),
        ("entre Bria et Ndélé sur la RN8", Phrase("RN8", "Bria", "Ndélé")),
        ("on the road between Juba and Bor", Phrase(None, "Juba", "Bor")),
        ("route de Juba à Bor", Phrase(None, "Juba", "Bor")),
        ("the road from Juba to Bor", Phrase(None, "Juba", "Bor")),
    ],
)
def test_a_location_is_taken_apart(text, phrase):
    assert read_phrase(text) == phrase


@pytest.mark.parametrize(
    "text", ["RN5", "near the river", "", "km", "15 km", "north of Bor", "x" * 500, "between A"]
)
def test_what_has_no_known_form_is_left_alone(text):
    assert read_phrase(text) is None


@given(st.text(alphabet="kmRN5 of-toenàdAB,0129+.", max_size=220))
def test_no_text_is_too_much(text):
    read_phrase(text)


@pytest.mark.parametrize(
    ("word", "degrees"),
    [("N", 0), ("north-east", 45), ("Sud Ouest", 225), ("o", 270), ("up", None), (None, None)],
)
def test_winds(word, degrees):
    assert bearing_of(word) == degrees
