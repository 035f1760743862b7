"""Drafts under review: who may approve what, and that nothing else is published."""

from __future__ import annotations

import shutil

import pytest
from support.rows import constraint, constraints, port, ports

from layers import editing, review
from layers.draft import revise
from layers.edits import AddFeature, ChangeFeature
from layers.spec import Review, load_specs
from layers.store import Store
from layers.unreviewed import unreviewed_rows
from lca.errors import (
    Conflict,
    InvalidInput,
    LiftsClosures,
    NeedsReview,
    NotAllowed,
    NotFound,
)
from lca.record import to_row
from lca.vocab import Sensitivity

EVERYTHING = Sensitivity.STRICTLY_CONFIDENTIAL


@pytest.fixture
def reviewed(tmp_path, clock, empty_store):
    """A store whose ports ask for four eyes, and whose constraints for one approval."""
    specs = dict(load_specs())
    asked = {"ports": Review.FOUR_EYES, "constraints": Review.ONE}
    specs |= {name: specs[name].model_copy(update={"review": kind}) for name, kind in asked.items()}
    shutil.copytree(empty_store, tmp_path / "reviewed")
    with Store.open(tmp_path / "reviewed", clock=clock, specs=specs) as store:
        yield store


def drafted(store, *records, author="Ana", layer="ports"):
    table = ports(*records) if layer == "ports" else constraints(*records)
    return store.draft(layer, table, author, "survey")


def approve(store, draft, author, **options):
    seen = store.get_draft(draft.id).version
    accept = [item.code for item in store.get_draft(draft.id).findings]
    options = {"version": seen, "accept": accept, **options}
    review.approve(store.workspace, draft.id, author=author, **options)


def state(store, draft):
    return store.get_draft(draft.id).state.value


def test_four_eyes_publish_what_two_people_saw(reviewed, clock):
    draft = drafted(reviewed, port("a"))
    with pytest.raises(NeedsReview, match="not Ana") as caught:
        reviewed.publish(draft.id, "Ana")
    assert caught.value.details["state"] == "open"
    review.submit(reviewed.workspace, draft.id, author="Ana", text="please look")
    for same in ("Ana", " ana ", "ANA", "Ａｎａ"):
        with pytest.raises(NotAllowed, match="worked on"):
            approve(reviewed, draft, same)
    assert reviewed.head("ports") is None
    clock.tick(minutes=1)
    approve(reviewed, draft, "Ben", text="seen in the field")
    release = reviewed.publish(draft.id, "Ana")
    assert (release.number, release.author) == (1, "Ana")
    told = reviewed.get_draft(draft.id)
    assert told.published_as == 1
    assert [(item.action, item.author) for item in told.events] == [
        ("made", "Ana"),
        ("submitted", "Ana"),
        ("approved", "Ben"),
        ("published", "Ana"),
    ]
    assert "seen in the field" in told.events[2].text
    assert told.events[2].happened_at == clock()


def test_one_approval_may_be_the_authors_own(reviewed):
    draft = drafted(reviewed, constraint("a"), layer="constraints")
    with pytest.raises(NeedsReview):
        reviewed.publish(draft.id, "Ana")
    approve(reviewed, draft, "Ana")
    assert reviewed.publish(draft.id, "Ana").number == 1


def test_an_approval_holds_for_one_content_only(reviewed):
    draft = drafted(reviewed, port("a"))
    seen = draft.version
    approve(reviewed, draft, "Ben")
    other = reviewed.workspace.snapshot("ports", ports(port("a", berths=9)))
    revise(reviewed.workspace, draft.id, other, author="Cleo", action="edited")
    assert state(reviewed, draft) == "open"
    with pytest.raises(NeedsReview, match="not Ana, Cleo"):
        reviewed.publish(draft.id, "Ana")
    with pytest.raises(Conflict, match="changed since"):
        approve(reviewed, draft, "Dan", version=seen)
    with pytest.raises(Conflict):
        approve(reviewed, draft, "Dan", version="")
    with pytest.raises(NotAllowed):
        approve(reviewed, draft, "Cleo")
    approve(reviewed, draft, "Dan", version=other.version[:8])
    assert reviewed.publish(draft.id, "Ana").version == other.version


def test_a_change_from_an_older_sight_is_refused(store):
    draft = drafted(store, port("a"))
    first, second = (
        store.workspace.snapshot("ports", ports(port("a", berths=count))) for count in (1, 2)
    )
    work = store.workspace
    revise(work, draft.id, first, author="Ana", action="edited", expected_revision=0)
    with pytest.raises(Conflict, match="changed since"):
        revise(work, draft.id, second, author="Ben", action="edited", expected_revision=0)
    assert store.get_draft(draft.id).version == first.version
    assert store.get_draft(draft.id).revision == 1


def test_what_is_sent_back_waits_for_its_author(store):
    draft = drafted(store, port("a"))
    with pytest.raises(InvalidInput, match="reason"):
        review.send_back(store.workspace, draft.id, author="Eva", text=" ")
    review.send_back(store.workspace, draft.id, author="Eva", text="Berth 3 is missing")
    with pytest.raises(NeedsReview, match="Eva: Berth 3 is missing"):
        store.publish(draft.id, "Ana")
    with pytest.raises(Conflict, match="returned"):
        approve(store, draft, "Ben")
    review.comment(store.workspace, draft.id, author="Ana", text="There is none")
    review.submit(store.workspace, draft.id, author="Ana")
    assert store.publish(draft.id, "Ana").number == 1


def test_a_discarded_draft_is_gone_but_for_its_history(store):
    draft = drafted(store, port("a"))
    review.discard(store.workspace, draft.id, author="Ana", text="wrong file")
    assert store.drafts("ports") == []
    acts = (review.submit, review.discard, review.comment, review.send_back)
    for act in acts:
        with pytest.raises(Conflict, match="discarded"):
            act(store.workspace, draft.id, author="Ana", text="x")
    with pytest.raises(Conflict, match="discarded"):
        approve(store, draft, "Ben")
    with pytest.raises(Conflict, match="discarded"):
        store.publish(draft.id, "Ana")
    again = store.workspace.snapshot("ports", ports(port("b")))
    with pytest.raises(Conflict, match="discarded"):
        revise(store.workspace, draft.id, again, author="Ana", action="edited")
    assert review.events(store.workspace, draft.id)[-1].text == "wrong file"
    assert store.head("ports") is None


def test_who_changes_a_draft_while_it_is_published_is_not_overruled(reviewed, monkeypatch):
    """The last look at the draft is taken in the transaction that moves the head."""
    draft = drafted(reviewed, port("a"))
    approve(reviewed, draft, "Ben")
    other = reviewed.workspace.snapshot("ports", ports(port("a", berths=9)))
    act = {
        "revised": lambda: revise(
            reviewed.workspace, draft.id, other, author="Cleo", action="edited"
        ),
        "returned": lambda: review.send_back(
            reviewed.workspace, draft.id, author="Cleo", text="wait"
        ),
    }
    write = reviewed.workspace.versions.write
    for happens in act.values():

        def meanwhile(content, happens=happens):
            monkeypatch.undo()
            happens()
            return write(content)

        monkeypatch.setattr(reviewed.workspace.versions, "write", meanwhile)
        with pytest.raises(Conflict):
            reviewed.publish(draft.id, "Ana")
        assert reviewed.head("ports") is None


def test_an_edit_of_a_layer_under_review_becomes_a_draft(reviewed):
    edit = AddFeature(to_row(port("a")))
    with pytest.raises(NeedsReview, match="not Ana") as caught:
        reviewed.apply_edit("ports", edit, "Ana")
    key = caught.value.details["draft"]
    assert key in caught.value.what
    assert reviewed.head("ports") is None
    draft = reviewed.get_draft(key)
    assert (draft.state.value, draft.message) == ("submitted", "Added Port a")
    approve(reviewed, draft, "Ben")
    reviewed.publish(key, "Ana")
    change = ChangeFeature("a", {"berths": 2}, "new pier")
    with pytest.raises(NeedsReview) as caught:
        reviewed.apply_edit("ports", change, "Cleo")
    later = reviewed.get_draft(caught.value.details["draft"])
    assert [item.after["berths"] for item in later.diff.changed] == [2]


def test_approving_means_knowing_of_each_warning(reviewed):
    draft = drafted(reviewed, port("a", name="<b>Port</b>"))
    codes = {item.code for item in draft.findings}
    assert "markup" in codes
    with pytest.raises(InvalidInput, match="markup"):
        approve(reviewed, draft, "Ben", accept=codes - {"markup"})
    assert state(reviewed, draft) == "open"
    approve(reviewed, draft, "Ben", accept=codes)
    assert "markup" in reviewed.get_draft(draft.id).events[-1].text


def test_reports_are_told_to_the_cleared_before_any_review(reviewed):
    drafted(reviewed, constraint("mine"), layer="constraints")
    secret = {"sensitivity": Sensitivity.CONFIDENTIAL}
    drafted(reviewed, constraint("hidden", **secret), layer="constraints")
    told = {
        rank: {item.row["id"] for item in unreviewed_rows(reviewed, "constraints", rank)}
        for rank in Sensitivity
    }
    assert told[Sensitivity.PUBLIC] == set()
    assert told[Sensitivity.RESTRICTED] == {"mine"}
    assert told[Sensitivity.CONFIDENTIAL] == {"mine", "hidden"}
    first = next(iter(reviewed.drafts("constraints")))
    review.discard(reviewed.workspace, first.id, author="Ana")
    left = unreviewed_rows(reviewed, "constraints", Sensitivity.CONFIDENTIAL)
    assert len(left) == 1


def test_a_draft_reports_what_its_author_changed_and_lowers_no_secret(store):
    secret = {"sensitivity": Sensitivity.CONFIDENTIAL}
    rows = [constraint("a"), constraint("mine", **secret)]
    first = store.draft("constraints", constraints(*rows), "Ana", "m", clearance=EVERYTHING)
    store.publish(first.id, "Ana", clearance=EVERYTHING)
    rows = [constraint("a", name="Worse"), constraint("mine")]
    late = store.draft("constraints", constraints(*rows), "Ben", "m", clearance=EVERYTHING)
    for rank, known in ((Sensitivity.RESTRICTED, {"a"}), (EVERYTHING, {"a", "mine"})):
        assert {item.row["id"] for item in unreviewed_rows(store, "constraints", rank)} == known
    only = {"author": "Cleo", "clearance": EVERYTHING}
    edit = ChangeFeature("mine", {"name": "Cleared"}, "seen")
    store.apply_edit("constraints", edit, **only)
    edit = ChangeFeature("a", {"name": "Worse"}, "seen")
    store.apply_edit("constraints", edit, **only)
    mine = unreviewed_rows(store, "constraints", EVERYTHING)
    assert [(item.draft.id, item.row["id"]) for item in mine] == [(late.id, "mine")]
    review.discard(store.workspace, late.id, author="Ben")
    early = store.draft("constraints", constraints(constraint("b")), "Ben", "m")
    store.apply_edit("constraints", ChangeFeature("a", {"name": "Open"}, "seen"), **only)
    told = unreviewed_rows(store, "constraints", EVERYTHING)
    assert [(item.draft.id, item.row["id"]) for item in told] == [(early.id, "b")]


def test_whoever_makes_a_draft_is_its_first_maker(store):
    draft = drafted(store, port("a"))
    for author in ("Ben", "Ana"):
        other = store.workspace.snapshot("ports", ports(port("a", berths=len(author))))
        revise(store.workspace, draft.id, other, author=author, action="rebased")
    review.comment(store.workspace, draft.id, author="Cleo", text="fine")
    assert review.makers(review.events(store.workspace, draft.id)) == ("Ana", "Ben")
    with pytest.raises(NotFound):
        review.state_of(store.workspace, "nothing")


def test_a_rollback_that_would_lift_a_closure_waits_for_the_review_of_its_layer(reviewed, clock):
    for keys in (("a",), ("a", "b")):
        clock.tick(minutes=1)
        draft = drafted(reviewed, *map(constraint, keys), layer="constraints")
        approve(reviewed, draft, "Ben")
        reviewed.publish(draft.id, "Ana")
    with pytest.raises(NeedsReview, match="rollback is kept as draft") as caught:
        reviewed.rollback("constraints", "1", "Ben", "undo", confirm_lifts={"b"})
    assert reviewed.head("constraints").number == 2, "one alone reopens no road here"
    kept = reviewed.get_draft(caught.value.details["draft"])
    assert (kept.state.value, kept.author, [one.id for one in kept.lifts]) == (
        "submitted",
        "Ben",
        ["b"],
    )
    approve(reviewed, kept, "Carla")
    with pytest.raises(LiftsClosures):
        reviewed.publish(kept.id, "Ben")
    back = reviewed.publish(kept.id, "Ben", confirm_lifts={"b"})
    assert back.version == reviewed.release("constraints", "1").version
    clock.tick(minutes=1)
    forward = reviewed.rollback("constraints", "2", "Ben", "b is closed after all")
    assert forward.number == 4, "what closes waits for nobody"
    clock.tick(minutes=1)
    gone = reviewed.withdraw("constraints", "2", "Ben", "names a source", confirm_lifts={"b"})
    assert gone.version == back.version, "what must not be seen is hidden at once"


def test_a_rollback_answers_for_the_head_that_it_was_judged_against(reviewed, clock, monkeypatch):
    """A closure published while it is judged would be lifted by one alone, who names it."""

    def publish(*records):
        clock.tick(minutes=1)
        draft = drafted(reviewed, *records, layer="constraints")
        approve(reviewed, draft, "Ben")
        reviewed.publish(draft.id, "Ana")

    publish(constraint("a"))
    publish(constraint("a", description="seen again"))
    judge = editing.lifted

    def judged_while_b_closes(*given, **options):
        found = judge(*given, **options)
        publish(constraint("a", description="seen again"), constraint("b"))
        return found

    monkeypatch.setattr(editing, "lifted", judged_while_b_closes)
    with pytest.raises(Conflict, match="since you began"):
        reviewed.rollback("constraints", "1", "Ben", "undo", confirm_lifts={"b"})
    assert reviewed.head("constraints").number == 3
