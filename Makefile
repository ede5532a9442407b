# make venv | demo | test | quick | check | bench | docs        Each does all its own set-up from a fresh checkout.
SHELL := /bin/sh
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
BIN := .venv/bin
STAMP := .venv/.installed
ARGS ?=

.PHONY: venv demo test quick check lint format types architecture bench docs lock clean
.DEFAULT_GOAL := test

venv: $(STAMP)

$(STAMP): requirements/dev.txt pyproject.toml
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11) and "crossorigin needs Python 3.11 or later, and $(PYTHON) is %d.%d: call make PYTHON=/path/to/python3.11" % sys.version_info[:2])'
	"$(PYTHON)" -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: venv
	$(BIN)/crossorigin demo $(ARGS)

# All of it, on every core: what each worker covers is combined. With ARGS, what they name, here and unmeasured.
test: venv
ifeq ($(strip $(ARGS)),)
	$(BIN)/python -m coverage erase
	COVERAGE_PROCESS_START="$(CURDIR)/pyproject.toml" $(BIN)/python -m pytest -n auto --dist loadgroup
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report
else
	$(BIN)/python -m pytest $(ARGS)
endif

# The loop while writing, in less than a minute: the rooms' own tests, unmeasured, without what takes long or starts servers.
quick: venv
	$(BIN)/python -m pytest -n auto --dist loadgroup -m "not browsers" --ignore tests/policy/test_origin_set.py \
		$(addprefix tests/,architecture standard policy browser browser_and_policy middleware metrics) $(ARGS)

check: lint format types architecture

lint: venv
	$(BIN)/ruff check .

format: venv
	$(BIN)/ruff format --check .

types: venv
	$(BIN)/mypy
	$(BIN)/basedpyright --pythonpath $(BIN)/python

architecture: venv
	$(BIN)/python -m pytest tests/architecture

bench: venv
	$(BIN)/python -m bench $(ARGS)

docs: venv
	$(BIN)/python docs/generate.py

# The pins: every extra and every development requirement, with hashes, and without any index's address.
lock: venv
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --all-extras \
		--no-emit-package crossorigin --output-file requirements/dev.txt pyproject.toml requirements/dev.in

clean:
	rm -rf .venv .artefacts build dist .coverage .hypothesis .mypy_cache .ruff_cache
