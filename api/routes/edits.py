"""Edits of one feature: add, change, confirm, end; each publishes a version."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from layers.access import Principal, Role
from layers.edits import AddFeature, ChangeFeature, ConfirmFeature, Edit, EndConstraint
from layers.spec import LayerKind, LayerSpec
from layers.store import Release
from lca.errors import NotAllowed, NotFound, UsageError
from lca.instant import parse_instant
from lca.record import from_row, to_row
from lca.vocab import ConstraintStatus, Sensitivity

from ..caching import base_version
from ..deps import EditorDep, LayerDep, LinksDep, ReporterDep, ServiceDep, known_parameters_only
from ..features import feature_of, geometry_from, row_values
from ..links import Links
from ..models.edits import ConfirmRequest, EditResult, EndRequest, FeaturePatch, NewFeature
from ..releases import version_info
from ..service import Service
from .items import FeatureId

router = APIRouter(tags=["Edits"], dependencies=[Depends(known_parameters_only)])
