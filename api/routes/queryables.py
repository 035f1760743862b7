"""What a layer can be asked for: its queryables and its schema."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from api.deps import known_parameters_only

router = APIRouter(tags=["Queryables"], dependencies=[Depends(known_parameters_only)])
