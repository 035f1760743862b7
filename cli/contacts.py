"""People of an assessment, written to a file that only its owner can read."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from layers.cells import comma_cell
from lca.errors import UsageError
from lca.record import fields_of, to_row


def write_contacts(path: Path, contacts: Sequence[Any]) -> None:
    """Write contacts as CSV, with formulas made inert; the file must not exist yet.

    Raises
    ------
    UsageError
        If it exists, or is to be of another kind.
    """
    if path.suffix != ".csv":
        raise UsageError(f"{path.name} is no .csv file.", do_next="Name it so.")
    names = [field.name for field in fields_of(type(contacts[0]))]
    try:
        # Personal data: made for its owner alone, never first readable by others.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise UsageError(
            f"{path} is there already.", do_next="Name another file, or delete it."
        ) from error
    with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(names)
        for contact in contacts:
            row = to_row(contact)
            writer.writerow([comma_cell(row[name]) for name in names])
