# Two commands matter: `make run` and `make test`.  Both set up what they need.

PYTHON ?= python3
PORT ?= 8000
HOME_DIR ?= var
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: help run test test-fast check format bench faults setup browser postgres clean

help: ## say what each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(STAMP) ## serve a demonstration centre (PORT=8000 HOME_DIR=var)
	@$(BIN)/examcenter --home "$(HOME_DIR)" init --demo
	@$(BIN)/examcenter --home "$(HOME_DIR)" run --port $(PORT)

test: $(STAMP) browser postgres ## run the whole suite: unit, database, browser, system
	@$(BIN)/python tests/run.py

test-fast: $(STAMP) ## run what needs neither browser nor server processes
	@$(BIN)/python -m pytest -q -n 2 -m "not browser and not system"

check: $(STAMP) ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

format: $(STAMP) ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(STAMP) ## measure; prints tables, writes bench/results.json (ONLY="save drawing")
	@$(BIN)/python -m bench $(ONLY)

faults: $(STAMP) postgres ## break things on purpose, ten minutes (LONG=1: as long as it takes)
	@FAULTS=$(if $(LONG),long,usual) $(BIN)/python -m pytest -q -p no:randomly $(OPTIONS) tests/faults

setup: $(STAMP) ## make the virtual environment

# The lock file decides; uv reads it, and pip alone serves where uv cannot be had.
$(STAMP): pyproject.toml uv.lock $(wildcard examcenter/translations/*/LC_MESSAGES/*.po)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { \
	  echo "python3-venv is missing: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv \
	  && VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/uv sync --quiet --active --frozen --inexact \
	  || $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@$(BIN)/pybabel -q compile -d examcenter/translations 2>/dev/null || true
	@touch $(STAMP)

browser: ## find or install a browser and a Chinese font for the browser tests
	@sh tests/browser/find-browser.sh

postgres: ## find or install PostgreSQL for the database tests
	@sh tests/support/find-postgres.sh

clean: ## remove the virtual environment and the demonstration's data
	rm -rf $(VENV) var
