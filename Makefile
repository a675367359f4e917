# `make` or `make test`: the whole gate. `make build`: the hub, into output/. See .github/CONTRIBUTING.md.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq

check: test

.PHONY: bench browser build check clean compiled cover fix golden lint lock serve test types units verify
.NOTPARALLEL:

# Each stamp stands for "this requirements file is installed"; a target that fails leaves none.
.DELETE_ON_ERROR:

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("nexusgen needs Python 3.11 or newer: make PYTHON=python3.12")'
	@$(PYTHON) -m venv --clear $(VENV)

$(VENV)/.installed: requirements.txt pyproject.toml | $(VENV)/pyvenv.cfg
	@echo "Installing what requirements.txt pins"
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing what requirements-dev.txt pins"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

build: $(VENV)/.installed
	@$(BIN)/nexusgen build

serve: $(VENV)/.installed
	@$(BIN)/nexusgen serve

test: lint types units

lint: $(VENV)/.installed-dev
	@$(BIN)/ruff check -q
	@$(BIN)/ruff format --check -q

types: $(VENV)/.installed-dev
	@$(BIN)/mypy --no-error-summary

# Browser tests drive the Chromium of the system; without one they are skipped.
browser:
	@for name in chromium chromium-browser google-chrome; do command -v $$name > /dev/null && exit; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
		echo "Installing chromium"; apt-get update -qq; \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium > /dev/null; \
	else echo "Browser tests need Chromium or Chrome: install it, for example with: sudo apt-get install chromium"; fi

# NEXUSGEN_SEQUENCES=10000 tries more random sequences of edits, NEXUSGEN_CRASHES=all every fault.
units: $(VENV)/.installed-dev browser
	@$(BIN)/python -m pytest -q -n auto --dist worksteal --durations=15

# The lines that no test runs. To watch every line takes as long again as the tests themselves.
cover: $(VENV)/.installed-dev browser
	@$(BIN)/python -m pytest -q -n auto --dist worksteal --cov --cov-report=term:skip-covered

# What is compiled (hatch_build.py) is installed beside the checkout and passes the tests of what it
# is made of, but for those that put something in the place of a function.
COMPILED := build/compiled
compiled: $(VENV)/.installed-dev
	@rm -rf $(COMPILED) && mkdir -p $(COMPILED)
	@HATCH_BUILD_HOOK_ENABLE_CUSTOM=1 $(PIP) install --no-deps --target $(COMPILED) .
	@PYTHONPATH=$(COMPILED) $(BIN)/nexusgen doctor | grep -q "compiled where it pays"
	@PYTHONPATH=$(COMPILED) $(BIN)/python -P -m pytest -q -n auto -m "not plain" \
		tests/test_markup*.py tests/test_twins.py tests/test_incremental.py tests/test_golden.py

# make bench BENCH='--sizes 1000,10000 --reps 1' measures other hubs.
bench: $(VENV)/.installed
	@$(BIN)/python -m tests.bench $(BENCH)

fix: $(VENV)/.installed-dev
	@$(BIN)/ruff check -q --fix
	@$(BIN)/ruff format -q

golden: $(VENV)/.installed-dev
	@$(BIN)/python -m pytest -q tests/test_golden.py tests/test_readme.py --update-golden

verify: $(VENV)/.installed
	@$(BIN)/nexusgen build --verify

# Pins the newest versions anew; needs uv, which resolves for every Python and system at once. A pin
# names its extras, too: without them pip takes the newest release for those, which has no hash here.
LOCK := uv pip compile pyproject.toml --upgrade --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header -q
lock:
	@$(LOCK) --extra images --extra import --extra math --group install -o requirements.txt > /dev/null
	@$(LOCK) --extra images --extra import --extra math --group install --group dev -c requirements.txt -o requirements-dev.txt > /dev/null

clean:
	@rm -rf output .nexusgen $(VENV) build dist .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis
