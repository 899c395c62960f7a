# The two commands of the README, and their steps. Everything is made inside this directory and can be made again.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
export LITATLAS_LIBRARY ?= litatlas-library
export LITATLAS_FETCH ?= 1

.PHONY: help app library test benchmark-quality format clean

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

app: library  ## install, build the bundled surveys' library, serve the app on http://localhost:8501, fetch what is missing
	@$(BIN)/litatlas app

library: $(VENV)/installed-app  ## install and build the bundled surveys' library
	@$(BIN)/litatlas build

test: $(VENV)/installed-test  ## install with test tools; lint, types, layers and all tests
	@echo "== format and lint" && $(BIN)/ruff format --check . && $(BIN)/ruff check .
	@echo "== types" && $(BIN)/mypy && $(BIN)/mypy tests
	@echo "== layers" && $(BIN)/lint-imports
	@echo "== tests" && $(BIN)/python -m pytest -m "not browser" --numprocesses 2 --dist loadfile
	@echo "== tests in a browser" && $(BIN)/python -m pytest -m browser

benchmark-quality: $(VENV)/installed-test  ## how good search, likeness and placement are, beside plain baselines; long
	@for name in known_items csfcube placement; do $(BIN)/python benchmarks/$$name.py || exit 1; done

format: $(VENV)/installed-test  ## format the code and mend what the linter can
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

clean:  ## remove the environment and caches; libraries stay
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# An installation is finished when its stamp exists, so one that was interrupted is taken up again.
$(VENV)/installed-test: $(VENV)/installed-app pyproject.toml
	@echo "Installing the test tools"
	@$(PIP) install --editable '.[app,rdf,mcp,test]'
	@touch $@

$(VENV)/installed-app: $(BIN)/python pyproject.toml
	@echo "Installing LitAtlas and what it needs into $(VENV) (PyTorch is the large part; minutes the first time)"
	@$(PIP) install --editable '.[app,rdf,mcp]'
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; v = sys.version.split()[0]; sys.exit(0 if sys.version_info >= (3, 11) else f"LitAtlas needs Python 3.11 or newer; $(PYTHON) is {v}. Name another: make PYTHON=python3.12 ...")'
	@echo "Making a Python environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { echo "Python has no venv module here; on Debian and Ubuntu: apt-get install python3-venv"; rm -rf $(VENV); exit 1; }
