"""Whether the process lives, and whether it can answer."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from api.caching import NO_STORE
from api.deps import ServiceDep, known_parameters_only
from api.models.system import Health, Readiness
from lca import __version__
from lca.vocab import Sensitivity

router = APIRouter(tags=["Service"], dependencies=[Depends(known_parameters_only)])


@router.get("/healthz", response_model=Health, summary="The process lives")
async def healthz(response: Response) -> Health:
    """Answer without touching the store."""
    response.headers["Cache-Control"] = NO_STORE
    return Health(status="ok", product_version=__version__)


@router.get("/readyz", response_model=Readiness, summary="Answers can be given")
def readyz(service: ServiceDep, response: Response) -> Readiness:
    """Read the catalogue, every head's content and the graph build; 503 if one cannot be read."""
    response.headers["Cache-Control"] = NO_STORE
    heads = service.store.heads()
    for release in heads.releases.values():
        service.store.count(release.version, Sensitivity.PUBLIC)
    checks = {"catalogue": "readable", "heads": f"{len(heads.releases)} readable"}
    if heads.withdrawn:
        checks["withdrawn"] = ", ".join(sorted(heads.withdrawn))
    if heads.build is None:
        checks["build"] = "none registered"
    else:
        checks["build"] = service.planner.network.digest
    # Other answers do not rest on them, so a failure is told and refuses nothing.
    if derived := service.rebuilding.said:
        checks["derived"] = derived
    return Readiness(status="ready", checks=checks)
