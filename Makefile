# make run     start the agent on the repository's own routes.yaml
# make test    everything that must hold before a change lands
# make help    all targets
SHELL  := /bin/sh
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
MINUTES ?= 60
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
WALK   := $(BIN)/pytest -n0 tests/rules -m example --cov=agent/rules

# programs are started hundreds of times: without bytecode each start compiles all of them anew
unexport PYTHONDONTWRITEBYTECODE

.PHONY: bench soak help install service instance bundle dev run test check fmt lint types unit cover docs clean
.DEFAULT_GOAL := help

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@tools/venv $(VENV) $(PYTHON)

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "installing the locked packages into $(VENV) …"
	@$(PIP) install --require-hashes --only-binary :all: -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.developing: requirements-dev.lock $(VENV)/.installed
	@echo "installing what the tests need …"
	@$(PIP) install --require-hashes --only-binary :all: -r requirements-dev.lock
	@touch $@

install: $(VENV)/.installed ## make .venv with the tocsin command in it

service: install ## install for this whole host under /opt/tocsin, as a service of systemd (as root)
	@PYTHON=$(filter-out python3,$(PYTHON)) tools/service

instance: ## one more agent on this host: make instance NAME=shop LISTEN=127.0.0.1:8120 (as root)
	@tools/instance '$(NAME)' '$(LISTEN)'

bundle: install ## dist/tocsin-….tar, which installs on a host without a network
	@tools/bundle

dev: $(VENV)/.developing ## the same, with what the tests need

run: install ## start the agent on routes.yaml, with SQLite, on 127.0.0.1:8119
	@exec $(BIN)/tocsin run --routes routes.yaml

test: lint types unit ## everything that must hold before a change lands

check: lint types ## style and types only

lint: dev
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .

types: dev
	@$(BIN)/mypy

unit: dev
	@$(BIN)/python -m tests.support.real
	@$(WALK) --cov-fail-under=100 --cov-report=term-missing:skip-covered
	@$(BIN)/pytest -m 'not example'

cover: dev ## which lines and branches of the rules their own examples take
	@$(WALK) --cov-report=term-missing

bench: dev ## every figure beside a real Alertmanager, in the same run (minutes)
	@$(BIN)/python -m tests.bench

soak: dev ## 50 kills -9 under load, random lives, then a storm of MINUTES=60 with memory flat
	@SOAK=5 $(BIN)/pytest -n0 --timeout=7200 tests/engine/test_crash.py tests/engine/test_desk_memory.py tests/stories/test_month.py tests/stories/test_kill.py
	@$(BIN)/python -m tests.bench.soak --minutes $(MINUTES)

fmt: dev ## put the code into its canonical shape
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

docs: install ## write the generated pages of docs/ anew
	@$(BIN)/python tools/docs

clean: ## remove everything that make made
	@rm -rf $(VENV) .real dist build .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
