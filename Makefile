# Two commands for a newcomer: `make demo` and `make test`. The rest is for daily work.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8000
PIP    := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test check fmt lint types floors bench bench-layers bench-reading bench-country stress lock screenshots clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: $(VENV)/.run ## build the demo store, serve it on http://127.0.0.1:$(PORT)
	@exec $(BIN)/lca demo --folder .store --port $(PORT)

test: $(VENV)/.dev ## install what the tests need and run the whole suite
	@$(BIN)/python scripts/require_chromium.py
	@$(BIN)/python scripts/require_postgres.py
	@$(MAKE) --no-print-directory lint types floors
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: $(VENV)/.dev lint types floors ## the quick local gate: lint, types, floors, unit tests
	@$(BIN)/python -m pytest -q -x -n 2 -m "not browser and not crash and not slow" $(UNIT)
# Each reading of a file starts a limited process: that part of the suite waits for `make test`.
UNIT := tests/architecture tests/data tests/lca tests/layers tests/routing --ignore=tests/lca/ingest

fmt: $(VENV)/.dev ## format the code
	@$(BIN)/ruff format -q . && $(BIN)/ruff check -q --fix .

lint: $(VENV)/.dev
	@$(BIN)/ruff format --check -q . && $(BIN)/ruff check -q . && echo "lint: clean"

types: $(VENV)/.dev
	@$(BIN)/mypy --no-error-summary && echo "types: clean"

floors: $(VENV)/.dev
	@$(BIN)/lint-imports --no-cache > $(VENV)/floors.txt || { cat $(VENV)/floors.txt; exit 1; }; tail -n 1 $(VENV)/floors.txt | sed 's/^/floors: /'

bench: $(VENV)/.dev ## measure the demo store and print the table
	@$(BIN)/python -m benchmarks.demo_store

bench-layers: $(VENV)/.dev ## measure layers of 50,000 points and a million lines, tiles, queries, exports, a workday
	@$(BIN)/python -m benchmarks.layers
	@$(BIN)/python -m benchmarks.queries
	@$(BIN)/python -m benchmarks.exports
	@$(BIN)/python -m benchmarks.tiles
	@$(BIN)/python -m benchmarks.workday

bench-reading: $(VENV)/.dev ## measure how assessments are read: 50,000 rows, 3,800 ports, the corpus
	@$(BIN)/python -m benchmarks.reading --out docs/benchmarks-reading.md

bench-country: $(VENV)/.dev ## measure a country of 4 million arcs beside other engines (an hour)
	@$(BIN)/python -m benchmarks.country

stress: $(VENV)/.dev ## threads ask while a writer updates; kills, power cuts and faults in long counts; a million questions; every hostile file; the corpus through the child; a million fuzzed inputs
	@$(BIN)/python -m pytest -m stress tests/stress

screenshots: $(VENV)/.dev ## take the pictures of the README from a running demo
	@$(BIN)/python scripts/require_chromium.py
	@$(BIN)/python scripts/screenshots.py

lock: ## renew requirements/*.txt (needs uv)
	uv pip compile pyproject.toml $(LOCK) -o requirements/run.txt
	uv pip compile pyproject.toml --group dev $(LOCK) -o requirements/dev.txt
	uv pip compile --group pyproject.toml:build $(LOCK) -o requirements/build.txt
LOCK := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet

clean: ## remove the environment, the demo store and every cache
	rm -rf $(VENV) .store .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) scripts/python_version.py
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV) || { echo "python3 cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.run: requirements/run.txt requirements/build.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing the locked packages (the first time takes a minute or two) …"
	@$(PIP) install --quiet --require-hashes -r requirements/build.txt -r requirements/run.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@echo "Installing what the tests need …"
	@$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	@touch $@
