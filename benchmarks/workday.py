"""Time a workday's measure: 40 roads from a partner's workbook, reviewed, published, mapped.

Run it as ``python -m benchmarks.workday``. Every command is a process of its own, as somebody at a
terminal runs it; what people do meanwhile (filling in the workbook, reading) is not timed. The
goal is 60 s of machine time and 12 commands.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
from rich.console import Console
from rich.table import Table

from benchmarks.story import demo_folder
from cli.demo import build_demo
from layers.roundtrip.book import name_in
from layers.store import Store
from lca.constraint import Constraint
from lca.instant import format_instant, utc_now
from lca.table import frame_of
from lca.vocab import EffectKind, LocationPrecision

_LCA = str(Path(sys.executable).with_name("lca"))
ROADS, ENDED, EASED = 40, 15, 10
"""Of 40 closures 15 have ended, 10 let light vehicles pass, and the others are confirmed."""
MOST_SECONDS, MOST_COMMANDS = 60.0, 12


class Day:
    """The commands of one day, and how long each took."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self.taken_s: list[tuple[str, float]] = []

    def run(self, *words: str) -> Any:
        """Run a command and return what it printed, as JSON if it is that."""
        started = time.perf_counter()
        done = subprocess.run(  # noqa: S603 - our own command
            [_LCA, *words],
            env={**os.environ, "LCA_STORE": str(self._store), "LCA_AUTHOR": "Ana"},
            capture_output=True,
            text=True,
            check=False,
        )
        self.taken_s.append((f"lca {' '.join(words[:3])}", time.perf_counter() - started))
        if done.returncode:
            raise SystemExit(f"lca {' '.join(words)}: {done.stderr}")
        return json.loads(done.stdout) if "--json" in words else done.stdout


def main() -> None:
    """Do the day's work and print what each command took; exit 1 if the goal is missed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build_demo(folder / "store", clock=utc_now, say=lambda _text: None)
        _close_roads(folder / "store")
        day = Day(folder / "store")
        text = work(day, folder)
    table = Table(title=f"{ROADS} roads from a partner's workbook to a map", title_justify="left")
    table.add_column("command")
    table.add_column("s", justify="right")
    for words, seconds in day.taken_s:
        table.add_row(words, f"{seconds:.1f}")
    total = sum(seconds for _, seconds in day.taken_s)
    table.add_row(f"{len(day.taken_s)} commands", f"{total:.1f}")
    Console(width=100).print(table, text)
    if total > MOST_SECONDS or len(day.taken_s) > MOST_COMMANDS:
        raise SystemExit(1)


def work(day: Day, folder: Path) -> str:
    """Run the day's commands, check their outcome, and return the drafted release note."""
    workbook, picture = folder / "roads.xlsx", folder / "access.png"
    day.run("layer", "checkout", "constraints", "--out", str(workbook))
    fill_in(workbook)
    draft = day.run("layer", "checkin", str(workbook), "--author", "Partner", "--json")["draft"]
    shown = day.run("draft", "show", draft["id"], "--json")
    day.run("draft", "submit", draft["id"], "--author", "Partner")
    day.run("draft", "approve", draft["id"], "--author", "Ana", "--version", shown["version"])
    lifts = [word for item in shown["lifts"] for word in ("--confirm-lift", item["id"])]
    if len(lifts) != 2 * (ENDED + EASED):
        raise SystemExit(f"{len(lifts) // 2} closures to confirm, not {ENDED + EASED}")
    day.run("layer", "publish", "constraints", "--draft", draft["id"], "--author", "Ana", *lifts)
    day.run("layer", "make", "road_status", "--vehicle", "truck_heavy_3", "--author", "Ana")
    day.run("map", "constraints", "road_status", "--out", str(picture))
    if not picture.read_bytes().startswith(b"\x89PNG"):
        raise SystemExit("the map is no PNG")
    return str(day.run("layer", "notes", "constraints"))


def fill_in(workbook: Path) -> None:
    """Do what the partner does in Excel: say of each of the roads how it is now."""
    book = openpyxl.load_workbook(workbook)
    sheet = book["constraints"]
    column = {name_in(str(cell.value)): cell.column for cell in sheet[1]}
    rows = [
        row for row in range(2, sheet.max_row + 1)
        if str(sheet.cell(row, column["id"]).value).startswith("ROAD-")
    ]  # fmt: skip
    now = format_instant(utc_now() - timedelta(minutes=5))
    for number, row in enumerate(rows):
        said: dict[str, Any] = {"date_of_information": now, "source_ref": "Partner's report 7"}
        if number < ENDED:
            said |= {"status": "resolved", "ended_at": now, "ended_by": "Partner"}
        elif number < ENDED + EASED:
            said |= {"effect": "restricted", "max_gross_t": 10}
        for name, value in said.items():
            sheet.cell(row, column[name]).value = value
    book.save(workbook)


def _close_roads(store_folder: Path) -> None:
    """Publish 40 closures of named roads (exercise data)."""
    links = gpd.read_parquet(demo_folder() / "roads.parquet")
    named = links[links["name"].notna()].drop_duplicates("name").head(ROADS)
    with Store.open(store_folder) as store:
        present = store.frame(store.heads().releases["constraints"].version)
        reported = store.now() - timedelta(hours=20)
        closures = frame_of(
            Constraint,
            [
                Constraint(
                    id=f"ROAD-{number:02d}",
                    name=f"{row.name} closed (exercise)",
                    effect=EffectKind.BLOCKED,
                    source_org="Road authority (simulated)",
                    date_of_information=reported,
                    location_precision=LocationPrecision.ACCURATE,
                    exercise=True,
                    geometry=row.geometry.interpolate(0.5, normalized=True),
                )
                for number, row in enumerate(named.itertuples(index=False))
            ],
        )
        whole = gpd.pd.concat([present, closures])
        draft = store.draft("constraints", whole, "Ana", "Roads closed by the storm (exercise)")
        store.publish(draft.id, "Ana")


if __name__ == "__main__":
    main()
