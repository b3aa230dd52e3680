# Everything a contributor needs, on a machine with Python 3.11 or newer and git. `make help` lists it.
.DEFAULT_GOAL := help
.PHONY: help demo demo-down test check bench lock

VENV := .venv
PYTHON := $(VENV)/bin/python
INSTALLED := $(VENV)/.installed

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

demo: $(INSTALLED) ## share a pixel on this machine: real engine, simulated Meta
	@$(PYTHON) tools/demo up

demo-down: $(INSTALLED) ## take away what the demonstration left behind
	@$(PYTHON) tools/demo down

check: $(INSTALLED) ## style, types, import directions, and every test that needs no engine
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(PYTHON) -m pytest -q -n auto --dist loadfile -m "not engine"

test: check ## check, then the tests on the real Pulumi engine
	PATH="$$($(PYTHON) tools/engine):$$PATH" $(PYTHON) -m pytest -q -n auto --dist loadfile -m engine

bench: $(INSTALLED) ## measure against the engine's own floor
	PATH="$$($(PYTHON) tools/engine):$$PATH" $(PYTHON) -m bench

lock: $(INSTALLED) ## pin every dependency again
	$(VENV)/bin/uv pip compile pyproject.toml --all-extras --group dev --upgrade \
		--universal --python-version 3.11 --generate-hashes --quiet \
		--custom-compile-command "make lock" --output-file requirements.lock

# One environment serves the project, its examples and its policy pack.
$(INSTALLED): requirements.lock pyproject.toml
	@echo "installing the locked dependencies into $(VENV)"
	@python=$$(for p in python3.11 python3.12 python3.13 python3; do \
		$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; \
	done) || { echo "Python 3.11 or newer is needed, and none is on PATH" >&2; exit 1; }; \
	$$python -m venv $(VENV)
	@$(PYTHON) -m pip install --disable-pip-version-check --require-hashes -r requirements.lock
	@$(PYTHON) -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
