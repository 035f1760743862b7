"""The code lists are public, cheap to ask for again, and the same as on the command line."""

from __future__ import annotations


def test_every_list_is_where_the_index_says(served):
    index = served.public.get("/codelists").json()["codelists"]
    assert len({one["name"] for one in index}) == len(index) > 40
    for one in index[:3]:
        body = served.public.get(one["href"]).json()
        assert (body["name"], len(body["codes"])) == (one["name"], one["codes"])
    landing = served.public.get("/", params={"f": "json"}).json()
    assert any(link["href"].endswith("/codelists") for link in landing["links"])


def test_what_is_known_is_not_sent_again_and_what_is_not_there_is_told(served):
    first = served.public.get("/codelists/damage")
    again = served.public.get("/codelists/damage", headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert served.public.get("/codelists/colours").status_code == 404
