"""The code lists that the records are written in."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.caching import etag_of_content, not_modified, validated
from api.deps import CallerDep, LinksDep, known_parameters_only
from api.models.codelists import CodeList, CodeLists
from api.responses import JsonResponse
from lca.codelists import code_list, load

router = APIRouter(tags=["Code lists"], dependencies=[Depends(known_parameters_only)])


@router.get("/codelists", response_model=CodeLists, summary="All code lists")
def list_codelists(request: Request, caller: CallerDep, links: LinksDep) -> Response:
    """Return the name, length and address of each code list."""
    body = {
        "codelists": [
            {"name": name, "codes": len(codes), "href": links.href("codelists", name)}
            for name, codes in load().items()
        ]
    }
    headers = validated(etag_of_content(body), with_token=caller.with_token)
    return not_modified(request, headers) or JsonResponse(body, headers=headers)


@router.get("/codelists/{name}", response_model=CodeList, summary="One code list")
def get_codelist(request: Request, caller: CallerDep, name: str) -> Response:
    """Return the codes of a list, with labels in four languages and other standards' words."""
    body = {"name": name, "codes": [one.as_json() for one in code_list(name)]}
    headers = validated(etag_of_content(body), with_token=caller.with_token)
    return not_modified(request, headers) or JsonResponse(body, headers=headers)
