# make run   installs everything, verifies the embedded data, opens the app on demo data
# make test  installs everything, then checks style, types, walls, and runs all tests
# Both need Python 3.11, git and make; both work offline once they have installed.

PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8501
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

# Tests start many processes: each module is compiled once for all, also where that is switched off.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check unit browser assets bench lock clean

run: .stamps/app assets
	$(BIN)/python cli.py boundaries verify
	$(BIN)/streamlit run app.py --server.port $(PORT)

test: check unit browser

check: .stamps/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports --no-cache

unit: .stamps/dev assets
	$(BIN)/pytest -m "not browser" --numprocesses auto --dist loadfile

browser: .stamps/dev .stamps/chromium assets
	$(BIN)/pytest -m browser $(shell grep -l mark.browser tests/*.py)

# Other people's scripts, from node_modules, and the county shapes, laid out for the browser.
assets: .stamps/app .stamps/npm
	$(BIN)/python -m maps.offline

# Our work beside that of other programs, in one run: a table, and benchmarks/results.json.
bench: .stamps/dev
	$(PIP) -r benchmarks/requirements.lock
	rm -f benchmarks/results.json
	$(BIN)/pytest benchmarks --quiet

# Made with uv: hashes of every file, no addresses.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header
lock: .stamps/dev
	$(LOCK) requirements.txt -o requirements.lock
	$(LOCK) requirements-dev.txt -c requirements.lock -o requirements-dev.lock
	$(LOCK) requirements-build.txt -o requirements-build.lock
	$(LOCK) requirements-node.txt -o requirements-node.lock
	$(LOCK) benchmarks/requirements.txt -c requirements-dev.lock -o benchmarks/requirements.lock

clean:
	rm -rf .venv .stamps node_modules static

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
	  || { echo "HRS Atlas needs Python 3.11: make PYTHON=/path/to/python3.11 run" >&2; exit 1; }
	$(PYTHON) -m venv .venv

.stamps/app: requirements.lock | $(BIN)/python
	$(PIP) -r requirements.lock
	@mkdir -p .stamps && touch $@

.stamps/dev: requirements-dev.lock .stamps/app
	$(PIP) -r requirements-dev.lock
	@touch $@

# The system's npm, or the one that comes as a Python package.
.stamps/npm: package-lock.json requirements-node.lock | $(BIN)/python
	@command -v npm >/dev/null || $(PIP) -r requirements-node.lock
	PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error
	@mkdir -p .stamps && touch $@

# Browser tests need Chromium; as root it comes from Debian, elsewhere the person installs it.
.stamps/chromium:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { \
	  [ "$$(id -u)" != 0 ] || { apt-get update -qq && \
	  apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; }; }
	@mkdir -p .stamps && touch $@
