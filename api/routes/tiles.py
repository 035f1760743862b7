"""Vector tiles of roads and layers, and the status of each road."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from api.deps import known_parameters_only

router = APIRouter(tags=["Tiles"], dependencies=[Depends(known_parameters_only)])
