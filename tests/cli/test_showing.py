"""Asking a layer for some of its features, and for the history of one, at the command line."""

from __future__ import annotations


def ids(ran):
    assert ran.code == 0, ran.err
    return [feature["id"] for feature in ran.json["features"]]


def test_each_option_lets_fewer_through(lca):
    everything = ids(lca("layer", "show", "constraints", "--json"))
    blocked = ids(lca("layer", "show", "constraints", "--filter", "effect = 'blocked'", "--json"))
    assert 0 < len(blocked) < len(everything)
    first = lca("layer", "show", "constraints", "--limit", 1, "--json")
    assert ids(first) == everything[:1]
    assert first.json["matched"] == len(everything)
    assert f"--after {everything[0]}" in first.err
    rest = lca("layer", "show", "constraints", "--after", everything[0], "--json")
    assert ids(rest) == everything[1:]
    assert ids(lca("layer", "show", "constraints", "--ids", f"{blocked[0]},nobody", "--json")) == [
        blocked[0]
    ]
    name = first.json["features"][0]["name"]
    assert everything[0] in ids(lca("layer", "show", "constraints", "--q", name.upper(), "--json"))


def test_standing_is_told_of_the_moment_asked_about(lca):
    table = lca("layer", "show", "constraints").out
    assert "STANDING" in table
    assert "holds" in table
    before = lca("layer", "show", "constraints", "--at", "2001-01-01", "--json").json
    assert before["at"] == "2001-01-01T00:00:00Z"
    assert {row["computed_standing"] for row in before["features"]} != {
        row["computed_standing"]
        for row in lca("layer", "show", "constraints", "--json").json["features"]
    }
    assert "STANDING" not in lca("layer", "show", "ports").out


def test_a_filter_that_cannot_be_understood_says_what_can(lca):
    ran = lca("layer", "show", "constraints", "--filter", "colour = 'red'")
    assert ran.code == 2
    assert "no property 'colour'" in ran.err
    assert "effect" in ran.err


def test_history_of_one_feature_and_versions_named_by_moments(lca):
    key = ids(lca("layer", "show", "constraints", "--limit", 1, "--json"))[0]
    before = lca.clock().isoformat()
    lca.clock.tick(minutes=1)
    assert lca("constraint", "confirm", key, "--source", "Road survey").code == 0
    newest, oldest = lca("layer", "feature", "constraints", key, "--json").json
    assert (newest["change"], oldest["change"]) == ("changed", "added")
    assert oldest["until"] == newest["release"]["published_at"]
    assert "last_confirmed_at" in newest["fields"]
    assert "last_confirmed_at" in lca("layer", "feature", "constraints", key).out
    by_number = lca("layer", "diff", "constraints", 1, "--json").json
    assert lca("layer", "diff", "constraints", "--since", before, "--json").json == by_number
    assert lca("layer", "diff", "constraints", "--json").json == by_number
    now = lca("layer", "diff", "constraints", 1, "--until", before, "--json").json
    assert now["counts"] == {"added": 0, "removed": 0, "changed": 0}
    for twice in (["1", "--since", before], ["1", "2", "--until", before]):
        assert lca("layer", "diff", "constraints", *twice).code == 2
    assert lca("layer", "feature", "constraints", "nobody").code == 3


def test_the_fields_of_a_layer_are_listed_with_units_and_words(lca):
    ran = lca("layer", "fields", "constraints", "--json")
    assert ran.code == 0, ran.err
    fields = {field["name"]: field for field in ran.json["fields"]}
    assert fields["max_gross_t"]["unit"] == "t"
    assert "blocked" in fields["effect"]["codes"]
    assert fields["source_org"]["required"]
    assert not fields["max_gross_t"]["required"]
    assert "Gross mass limit" in lca("layer", "fields", "constraints").out
    assert lca("layer", "fields", "harbours").code == 3


def test_differences_notes_and_changes_of_what_holds_at_a_moment(lca):
    history = lca("layer", "log", "constraints", "--json").json
    closures = lca("layer", "show", "constraints", "--json").json["features"]
    key = closures[0]["id"]
    first, long_after = "2001-01-01", "2100-01-01"
    started = {row["id"] for row in closures if row["valid_from"]}
    assert started, "the demo has closures with a beginning"
    asked = ("layer", "diff", "constraints", "--since", history[-1]["published_at"])
    everything = lca(*asked, "--at", long_after, "--json").json
    assert everything["at"] == "2100-01-01T00:00:00Z"
    assert lca("layer", "changes", "constraints", "--at", long_after, "--json").json
    early = lca("layer", "changes", "constraints", "--at", first, "--json").json
    unbounded = {row["id"] for row in closures} - started
    assert sum(item["counts"]["added"] for item in early) == len(unbounded)
    assert "what holds at 01 Jan 2001" in lca("layer", "notes", "constraints", "--at", first).out
    states = lca("layer", "feature", "constraints", key, "--at", first, "--json").json
    told = lca("layer", "show", "constraints", "--at", first, "--ids", key, "--json").json
    assert states[0]["computed_standing"] == told["features"][0]["computed_standing"]
    assert "STANDING" in lca("layer", "feature", "constraints", key, "--at", first).out
    listed = lca("layer", "list", "--as-of", history[-1]["published_at"], "--json").json
    heads = {item["layer"]: item["head"] for item in listed}
    assert heads["constraints"]["number"] == history[-1]["number"]
