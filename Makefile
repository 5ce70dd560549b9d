# Needs make and Python 3.11 or newer; everything else is installed into .venv, once.

MAKEFLAGS += --no-print-directory
BIN := .venv/bin
STAMP := .venv/.installed

# The first of these that is new enough. Another one: make setup PYTHON=/path/to/python
CANDIDATES := python3 python3.13 python3.12 python3.11 python3.14 python
PYTHON ?= $(shell for python in $(CANDIDATES); do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo "$$python" && break; done)

# Rules, and the tables of states: every branch of them is tested.
RULES := wishcore/money.py,wishcore/states.py,wishcore/*/funding.py,wishcore/*/policy.py
RULES := $(RULES),wishcore/*/visibility.py,wishcore/*/models.py
# One process more than there are processors: a test waits now and then.
WORKERS := $(shell expr $$(nproc 2>/dev/null || echo 2) + 1)
# One by one: a chunk would give the long ones, which come first, to one process.
PYTEST := -m pytest -q -n $(WORKERS) --maxschedchunk=1

# Of the sizes of the long run: make test-long SHARE=0.1
SHARE := 1

export AERICH_NO_TORTOISE_V1_WARNING := 1
# The tests start hundreds of processes, and each would compile the product anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run serve test test-slow coverage rules proof test-long unit lint types fmt migrate lock docs check clean

help:  ## print this text
	@echo 'make <target>, where <target> is one of'
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) \
	| while IFS='|' read -r name text; do printf '  %-10s %s\n' "$$name" "$$text"; done

setup: $(STAMP)  ## install everything into .venv (done by the others as needed)

$(STAMP): requirements.lock pyproject.toml
	@if [ -z '$(PYTHON)' ]; then \
		echo 'Wish needs Python 3.11 or newer, and found none of: $(CANDIDATES).' >&2; \
		python3 --version >&2 || true; \
		echo 'Install one, or name it: make setup PYTHON=/path/to/python3.11' >&2; \
		exit 1; \
	fi
	@echo 'Installing into .venv with $(PYTHON) …'
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--no-deps --no-build-isolation --editable .
	@touch $@

run: $(STAMP)  ## play the whole story on this machine: a list, pledges, the deadline, refunds
	@$(BIN)/wish demo

serve: $(STAMP)  ## the API with the payment sandbox, until Ctrl-C
	@$(BIN)/wish serve --with-sandbox

test: $(STAMP)  ## all but the slow tests with SQLite; races with PostgreSQL, too
	$(BIN)/python $(PYTEST) --part=quick
	$(BIN)/python $(PYTEST) --part=quick --engine=postgres

test-slow: $(STAMP)  ## the others, and with PostgreSQL what else a database decides
	$(BIN)/python $(PYTEST) --part=slow
	$(BIN)/python $(PYTEST) --part=slow --engine=postgres

coverage: $(STAMP)  ## the branches that the tests take, without the proofs, with SQLite
	@rm -f .coverage .coverage.*
	$(BIN)/coverage run $(PYTEST) --ignore=tests/proof
	@$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-covered --skip-empty --show-missing --fail-under=95
	$(BIN)/coverage report --include='$(RULES)' --show-missing --fail-under=100

rules: $(STAMP)  ## whether tests without a database take every branch of the rules
	@rm -f .coverage .coverage.*
	$(BIN)/coverage run $(PYTEST) --part=quick tests/unit tests/architecture
	@$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --include='$(RULES)' --show-missing --fail-under=100

proof: $(STAMP)  ## of all tests the proofs alone
	$(BIN)/python $(PYTEST) tests/proof
	$(BIN)/python $(PYTEST) --engine=postgres tests/proof

test-long: $(STAMP)  ## everything, the proofs at the sizes of a night: hours on two cores
	@failed=0; for engine in sqlite postgres; do \
		$(BIN)/python $(PYTEST) --long=$(SHARE) --engine=$$engine || failed=1; \
	done; exit $$failed

unit: $(STAMP)  ## the tests that need no database: a few seconds
	$(BIN)/pytest -q tests/unit

lint: $(STAMP)  ## style, format, types, the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

types: $(STAMP)  ## types only
	$(BIN)/mypy

fmt: $(STAMP)  ## format the code, and repair what can be repaired by itself
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

migrate: $(STAMP)  ## bring the database of the settings up to date
	@$(BIN)/wish migrate

lock:  ## pin every dependency anew (needs uv)
	@command -v uv >/dev/null || { echo 'make lock needs uv (docs.astral.sh/uv).' >&2; exit 1; }
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
		--extra dev pyproject.toml --output-file requirements.lock

docs: $(STAMP)  ## write the pages that are made from the code
	@$(BIN)/python -m tests.architecture.states_document

check: lint test test-slow coverage  ## what must be right before a change is shared

clean:  ## remove what was made: .venv, caches, the local database and letters
	rm -rf .venv var build dist *.egg-info .coverage .coverage.* htmlcov \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .grimp_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
