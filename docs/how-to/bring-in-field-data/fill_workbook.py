"""Fill in the French workbook of the guide as a hurried surveyor would, then mend it.

Exercise data: everything is invented. `fill_workbook.py evaluation.xlsx` fills in the empty workbook;
`fill_workbook.py problems.xlsx --mend` corrects the coloured cells of the one that came back.
"""

from __future__ import annotations

import sys
from pathlib import Path

import openpyxl

COVER = {
    "Organisation": "Équipe d'évaluation (simulée)",
    "Date de l'évaluation": "2026-11-17",
    "Fuseau horaire": "America/Santiago",
    "Licence": "CC BY 4.0",
    "Exercice": "oui",
}
ROWS = {
    "Entrepôts": [
        {
            "Identifiant": "EX-F1",
            "Nom *": "Entrepôt des coopératives (exercice)",
            "Latitude": -29.9012,
            "Longitude": -71.2521,
            "Statut opérationnel": "Opérationnel",
            "Surface couverte (m²)": 850,
            "Capacité (t)": 600,
        },
        {
            "Identifiant": "EX-F2",
            "Nom *": "Hangar de Tierras Blancas (exercice)",
            "Latitude": 29.9401,  # the sign is missing
            "Longitude": -71.2302,
            "Statut opérationnel": "opérationel",  # misspelt
            "Capacité (t)": "1.200",  # typed as text
        },
    ],
    "Contraintes d'accès": [
        {
            "Identifiant": "EX-F3",
            "Nom *": "Éboulement à Punta Teatinos (exercice)",
            "Latitude": -29.8232,
            "Longitude": -71.2841,
            "Type": "Glissement de terrain",
            "Effet sur la circulation": "Bloqué",
            "Statut": "Signalé",
            "Date de l'information *": "16/11/2026",
            "À revoir avant le": "03/12/2026",  # 3 December or 12 March
            "Précision de la localisation": "Précise",
        },
    ],
    "Contacts": [
        {
            "Identifiant": "EX-F4",
            "Nom *": "Camille Exemple",
            "Fonction": "Cheffe du dépôt",
            "Installation": "Entrepôt des coopératives (exercice)",
            "Téléphone": "+56 9 0000 0000",
            "Consentement": "donné",
        },
    ],
}
MENDED = {
    ("Entrepôts", "EX-F2"): {
        "Statut opérationnel": "Opérationnel",
        "Capacité (t)": 1200,
    },
    ("Contraintes d'accès", "EX-F3"): {"À revoir avant le": "2026-12-03"},
}


def _write(page: openpyxl.worksheet.worksheet.Worksheet, row: int, values: dict) -> None:
    columns = {cell.value: cell.column for cell in page[1]}
    for heading, value in values.items():
        page.cell(row, columns[heading], value)


def main(path: Path, *, mend: bool) -> None:
    """Write into the workbook at `path`."""
    book = openpyxl.load_workbook(path)
    if mend:
        for (sheet, known_as), values in MENDED.items():
            ids = {cell.value: cell.row for cell in book[sheet]["A"]}
            _write(book[sheet], ids[known_as], values)
    else:
        for cell in book["Évaluation"]["A"]:
            if cell.value in COVER:
                book["Évaluation"].cell(cell.row, 2, COVER[cell.value])
        for sheet, rows in ROWS.items():
            for row, values in enumerate(rows, start=2):
                _write(book[sheet], row, values)
    book.save(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]), mend="--mend" in sys.argv)
