# Two commands matter: `make demo` and `make test`. Everything else is a part of them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint types law docs fmt bench lock clean

demo: $(VENV)/.runtime
	$(BIN)/yuanping demo --data-dir demo-data

test: $(VENV)/.test
	$(BIN)/python tests/machine.py
	$(MAKE) --no-print-directory lint types law
	$(BIN)/python -m pytest

lint: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.test
	$(BIN)/mypy

law: $(VENV)/.test
	$(BIN)/lint-imports

docs: $(VENV)/.test
	$(BIN)/python -m api.cli docs --write

fmt: $(VENV)/.test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.test
	$(BIN)/python -m benchmarks

# Hash locks without registry names, so that any mirror serves them (needs uv; only for changing dependencies).
lock:
	uv pip compile -q --generate-hashes --universal --no-emit-index-url --python-version 3.11 --no-header pyproject.toml -o requirements.lock
	uv pip compile -q --generate-hashes --universal --no-emit-index-url --python-version 3.11 --no-header --extra test pyproject.toml -o requirements-test.lock

$(VENV)/.runtime: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'yuanping needs Python 3.11 or newer; found: '"$$($(PYTHON) --version)"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' || { echo 'Python has no venv: install it with  apt-get install python3-venv'; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

$(VENV)/.test: $(VENV)/.runtime requirements-test.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	touch $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
