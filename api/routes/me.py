"""Who the token is."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from api.caching import NO_STORE
from api.deps import CallerDep, known_parameters_only
from api.models.system import Me

router = APIRouter(tags=["Service"], dependencies=[Depends(known_parameters_only)])


@router.get("/me", response_model=Me, summary="Who the token is")
def me(caller: CallerDep, response: Response) -> Me:
    """Return the caller's name, role and clearance; a public viewer's without a token."""
    response.headers["Cache-Control"] = NO_STORE
    return Me(
        authenticated=caller.with_token,
        name=caller.principal.name if caller.principal else None,
        role=caller.role.value,
        clearance=caller.clearance.value,
    )
