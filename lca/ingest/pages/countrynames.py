"""Names of countries in French and Spanish, as assessments in these languages write them.

Only those that differ from the English name by more than accents; a name states nothing on the
status of a territory.
"""

from __future__ import annotations

from lca.country import iso3_of
from lca.ingest.plan import plain_heading

_NAMES = {
    "AFG": "Afghanistan|Afganistán",
    "ARG": "Argentine",
    "BEN": "Bénin|Benín",
    "BOL": "Bolivie",
    "BRA": "Brésil|Brasil",
    "CAF": "République centrafricaine|Centrafrique|RCA|República Centroafricana",
    "CHL": "Chili",
    "CIV": "Côte d'Ivoire|Costa de Marfil",
    "CMR": "Cameroun|Camerún",
    "COD": "République démocratique du Congo|RD Congo|RDC|República Democrática del Congo",
    "COG": "Congo|République du Congo|Congo-Brazzaville|República del Congo",
    "COL": "Colombie",
    "COM": "Comores|Comoras",
    "CPV": "Cap-Vert|Cabo Verde",
    "CUB": "Cuba",
    "DJI": "Djibouti|Yibuti",
    "DOM": "République dominicaine|República Dominicana",
    "DZA": "Algérie|Argelia",
    "ECU": "Équateur|Ecuador",
    "EGY": "Égypte|Egipto",
    "ERI": "Érythrée",
    "ESH": "Sahara occidental",
    "ETH": "Éthiopie|Etiopía",
    "GAB": "Gabon|Gabón",
    "GIN": "Guinée|Guinea",
    "GMB": "Gambie|Gambia",
    "GNB": "Guinée-Bissau|Guinea-Bisáu",
    "GNQ": "Guinée équatoriale|Guinea Ecuatorial",
    "GTM": "Guatemala",
    "HTI": "Haïti|Haití",
    "IDN": "Indonésie",
    "IRQ": "Irak",
    "JOR": "Jordanie|Jordania",
    "KEN": "Kenya|Kenia",
    "KHM": "Cambodge|Camboya",
    "LBN": "Liban|Líbano",
    "LBR": "Libéria",
    "LBY": "Libye|Libia",
    "MAR": "Maroc|Marruecos",
    "MDG": "Madagascar",
    "MEX": "Mexique|México",
    "MLI": "Mali|Malí",
    "MMR": "Birmanie|Birmania",
    "MRT": "Mauritanie|Mauritania",
    "NER": "Niger|Níger",
    "NGA": "Nigéria|Nigeria",
    "NPL": "Népal",
    "PAK": "Pakistan|Pakistán",
    "PAN": "Panamá",
    "PER": "Pérou|Perú",
    "PHL": "Filipinas",
    "PSE": "Palestine|Palestina|État de Palestine",
    "RWA": "Rwanda|Ruanda",
    "SDN": "Soudan|Sudán",
    "SEN": "Sénégal",
    "SLE": "Sierra Leone|Sierra Leona",
    "SOM": "Somalie",
    "SSD": "Soudan du Sud|Sudán del Sur",
    "SYR": "Syrie|Siria|République arabe syrienne",
    "TCD": "Tchad|Chad",
    "TGO": "Togo",
    "TLS": "Timor oriental",
    "TUN": "Tunisie|Túnez",
    "TUR": "Turquie|Turquía|Türkiye|Turkey",
    "TZA": "Tanzanie|Tanzania",
    "UGA": "Ouganda",
    "UKR": "Ucrania",
    "VEN": "Venezuela",
    "YEM": "Yémen",
    "ZAF": "Afrique du Sud|Sudáfrica",
    "ZMB": "Zambie",
}
_BY_NAME = {
    plain_heading(name): iso3 for iso3, names in _NAMES.items() for name in names.split("|")
}


def country_of(text: str) -> str | None:
    """Return the ISO 3166-1 alpha-3 code of a country's code, or English, French, Spanish name."""
    return iso3_of(text) or _BY_NAME.get(plain_heading(text))
