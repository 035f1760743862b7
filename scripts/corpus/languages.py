"""Our workbook as offices fill it in French, Spanish and Arabic: headings, words and cover."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from scripts.corpus.book import Value
from scripts.corpus.ground import ARABIC_NAMES
from scripts.corpus.table import Table, Truth

_SHEETS = {
    "fr": ("Évaluation", "Ports"),
    "es": ("Evaluación", "Puertos"),
    "ar": ("التقييم", "الموانئ"),
}
_HEADINGS = {
    "Id": ("Identifiant", "Identificador", "المعرّف"),
    "Name": ("Nom", "Nombre", "الاسم"),
    "Latitude": ("Latitude", "Latitud", "خط العرض"),
    "Longitude": ("Longitude", "Longitud", "خط الطول"),
    "Status": ("Statut opérationnel", "Estado operativo", "الحالة التشغيلية"),
    "Type of port": ("Type de port", "Tipo de puerto", "نوع الميناء"),
    "UN/LOCODE": ("Code LOCODE/ONU", "Código UN/LOCODE", "رمز الموقع UN/LOCODE"),
    "Maximum draft (m)": ("Tirant d'eau maximal (m)", "Calado máximo (m)", "الغاطس الأقصى (م)"),
    "Maximum vessel length (m)": (
        *("Longueur maximale des navires (m)", "Eslora máxima (m)"),
        "الطول الأقصى للسفينة (م)",
    ),
    "Berths": ("Postes à quai", "Atracaderos", "عدد الأرصفة"),
    "Works at night": ("Fonctionne la nuit", "Opera de noche", "يعمل ليلا"),
    "Location precision": (
        *("Précision de la localisation", "Precisión de la ubicación"),
        "دقة الموقع",
    ),
    "Source organisation": ("Organisation source", "Organización fuente", "الجهة المصدر"),
    "Date of information": (
        *("Date de l'information", "Fecha de la información"),
        "تاريخ المعلومات",
    ),
    "Licence": ("Licence de l'enregistrement", "Licencia del registro", "ترخيص السجل"),
}
_COVER = {
    "Operation": ("Opération", "Operación", "العملية"),
    "Country": ("Pays", "País", "البلد"),
    "Organisation": ("Organisation", "Organización", "المنظمة"),
    "Assessment date": ("Date de l'évaluation", "Fecha de la evaluación", "تاريخ التقييم"),
    "Time zone": ("Fuseau horaire", "Zona horaria", "المنطقة الزمنية"),
    "Licence": ("Licence", "Licencia", "الترخيص"),
    "Exercise": ("Exercice", "Ejercicio", "تمرين"),
}
_WORDS: Mapping[Value, tuple[str, str, str]] = {
    "operational": ("Opérationnel", "Operativo", "يعمل"),
    "restricted": ("Restreint", "Restringido", "مقيّد"),
    "not_operational": ("Non opérationnel", "No operativo", "لا يعمل"),
    "planned": ("Planifié", "Planificado", "مخطط له"),
    "sea": ("Mer", "Mar", "بحري"),
    "accurate": ("Précise", "Precisa", "دقيق"),
    "yes": ("oui", "sí", "نعم"),
    "no": ("non", "no", "لا"),
}
_TURN = {"fr": 0, "es": 1, "ar": 2}


def in_language(table: Table, language: str) -> Table:
    """Return our table of ports with the headings, words and names of another language."""
    turn = _TURN[language]
    cover, sheet = _SHEETS[language]
    truths = tuple(_said(truth, index, language, turn) for index, truth in enumerate(table.truths))
    return replace(
        table,
        shape=f"{table.shape}_{language}",
        truths=truths,
        roles={role: _HEADINGS[name][turn] for role, name in table.roles.items()},
        sheet=sheet,
        cover_sheet=cover,
        cover={_COVER[key][turn]: _word(value, turn) for key, value in (table.cover or {}).items()},
    )


def _said(truth: Truth, index: int, language: str, turn: int) -> Truth:
    cells: dict[str, Value] = {}
    for name, cell in truth.cells.items():
        if isinstance(cell, bool):
            cell = "yes" if cell else "no"  # noqa: PLW2901 - a workbook says it in words
        cells[_HEADINGS[name][turn]] = _word(cell, turn)
    record = dict(truth.record or {})
    if language == "ar":
        cells[_HEADINGS["Name"][turn]] = record["name"] = ARABIC_NAMES[index]
    return Truth(cells, record, truth.place)


def _word(cell: Value, turn: int) -> Value:
    return _WORDS[cell][turn] if isinstance(cell, str) and cell in _WORDS else cell
