"""Obstacle reports as servers of forms export them: names, labels, groups, and ODK's own way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scripts.corpus.book import Value
from scripts.corpus.case import Seed
from scripts.corpus.ground import COUNT, COUNTRY, INLAND, OFFICE, day
from scripts.corpus.table import Table, Truth

_TYPES = ("flood", "landslide", "bridge_damage", "mud")
_EFFECTS = ("blocked", "restricted", "difficult", "advisory")
_LABELS: dict[str, dict[str, str]] = {
    "en": {
        "constraint_type": "Type",
        "effect": "Effect on traffic",
        "description": "Description",
        "road_name": "Road name or number, as reported",
        "point": "GPS position",
        "max_gross_t": "Gross mass limit (t)",
        "source_org": "Source organisation",
        "date_of_information": "Date of information",
        "exercise": "Exercise data (invented)",
        "flood": "Flood",
        "landslide": "Landslide",
        "bridge_damage": "Bridge damage",
        "mud": "Mud",
        "blocked": "Blocked",
        "restricted": "Restricted",
        "difficult": "Difficult",
        "advisory": "Advisory",
        "yes": "yes",
    },
    "fr": {
        "constraint_type": "Type",
        "effect": "Effet sur la circulation",
        "description": "Description",
        "road_name": "Nom ou numéro de la route, tel que signalé",
        "point": "Position GPS",
        "max_gross_t": "Masse totale maximale (t)",
        "source_org": "Organisation source",
        "date_of_information": "Date de l'information",
        "exercise": "Données d'exercice (inventées)",
        "flood": "Inondation",
        "landslide": "Glissement de terrain",
        "bridge_damage": "Pont endommagé",
        "mud": "Boue",
        "blocked": "Bloqué",
        "restricted": "Restreint",
        "difficult": "Difficile",
        "advisory": "Avis",
        "yes": "oui",
    },
}
_GROUPS = {
    "constraint_type": "what",
    "effect": "what",
    "description": "what",
    "road_name": "what",
    "point": "where",
    "max_gross_t": "limits",
    "source_org": "source",
    "date_of_information": "source",
    "exercise": "source",
}


def _uuid(index: int) -> str:
    return f"5f0c8a52-0000-4c7e-9a3e-e0e8c1a5e{index:03}"


def kobo(*, language: str = "", groups: bool = True, in_gis: bool = False) -> Table:
    """Return reports as KoBoToolbox exports them, with names or with the labels of a language.

    The point comes as its four parts, as every export has it beside the whole.
    """
    said = _LABELS.get(language, {})

    def head(name: str) -> str:
        path = f"{_GROUPS[name]}/" if groups and not language else ""
        return path + said.get(name, name)

    point = said.get("point", "point")
    halves = ("latitude", "longitude", "altitude", "precision")
    truths = []
    for one in range(COUNT):
        lat, lon = INLAND[one]
        answers = _answers(one)
        cells: dict[str, Value] = {
            "start": f"{day(one)}T08:00:00.000-03:00",
            "end": f"{day(one)}T08:09:00.000-03:00",
            "today": day(one).isoformat(),
            "deviceid": "exercise",
            "lca_constraints": "1",
            **{head(name): said.get(str(value), value) for name, value in answers.items()},
        }
        if not in_gis:
            for half, value in zip(halves, (lat, lon, 410.0, 4.5), strict=True):
                cells[f"_{point}_{half}"] = value
        cells |= _of_the_server(one)
        truths.append(Truth(cells, _record(one, answers, "" if in_gis else "accurate"), (lon, lat)))
    roles = {"status": head("effect"), "date": head("date_of_information")}
    if not in_gis:
        roles |= {"lat": f"_{point}_latitude", "lon": f"_{point}_longitude"}
    table = _table(f"kobo_{language or 'names'}{'' if groups else '_no_groups'}", truths, roles)
    # Points of a map do not say how exact they are: what closes a road is told to be only likely.
    told = (Seed("[Ll]ocation precision"),) if in_gis else ()
    return replace(table, geodata=in_gis, seeds=told)


def odk() -> Table:
    """Return reports as ODK Central exports them: groups and halves after a dash."""
    truths = []
    for one in range(COUNT):
        lat, lon = INLAND[one]
        answers = _answers(one)
        cells: dict[str, Value] = {
            "SubmissionDate": f"{day(one)}T11:10:00.000Z",
            "start": f"{day(one)}T08:00:00.000-03:00",
            "today": day(one).isoformat(),
            "lca_constraints": "1",
            **{f"{_GROUPS[name]}-{name}": value for name, value in answers.items()},
            "where-point-Latitude": lat,
            "where-point-Longitude": lon,
            "where-point-Altitude": 410.0,
            "where-point-Accuracy": 4.5,
            "meta-instanceID": f"uuid:{_uuid(one)}",
            "KEY": f"uuid:{_uuid(one)}",
            "SubmitterName": "exercise",
        }
        truths.append(Truth(cells, _record(one, answers, "accurate"), (lon, lat)))
    roles = {
        "status": "what-effect",
        "date": "source-date_of_information",
        "lat": "where-point-Latitude",
        "lon": "where-point-Longitude",
    }
    return _table("odk_central", truths, roles)


def _table(shape: str, truths: list[Truth], roles: dict[str, str]) -> Table:
    return Table(
        shape=shape,
        layer="constraints",
        profile="kobo",
        truths=tuple(truths),
        roles=roles,
        sheet="Obstacle report",
        options={"country": COUNTRY, "time_zone": "America/Santiago", "exercise": True},
        strict=True,  # its choices are ours: another word was never one
    )


def _answers(one: int) -> dict[str, Value]:
    effect = _EFFECTS[one % 4]
    return {
        "constraint_type": _TYPES[one % 4],
        "effect": effect,
        "description": f"Exercise report {one}",
        "road_name": f"EX-{one}",
        "max_gross_t": 12.5 + one if effect == "restricted" else None,
        "source_org": OFFICE,
        "date_of_information": day(one).isoformat(),
        "exercise": "yes",
    }


def _record(one: int, answers: dict[str, Value], precision: str) -> dict[str, Any]:
    lat, lon = INLAND[one]
    known = {
        name: answers[name] for name in ("constraint_type", "effect", "description", "road_name")
    }
    return {
        "id": _uuid(one),
        **known,
        "max_gross_t": answers["max_gross_t"],
        "source_org": OFFICE,
        "date_of_information": day(one),
        "exercise": True,
        "latitude": lat,
        "longitude": lon,
        **({"location_precision": precision} if precision else {}),
    }


def _of_the_server(one: int) -> dict[str, Value]:
    return {
        "_id": 1700 + one,
        "_uuid": _uuid(one),
        "_submission_time": f"{day(one)}T11:10:00",
        "_validation_status": None,
        "_notes": None,
        "_status": "submitted_via_web",
        "_submitted_by": "exercise",
        "__version__": "v1",
        "_tags": None,
        "_index": one + 1,
    }
