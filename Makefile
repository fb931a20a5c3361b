# Two commands do everything: `make report` and `make test`. Both set up first what is not there yet.
PYTHON ?= python3
VENV   := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
export OPENBLAS_NUM_THREADS := 1
export PATH := $(abspath $(BIN)):$(PATH)

AREAS ?= X001,X002,X003,X004,X005,X006,X007
TESTS ?=
BENCH ?=

.PHONY: report test quick simulate mutate soak fuzz lint bench clean help

report: $(VENV)/ok
	@trustgap run data/demo --areas $(AREAS)

test: $(VENV)/ok
	@echo "Checking style"
	@ruff check . && ruff format --check .
	@echo "Running every test"
	@python -m pytest -n 2 --dist loadfile $(TESTS)
	@echo "All tests passed. What they cover: tests/."

quick: $(VENV)/ok
	@python -m pytest -n 2 --dist loadfile -m "not slow" $(TESTS)

simulate: $(VENV)/ok
	@python tests/simulate.py

mutate: $(VENV)/ok
	@python tests/mutations.py

bench: $(VENV)/ok
	@python benchmarks $(BENCH)

soak: $(VENV)/ok
	@python tests/soak.py

fuzz: $(VENV)/ok
	@python tests/fuzz.py

lint: $(VENV)/ok
	@pre-commit run --all-files

$(VENV)/ok: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "trustgap needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; name another: make PYTHON=python3.12")'
	@echo "Setting up $(VENV): about 160 packages, a few minutes the first time"
	@$(PYTHON) -m venv $(VENV)
	@python -m pip install --quiet --disable-pip-version-check --progress-bar on --no-deps --require-hashes -r requirements.lock
	@python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

clean:
	rm -rf $(VENV) outputs/demo outputs/.work

help:
	@echo "make report   pages of the demo survey: England and seven areas (AREAS=all for all 153)"
	@echo "make test     style and every test (TESTS='-k trust' for some)"
	@echo "make quick    only the fast tests"
	@echo "make simulate long simulations of every method, to data/coverage.csv; may be stopped and resumed"
	@echo "make mutate   plant faults in the statistics, one at a time, and see that tests catch them"
	@echo "make soak     interrupt and kill runs 70 times, resume them, and compare every byte"
	@echo "make fuzz     give the check and the run 12,000 broken files, and hold them to what they promise"
	@echo "make bench    figures to reach and timings, an hour and a half (BENCH=--small to try, BENCH=whole for all areas)"
	@echo "make clean    remove what can be made again"
