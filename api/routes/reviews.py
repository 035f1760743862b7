"""The review of drafts: list, submit, comment, approve, send back and discard them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from api.deps import (
    ApproverDep,
    EditorDep,
    LayerDep,
    LinksDep,
    ServiceDep,
    ViewerDep,
    known_parameters_only,
)
from api.links import GEOJSON, JSON, Links, link
from api.models.reviews import (
    Approval,
    OptionalNote,
    ReviewNote,
    UnreviewedReport,
    UnreviewedReports,
)
from api.models.versions import DraftInfo, Drafts, DraftSummary
from api.service import Service
from api.uploads import hides_rows
from layers import review
from layers.access import Principal, Role
from layers.draft import Draft
from layers.geojson import feature
from layers.spec import LayerSpec
from layers.unreviewed import Reported, unreviewed_rows
from lca.errors import NotAllowed
from lca.instant import format_instant
from lca.vocab import Sensitivity

from .drafts import DraftId, draft_info, draft_of

router = APIRouter(tags=["Drafts"], dependencies=[Depends(known_parameters_only)])

_PATH = "/collections/{collection_id}/drafts/{draft_id}"


@dataclass(frozen=True, slots=True)
class ReviewTable:
    """Where a draft of a layer is laid for whoever may see it."""

    service: Service
    links: Links
    spec: LayerSpec
    draft_id: str

    def take(
        self, who: Principal, act: Callable[..., None], text: str | None, **options: Any
    ) -> DraftInfo:
        """Take a step of the review and return the draft as it stands then."""
        draft_of(self.service, self.spec, who, self.draft_id)
        workspace = self.service.store.workspace
        act(workspace, self.draft_id, author=who.name, text=text, **options)
        return draft_info(self.links, draft_of(self.service, self.spec, who, self.draft_id))


def table_of(
    service: ServiceDep, links: LinksDep, spec: LayerDep, draft_id: DraftId
) -> ReviewTable:
    """Return the table for the draft that the path names."""
    return ReviewTable(service, links, spec, draft_id)


TableDep = Annotated[ReviewTable, Depends(table_of)]


@router.get(
    "/collections/{collection_id}/drafts", response_model=Drafts, summary="Drafts of a layer"
)
def list_drafts(
    service: ServiceDep, editor: EditorDep, links: LinksDep, spec: LayerDep, response: Response
) -> Drafts:
    """Return the drafts that are neither published nor discarded, newest first."""
    response.headers["Cache-Control"] = "private, no-store"
    found = service.store.drafts(spec.name, clearance=editor.clearance)
    seen = [draft for draft in found if not hides_rows(draft, editor.clearance)]
    return Drafts(
        drafts=[_summary(links, draft) for draft in seen],
        links=[link(links.href("collections", spec.name, "drafts"), "self", JSON, "These drafts")],
    )


@router.get(
    "/collections/{collection_id}/unreviewed",
    response_model=UnreviewedReports,
    summary="Reports that nobody has reviewed",
)
def list_unreviewed(
    service: ServiceDep, viewer: ViewerDep, links: LinksDep, spec: LayerDep, response: Response
) -> UnreviewedReports:
    """Return what drafts report, at once and UNVERIFIED, to cleared callers only (rule 7)."""
    if viewer.clearance is Sensitivity.PUBLIC:
        raise NotAllowed(
            "What nobody has reviewed is shown to cleared readers only.",
            where=spec.name,
            do_next="Ask an admin for a token with a clearance.",
        )
    response.headers["Cache-Control"] = "private, no-store"
    found = unreviewed_rows(service.store, spec.name, viewer.clearance)
    own = links.href("collections", spec.name, "unreviewed")
    return UnreviewedReports(
        features=[_report(item) for item in found],
        links=[link(own, "self", GEOJSON, "These reports")],
    )


@router.post(_PATH + "/submit", response_model=DraftInfo, summary="Ask for a review")
def submit_draft(table: TableDep, editor: EditorDep, body: OptionalNote) -> DraftInfo:
    """Ask for the review of a draft that is open or was sent back."""
    return table.take(editor, review.submit, body.text)


@router.post(_PATH + "/comment", response_model=DraftInfo, summary="Comment on a draft")
def comment_on_draft(table: TableDep, editor: EditorDep, body: ReviewNote) -> DraftInfo:
    """Say something about a draft; it stands in its history."""
    return table.take(editor, review.comment, body.text)


@router.post(_PATH + "/approve", response_model=DraftInfo, summary="Approve a draft")
def approve_draft(table: TableDep, approver: ApproverDep, body: Approval) -> DraftInfo:
    """Approve one content of a draft; any later change of it voids the approval.

    On a layer of four eyes whoever made or changed the draft is refused.
    """
    return table.take(
        approver,
        review.approve,
        body.text,
        version=body.version,
        accept=body.accept,
        clearance=approver.clearance,
    )


@router.post(_PATH + "/return", response_model=DraftInfo, summary="Send a draft back")
def return_draft(table: TableDep, approver: ApproverDep, body: ReviewNote) -> DraftInfo:
    """Send a draft back with the reason; it cannot be published until it is submitted again."""
    return table.take(approver, review.send_back, body.text)


@router.post(_PATH + "/discard", response_model=DraftInfo, summary="Give a draft up")
def discard_draft(table: TableDep, editor: EditorDep, body: OptionalNote) -> DraftInfo:
    """Give a draft up; an editor one's own, an approver any. Its history stays."""
    draft = draft_of(table.service, table.spec, editor, table.draft_id)
    if editor.role.rank < Role.APPROVER.rank and draft.author != editor.name:
        raise NotAllowed(
            f"The draft is {draft.author}'s.",
            where=table.spec.name,
            do_next="Ask its author or an approver to discard it.",
        )
    return table.take(editor, review.discard, body.text)


def _report(item: Reported) -> UnreviewedReport:
    draft = item.draft
    return UnreviewedReport(
        **feature(item.row),
        draft=draft.id,
        state=draft.state.value,
        reported_by=draft.author,
        reported_at=format_instant(draft.created_at),
    )


def _summary(links: Links, draft: Draft) -> DraftSummary:
    own = links.href("collections", draft.layer, "drafts", draft.id)
    return DraftSummary(
        id=draft.id,
        layer=draft.layer,
        version=draft.version,
        author=draft.author,
        message=draft.message,
        created_at=format_instant(draft.created_at),
        state=draft.state.value,
        review=draft.review.value,
        changes=draft.summary,
        lifts=len(draft.lifts),
        links=[link(own, "self", JSON, "This draft")],
    )
