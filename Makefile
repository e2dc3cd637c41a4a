# `make help` lists what there is. Everything runs in .venv, which `make` fills from the lock files.

PYTHON ?= python3
INI ?= development.ini
WORKERS ?= 2

# Each process begins with its share, in order; who is done takes from the other, so that both end together.
SPREAD := -n $(WORKERS) --dist worksteal

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --no-input

export MYPROJECT_INI = $(INI)
# Compiled files are kept: without them, tests spend half their time on compiling tests and on starting programs.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help env run test test-quick faults coverage floors diagrams screenshots validator lint migration bench messages lock clean

help: ## List what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

env: $(VENV)/development ## Make the environment, with all that tests and checks need

run: $(VENV)/runtime ## Start the directory, at first with a made-up company in it
	@$(BIN)/myproject db upgrade
	@$(BIN)/myproject demo --if-empty --sign-in
	@$(BIN)/pserve $(INI)

test: $(VENV)/development ## Run the tests: SQLite always, PostgreSQL and browser where they are found
	@$(BIN)/python -m pytest -m 'not long' $(SPREAD) -q $(ARGS)

faults: $(VENV)/development ## Run the long tests: random requests and histories, races, whole files, lost connections
	@$(BIN)/python -m pytest -m long $(SPREAD) -q $(ARGS)

test-quick: $(VENV)/development ## Run most of the tests, on SQLite alone and without a browser: in less than 90 seconds
	@$(BIN)/python -m pytest --quick $(SPREAD) -q $(ARGS)

coverage: $(VENV)/development ## Run the tests and measure what they reach; fail for a room below its floor
	@$(BIN)/python -m pytest -m 'not long' --cov --cov-report= $(SPREAD) -q $(ARGS)
	@$(BIN)/python -m tools.coverage_floors

floors: $(VENV)/development ## Raise the floors to what `make coverage` has measured
	@$(BIN)/python -m tools.coverage_floors --raise

diagrams: $(VENV)/development ## Draw the diagrams of docs/architecture.md from the code
	@$(BIN)/python -m tools.diagrams

screenshots: $(VENV)/development ## Take the pictures of the README from the made-up company
	@$(BIN)/python -m tools.screenshots

validator: tests/browser/node_modules/.package-lock.json ## Fetch the HTML validator that tests use: needs npm, and Java to run

lint: $(VENV)/development ## Look for mistakes in the code: style, types, layers, safety
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml myproject alembic

migration: $(VENV)/development ## Write a migration from the models: make migration NAME="add desk to employee"
	@$(BIN)/python -m tools.migration "$(NAME)"

bench: $(VENV)/development ## Measure how fast it is, and how that changes with the number of people
	@$(BIN)/python -m bench $(ARGS)

messages: $(VENV)/development ## Take the texts of the code into the catalogues of locale/, and compile them
	@$(BIN)/python -m myproject.language.catalogues

lock: $(VENV)/development ## Take up the newest versions of what it needs
	$(BIN)/uv pip compile $(LOCK) --output-file requirements.lock setup.py
	$(BIN)/uv pip compile $(LOCK) --output-file requirements-celery.lock --constraint requirements.lock --extra celery setup.py
	$(BIN)/uv pip compile $(LOCK) --output-file requirements-dev.lock --constraint requirements.lock --extra dev setup.py

# Names no index, and holds hashes for every Python and machine.
LOCK := --quiet --no-config --universal --python-version 3.11 --generate-hashes --upgrade \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

clean: ## Remove the environment and all that was made, but no database
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis build dist *.egg-info \
		tests/browser/node_modules

tests/browser/node_modules/.package-lock.json: tests/browser/package-lock.json
	npm ci --prefix tests/browser --ignore-scripts --no-audit --no-fund
	@touch $@

$(VENV)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'Python 3.11 or newer is needed: name one with `make PYTHON=python3.12 ...`' >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
		echo 'Python can make no environment: on Debian and Ubuntu, install python3-venv' >&2; \
		rm -rf $(VENV); exit 1; }
	@touch $@

$(VENV)/libraries: requirements.lock | $(VENV)/python
	@echo 'Installing what it needs into $(VENV) ...'
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $@

# The changelog names the version.
$(VENV)/runtime: setup.py CHANGELOG.md $(VENV)/libraries
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/development: requirements-dev.lock $(VENV)/libraries | $(VENV)/runtime
	@echo 'Installing what tests and checks need into $(VENV) ...'
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
