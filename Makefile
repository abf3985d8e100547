# make serve   start the server and write ./kubeconfig for kubectl
# make test    the tests
# make check   style, types, and the floors between the packages
# make docs    the tables in docs/ that are made from the code
# make clients client libraries, for the tests that are skipped without them
# make bench   the figures of docs/architecture.md, measured here
#
# ARGS are handed on: make serve ARGS='--port 9000', make test ARGS='-k selectors'.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: serve test check docs clients bench

serve: $(VENV)/.installed
	@exec $(BIN)/mockapi serve --kubeconfig "$(CURDIR)/kubeconfig" $(ARGS)

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/mypy --strict
	$(BIN)/lint-imports --no-cache

docs: $(VENV)/.installed
	$(BIN)/mockapi kinds > docs/kinds.md

clients: $(VENV)/.installed-clients

bench: $(VENV)/.installed-test
	$(BIN)/python -m tests.bench $(ARGS)

# Stamps: pip runs again only when pyproject.toml is newer.
$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(PIP) --editable .
	@touch $@

$(VENV)/.installed-test: pyproject.toml | $(BIN)/python
	$(PIP) --editable '.[test]'
	@touch $(VENV)/.installed $@

$(VENV)/.installed-clients: pyproject.toml | $(BIN)/python
	$(PIP) --editable '.[clients,test]'
	@touch $(VENV)/.installed $(VENV)/.installed-test $@
