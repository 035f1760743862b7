"""The headings of WFP's road extract from OpenStreetMap, as it is published, in their order."""

from __future__ import annotations

HEADINGS = (
    "id",
    "osm_id",
    "sourceid",
    "notes",
    "onme",
    "rtenme",
    "ntlclass",
    "fclass",
    "numlanes",
    "srftpe",
    "srfcond",
    "isseasonal",
    "curntprac",
    "gnralspeed",
    "rdwidthm",
    "status",
    "iselevated",
    "iso3",
    "country",
    "last_update",
)
