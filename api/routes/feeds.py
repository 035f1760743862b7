"""What changed, as feeds: Atom and JSON, of a layer and of the operation; and tags."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from api.deps import known_parameters_only

router = APIRouter(tags=["Feeds"], dependencies=[Depends(known_parameters_only)])
