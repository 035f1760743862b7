"""Metadata of a version, in the forms of catalogues."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from api.deps import known_parameters_only

router = APIRouter(tags=["Metadata"], dependencies=[Depends(known_parameters_only)])
