# make run     a panel with sample data on http://127.0.0.1:8000
# make test    everything the tests need, then the tests
# make check   the configuration and the style of the code
# make bench   the benchmarks, as one table
# make texts   what is not translated yet, written into the catalogues
# make pins    resolve requirements*.in again
# make clean   remove what the above made; data in var/ stays
#
# Everything can be set on the command line: make run PORT=9000 CONFIG=my-config

SHELL := /bin/sh
.DELETE_ON_ERROR:
.PHONY: help run test check bench texts pins clean
.DEFAULT_GOAL := help

PYTHON  ?= python3
VENV    ?= .venv
CONFIG  ?= sample-config
HOST    ?= 127.0.0.1
PORT    ?= 8000
WORKERS ?= 2
ARGS    ?=

BIN := $(VENV)/bin
# Warnings of pip are about its own set-up; errors still show.
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check
COMPILE = $(BIN)/pip-compile --quiet --allow-unsafe --generate-hashes --strip-extras --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host $(ARGS)

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

run: $(VENV)/installed
	@$(BIN)/python -m runtime.system_packages --install || true
	@$(BIN)/panelwright serve $(CONFIG) --demo --host $(HOST) --port $(PORT) $(ARGS)

test: $(VENV)/installed-test
	@$(BIN)/python -m runtime.system_packages --install || true
	@$(BIN)/python -m tests.servers.components --install
	@$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

check: $(VENV)/installed-test
	@$(BIN)/ruff check .
	@$(BIN)/panelwright check $(CONFIG)

bench: $(VENV)/installed-test
	@$(BIN)/python -m tests.benchmarks $(ARGS)

texts: $(VENV)/installed
	@$(BIN)/panelwright texts
	@$(BIN)/panelwright texts $(CONFIG)

pins: $(VENV)/installed
	@$(PIP) install pip-tools
	@$(COMPILE) --build-deps-for editable --output-file requirements.txt pyproject.toml
	@$(COMPILE) --constraint requirements.txt --output-file requirements-test.txt requirements-test.in

clean:
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@.ci/make-venv "$(PYTHON)" "$(VENV)"

# The stamp is newer than what it was installed from, so a second run starts at once.
$(VENV)/installed: requirements.txt pyproject.toml requirements.in | $(VENV)/bin/python
	@echo "Installing the panel's packages into $(VENV)"
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/installed-test: requirements-test.txt $(VENV)/installed
	@echo "Installing the tests' packages into $(VENV)"
	@$(PIP) install --require-hashes -r requirements-test.txt
	@touch $@
