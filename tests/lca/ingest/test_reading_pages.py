"""The pages of the reading profiles say what the profiles do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lca.ingest.profiles.page import filled
from lca.ingest.profiles.profile import load_profiles

PAGES = Path(__file__).resolve().parents[3] / "docs" / "reference" / "reading"
OF_PROFILES = {
    "wfp-roads": "wfp-roads",
    "wfp-access-constraints": "wfp-roads",
    "unsdi-t": "unsdi-t",
    "sdi-t": "sdi-t",
    "world-port-index": "world-port-index",
    "un-locode": "un-locode",
    "ourairports": "airports",
    "airportsdata": "airports",
    "searoute-ports": "airports",
}


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
def test_the_columns_on_the_page_are_those_of_the_profile(page):
    text = page.read_text(encoding="utf-8")
    assert text == filled(text, load_profiles()), "run python -m scripts.make_reading_pages"


@pytest.mark.parametrize(("profile", "page"), OF_PROFILES.items())
def test_every_column_of_a_profile_is_on_its_page(profile, page):
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    block = re.search(rf"columns of {profile} -->(.*?)<!-- end", text, re.DOTALL)[1]
    for table in load_profiles()[profile].tables:
        assert f"Layer `{table.layer}`" in block
        for column in table.columns:
            assert f"`{column.headings[0]}`" in block
            assert f"`{column.field}`" in block
