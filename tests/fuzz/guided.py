"""Fuzz one target with atheris, which looks for new ways through our code.

``python -m fuzz.guided TARGET RUNS SEED``, with ``tests`` on the path, starts from the committed
seeds. It ends with another code than 0 at a finding, whose bytes libFuzzer prints.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["lca.ingest", "lca.timerule"]):
    from fuzz.targets import run

from fuzz.fuzzing import seeds


def main() -> None:
    """Fuzz the target that the command line names."""
    name, runs, seed = sys.argv[1:4]
    with tempfile.TemporaryDirectory(prefix="lca-fuzz-") as folder:
        for number, data in enumerate(seeds(name)):
            (Path(folder) / f"seed-{number}").write_bytes(data)
        limits = [f"-runs={runs}", f"-seed={seed}", "-max_len=4096", "-timeout=60"]
        crash = f"-artifact_prefix={tempfile.gettempdir()}/lca-fuzz-{name}-"
        atheris.Setup(
            [sys.argv[0], *limits, "-rss_limit_mb=4096", crash, folder],
            lambda data: run(name, data),
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
