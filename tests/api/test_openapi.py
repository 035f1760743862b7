"""The OpenAPI document is true: what it declares answers, and its examples exist."""

from __future__ import annotations

import re
from urllib.parse import quote

from fastapi.openapi.models import OpenAPI
from jsonschema import Draft202012Validator
from support.checkedclient import api_routes

ASKED_BY_POST = {
    "/routes",
    "/routes/alternatives",
    "/comparisons",
    "/convoys",
    "/largest",
    "/matrix",
    "/reach",
    "/isolation",
    "/critical",
    "/gateways",
    "/gaps",
}
"""Movement questions: they travel in bodies and change nothing."""


def document(served):
    return served.public.get("/api").json()


def operations(body):
    for path, item in body["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def test_it_is_an_openapi_document(served):
    body = document(served)
    OpenAPI.model_validate(body)
    for name, schema in body["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert name not in {"HTTPValidationError", "ValidationError"}
    identifiers = [operation["operationId"] for _, _, operation in operations(body)]
    assert len(identifiers) == len(set(identifiers))


def test_every_reference_leads_somewhere(served):
    body = document(served)
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', served.public.get("/api").text))
    assert names <= set(body["components"]["schemas"])


def test_each_layer_has_paths_of_its_own(served):
    paths = document(served)["paths"]
    assert not [path for path in paths if "{collection_id}" in path]
    assert set(paths["/collections/ports/items"]) == {"get", "post"}
    assert set(paths["/collections/fuel/items"]) == {"post"}, "nothing is published there yet"
    names = {item["name"] for item in paths["/collections/ports/items"]["get"]["parameters"]}
    assert names >= {"bbox", "limit", "after", "version", "as-of", "at", "f", "datetime", "filter"}
    assert {"status", "berths", "un_locode"} <= names, "its columns can be asked for"
    assert "standing" not in names


def test_every_declared_reading_answers_with_its_examples(served):
    served.publish(served.closure())
    body = document(served)
    validators = {}
    asked = 0
    for path, method, operation in operations(body):
        if method != "get" or "{draft_id}" in path or "{watch_id}" in path:
            continue
        address, query = path, []
        for parameter in operation.get("parameters", []):
            value = parameter.get("example")
            if parameter["in"] == "path" and parameter["name"] == "segment_id":
                value = served.town.network.segments.id_at(0)
            if parameter["in"] == "path":
                assert value is not None, (path, parameter["name"])
                address = address.replace(f"{{{parameter['name']}}}", quote(str(value), safe=""))
            elif parameter["required"]:
                query.append(f"{parameter['name']}={value or 'a'}")
        role = operation.get("x-least-role")
        caller = served.holder(role) if role else served.public
        response = caller.get(address + ("?" + "&".join(query) if query else ""))
        assert response.status_code == 200, (path, response.text)
        media_type = response.headers["content-type"].split(";")[0]
        declared = operation["responses"]["200"].get("content", {})
        assert media_type in {name.split(";")[0] for name in declared}, path
        schema = declared.get(media_type, {}).get("schema")
        if schema and "json" in media_type:
            key = str(schema)
            validators.setdefault(
                key, Draft202012Validator({**schema, "components": body["components"]})
            )
            validators[key].validate(response.json())
        asked += 1
    assert asked > 30


def test_access_and_errors_are_declared(served):
    body = document(served)
    assert body["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for path, method, operation in operations(body):
        responses = operation["responses"]
        assert "application/problem+json" in responses["400"]["content"], path
        writes = method != "get" and path not in ASKED_BY_POST
        unpublished = "/drafts" in path or path.endswith("/unreviewed")
        unpublished |= path.startswith("/watches")
        assert ("x-least-role" in operation) == (writes or unpublished), path
        if "x-least-role" in operation:
            assert operation["security"] == [{"token": []}]
            assert {"401", "403"} <= set(responses)
        elif "security" in operation:
            assert {} in operation["security"], "a token is never needed to read"
        for status, response in responses.items():
            if int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"]


def test_a_secret_is_no_example(served):
    served.publish(served.closure("A-SECRET", sensitivity="restricted"))
    assert "A-SECRET" not in served.public.get("/api").text


def test_the_document_names_what_it_describes(served):
    declared = {(route.path, method.lower()) for route in api_routes() for method in route.methods}
    found = {
        (re.sub(r"^/collections/\w+", "/collections/*", path), method)
        for path, method, _ in operations(document(served))
    }
    wanted = {
        (re.sub(r"^/collections/(\{collection_id\}|constraints)", "/collections/*", path), method)
        for path, method in declared
    }
    assert found == wanted
