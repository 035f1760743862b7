"""Edits of one feature: add, change, confirm, end; each publishes a version at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from api.caching import base_version
from api.deps import EditorDep, LayerDep, LinksDep, ReporterDep, ServiceDep, known_parameters_only
from api.features import feature_of, geometry_from, row_values
from api.links import Links
from api.models.edits import ConfirmRequest, EditResult, EndRequest, FeaturePatch, NewFeature
from api.nearness import require_near
from api.service import Service
from layers.access import Principal, Role
from layers.edits import AddFeature, ChangeFeature, ConfirmFeature, Edit, EndConstraint
from layers.spec import LayerKind, LayerSpec
from lca.errors import InvalidInput, NotAllowed, NotFound
from lca.instant import parse_instant
from lca.vocab import ConstraintStatus

from .items import FeatureId

router = APIRouter(tags=["Edits"], dependencies=[Depends(known_parameters_only)])

CONSTRAINTS = "constraints"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where one editor's edit is published and its result written."""

    request: Request
    service: Service
    links: Links

    def publish(
        self, spec: LayerSpec, edit: Edit, editor: Principal, confirm_lifts: list[str] | None = None
    ) -> EditResult:
        """Publish an edit; ``If-Match`` names the version that the editor saw."""
        store = self.service.store
        release = store.apply_edit(
            spec.name,
            edit,
            editor.name,
            base=base_version(self.request),
            confirm_lifts=frozenset(confirm_lifts or ()),
            clearance=editor.clearance,
        )
        try:
            row = store.feature(release, edit.feature_id, clearance=editor.clearance)
        except NotFound:
            row = None
        return EditResult(
            release=self.service.notes.write(self.links, release, editor.clearance),
            id=edit.feature_id,
            feature=None if row is None else feature_of(row),
        )


def desk_of(request: Request, service: ServiceDep, links: LinksDep) -> Desk:
    """Return the desk for this request."""
    return Desk(request, service, links)


DeskDep = Annotated[Desk, Depends(desk_of)]


@router.post(
    "/collections/{collection_id}/items",
    response_model=EditResult,
    status_code=201,
    summary="Add a feature",
)
def add_item(
    desk: DeskDep, reporter: ReporterDep, spec: LayerDep, body: NewFeature, response: Response
) -> EditResult:
    """Add a feature and publish it.

    A reporter may add constraints as `reported`: they act at once, marked unverified (rule 7).
    """
    row = new_row(spec, body)
    require_near(desk.service, row["geometry"])
    if reporter.role.rank < Role.EDITOR.rank:
        _require_report(spec, row)
    result = desk.publish(spec, AddFeature(row), reporter)
    response.headers["Location"] = desk.links.item(spec.name, result.id)
    return result


@router.patch(
    "/collections/{collection_id}/items/{feature_id}",
    response_model=EditResult,
    summary="Change a feature",
)
def change_item(
    desk: DeskDep, editor: EditorDep, spec: LayerDep, feature_id: FeatureId, body: FeaturePatch
) -> EditResult:
    """Change the members given; a closure that this weakens must be in `confirm_lifts`."""
    changes = row_values(body.properties, spec.fields)
    if "geometry" in body.model_fields_set:
        changes["geometry"] = geometry_from(body.geometry)
        require_near(desk.service, changes["geometry"])
    if "sensitivity" in changes and changes["sensitivity"] is None:
        raise InvalidInput(
            "A sensitivity cannot become unknown: the layer's default might show a secret.",
            where="properties.sensitivity",
            do_next="Say which it is.",
        )
    return desk.publish(
        spec, ChangeFeature(feature_id, changes, body.reason), editor, body.confirm_lifts
    )


@router.post(
    "/collections/constraints/items/{feature_id}/confirm",
    response_model=EditResult,
    summary="Confirm a constraint",
)
def confirm_item(
    desk: DeskDep, editor: EditorDep, feature_id: FeatureId, body: ConfirmRequest
) -> EditResult:
    """Say that a constraint still is as recorded, and who says so."""
    edit = ConfirmFeature(
        feature_id, body.source_org, parse_instant(body.date_of_information), body.note or ""
    )
    return desk.publish(desk.service.store.specs[CONSTRAINTS], edit, editor)


@router.post(
    "/collections/constraints/items/{feature_id}/end",
    response_model=EditResult,
    summary="End a constraint",
)
def end_item(
    desk: DeskDep, editor: EditorDep, feature_id: FeatureId, body: EndRequest
) -> EditResult:
    """End a constraint with the source of the end; nothing else reopens a road (rule 3)."""
    edit = EndConstraint(
        feature_id, body.ended_by, parse_instant(body.ended_at), body.reason, planned=body.planned
    )
    return desk.publish(desk.service.store.specs[CONSTRAINTS], edit, editor)


def new_row(spec: LayerSpec, body: NewFeature) -> dict[str, Any]:
    """Return a feature that a client sent as a row of a layer."""
    row = row_values(body.properties, spec.fields)
    row["geometry"] = geometry_from(body.geometry)
    if body.id is not None:
        row["id"] = body.id
    return row


def _require_report(spec: LayerSpec, row: dict[str, Any]) -> None:
    """Hold a reporter to reports: of constraints, unverified."""
    if spec.kind is not LayerKind.CONSTRAINT:
        raise NotAllowed(
            f"A reporter may add constraints only, not {spec.name}.",
            do_next="Ask an editor to add it.",
        )
    reported = ConstraintStatus.REPORTED.value
    if row.setdefault("status", reported) != reported:
        raise NotAllowed(
            f"A reporter's constraint has the status {reported}, not {row['status']}.",
            where="properties.status",
            do_next="Leave status out; an editor verifies the report.",
        )
