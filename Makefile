# Two commands do everything on a bare Debian or Ubuntu machine with Python 3.11+:  make demo   and   make test
SHELL := /bin/sh
.DEFAULT_GOAL := help
BIN := .venv/bin
# Tests spread over the cores; the closing lines are pytest's own.
PYTEST := $(BIN)/python -m pytest -n auto

.PHONY: help setup demo test lint types contracts unit test-slow bench lock catalog readme format clean

help: ## What can be made
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

setup: ## Make .venv with the locked dependencies (quick when nothing changed)
	@sh scripts/setup.sh

demo: setup ## A sample district that lives, in a browser: prints the address and the accounts; Ctrl-C ends it
	@$(BIN)/luoshi demo

test: setup ## Lint, types, import contracts and all quick tests
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory types
	@$(MAKE) --no-print-directory contracts
	@$(MAKE) --no-print-directory unit

lint:
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .

types:
	@$(BIN)/mypy --no-error-summary

contracts:
	@$(BIN)/lint-imports --no-cache --no-logo

unit:
	@sh scripts/browser.sh
	@$(PYTEST) -m "not slow"

test-slow: setup ## Crash, soak and large-input tests
	@sh scripts/browser.sh
	@$(PYTEST) -m slow

# PARTS="engine due" runs these alone. ENGINES= leaves out SpiffWorkflow (LGPL) and django-viewflow (AGPL), which are
# installed in an environment of their own, to be compared with.
ENGINES := --with-engines
bench: setup ## Benchmarks: quality against gold and other tools, speed, the engine (not tests)
	@$(BIN)/python -m bench $(ENGINES) $(PARTS)

lock: setup ## Write the locks anew from pyproject.toml (UPGRADE=1 takes newer releases)
	@sh scripts/lock.sh

catalog: setup ## Gather messages into the Chinese catalog and compile it
	@$(BIN)/python scripts/catalog.py

readme: setup ## Renew the output that the READMEs show
	@$(BIN)/python scripts/readme.py

format: setup ## Format the code
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

clean: ## Remove .venv and caches
	@rm -rf .venv .venv-bench .venv-bench-engines .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
