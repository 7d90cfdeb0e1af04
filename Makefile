# citysim: `make run` shows a city living to 2050, `make test` checks everything.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: run test lint docs bench lock clean

run: $(INSTALLED)
	$(BIN)/citysim run $(ARGS)

test: $(INSTALLED)
	$(BIN)/python -m pytest

lint: $(INSTALLED)
	$(BIN)/ruff check src tests benchmarks docs templates
	$(BIN)/ruff format --check src tests benchmarks docs templates
	$(BIN)/lint-imports
	$(BIN)/mypy

docs: $(INSTALLED)
	$(BIN)/python docs/build_odd.py

bench: $(INSTALLED)
	$(BIN)/python -m benchmarks.workload
	$(BIN)/python -m benchmarks.city

lock:
	rm -rf $(VENV)-lock && $(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --quiet -e '.[dev]'
	(head -1 requirements.lock; $(VENV)-lock/bin/python -m pip freeze --exclude-editable) > .lock && mv .lock requirements.lock
	rm -rf $(VENV)-lock

clean:
	rm -rf $(VENV) build dist

# The lock file pins what everybody runs; leave it out with LOCK= to take the newest versions that fit.
LOCK ?= -c requirements.lock
$(INSTALLED): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(LOCK) -e '.[dev]'
	@touch $@
