"""Which files of tests begin first, so that two workers end at the same time.

A worker of ``make test`` takes whole files (what a file's tests share is made once), in the order
in which they are collected. The longest come first: one of them at the end would leave the other
worker idle. A file that is missing here is only begun later.
"""

from __future__ import annotations

from pathlib import PurePath

LONGEST = (
    "oracle/test_random_cases.py",  # also compiles the kernels that others need
    "crash/test_kill_anywhere.py",  # needs no kernel meanwhile
    "crash/test_powercut.py",
    "browser/test_pages.py",
    "browser/test_first_use.py",
    "browser/test_story.py",
    "browser/test_truth.py",
    "benchmarks/test_country.py",
    "oracle/test_seeded_faults.py",
    "routing/engine/test_kernel_cache.py",
    "crash/test_concurrent.py",
    "layers/test_amend.py",
    "corpus/test_corpus.py",
    "crash/test_io_errors.py",
    "notebooks/test_notebooks.py",
    "cli/test_benchmarks.py",
    "routing/test_osm_damage.py",
    "cli/test_ten_questions.py",
    "routing/test_rules_of_truth.py",
    "routing/engine/test_timed_search.py",
    "lca/ingest/test_geofile.py",
    "routing/plans/test_alternatives.py",
    "layers/test_edits.py",
    "cli/test_import_publish.py",
    "cli/test_field_data_guide.py",
    "cli/test_route_options.py",
    "api/test_access.py",
    "architecture/test_house.py",
)
_RANK = {name: rank for rank, name in enumerate(LONGEST)}


def rank(file: PurePath, tests: PurePath) -> int:
    """Return the place of a file of tests; all that are not among the longest share the last."""
    return _RANK.get(file.relative_to(tests).as_posix(), len(LONGEST))
