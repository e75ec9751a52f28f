# One word to set up, one to check. Everything lands in .venv/ and var/.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
export PYTHONWARNINGS ?= ignore:XDG_RUNTIME_DIR
# Installing compiles nothing, as most is never imported. What is imported must then stay compiled, also where the
# machine says otherwise: some thirty processes of a check would each compile all of it anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo test test-full lint test-sqlite test-postgres test-browser bench locks messages clean

help: ## Show these words
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

.venv/run.stamp: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("charityfund needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; $(PYTHON) -m venv --without-pip .venv && $(PYTHON) -m pip --python $(BIN)/python install -q pip; }
	@echo "Installing what the program needs (about half a minute, once) ..."
	@$(BIN)/python -m pip install -q --no-compile --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	@echo "Installing what the tests need (once) ..."
	@$(BIN)/python -m pip install -q --no-compile --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: .venv/run.stamp ## Run the demonstration on http://127.0.0.1:8000 (PORT=9000 for another port)
	@CHARITYFUND_MODE=demo $(BIN)/python manage.py demo --port $(PORT)

test: .venv/dev.stamp ## Run every check and test at the gate's sizes
	@$(BIN)/python -m tests.run

test-full: .venv/dev.stamp ## Run every check and test at full sizes
	@$(BIN)/python -m tests.run --full

lint: .venv/dev.stamp ## Style, types, import contracts, migrations, messages
	@$(BIN)/python -m tests.run --only lint

test-sqlite: .venv/dev.stamp ## Unit tests on SQLite (ARGS="tests/ledger -k race")
	@$(BIN)/pytest -m "not browser" $(ARGS)

test-postgres: .venv/dev.stamp ## Tests on a throw-away real PostgreSQL (ARGS=...)
	@$(BIN)/python -m tests.with_postgres $(BIN)/pytest -m "not browser" $(ARGS)

test-browser: .venv/dev.stamp ## Browser tests (ARGS=...)
	@$(BIN)/python -m tests.with_postgres $(BIN)/pytest -m browser $(ARGS)

bench: .venv/dev.stamp ## Print benchmark figures as JSON lines (ARGS=--full for the full sizes)
	@$(BIN)/python -m tests.with_postgres --durable $(BIN)/python -m tests.bench $(ARGS)

messages: .venv/dev.stamp ## Collect texts for translation and compile them (needs gettext)
	@CHARITYFUND_MODE=demo $(BIN)/python manage.py makemessages -l en --no-location --no-wrap -i .venv -i var -i tests
	@CHARITYFUND_MODE=demo $(BIN)/python manage.py compilemessages -l en

locks: ## Pin every dependency with hashes (needs uv)
	@uv pip compile -q --generate-hashes --no-emit-index-url --no-header --no-annotate --universal --python-version 3.11 pyproject.toml -o requirements.lock
	@uv pip compile -q --generate-hashes --no-emit-index-url --no-header --no-annotate --universal --python-version 3.11 pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

clean: ## Remove the demonstration's data and everything installed
	@rm -rf .venv var
