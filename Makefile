# Everything runs from a bare checkout: each target first builds .venv with what it needs.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
RUN := .venv/.installed
DEV := .venv/.installed-dev
BENCH := .venv-bench/.installed

.PHONY: help demo install crawl test lint messages bench clean
help:            ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## */\t/' | sort

demo: $(RUN)     ## the whole job on a bundled web of made-up sites, no internet needed
	@$(BIN)/python -m demo

install: $(RUN)  ## .venv with what a crawl needs, and the command .venv/bin/arsip

crawl: $(RUN)    ## crawl the registry's real sites into archive.db
	@$(BIN)/scrapy crawlall --guided
	@$(BIN)/python -m archive stats

test: $(DEV)     ## the fast tests (make test ARGS="-m soak" for the long ones)
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses logical --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(DEV)     ## style, types, the four floors of the code, known vulnerabilities
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python .ci/audit.py

messages: $(DEV) ## collect what is to be translated into archive/i18n/id.po
	@mkdir -p build
	@$(BIN)/pybabel --quiet extract --mapping-file babel.cfg --no-location --no-wrap --sort-output --output build/messages.pot .
	@$(BIN)/pybabel --quiet update --input-file build/messages.pot --output-file archive/i18n/id.po --locale id --omit-header --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

bench: $(BENCH)  ## the benchmark table
	@.venv-bench/bin/python -m bench

clean:           ## remove what the targets above have built
	rm -rf .venv .venv-bench build arsip_pilkada.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/bin/python:
	$(PYTHON) -m venv .venv

# The program itself is installed as it stands in the checkout, for the command .venv/bin/arsip.
$(RUN): requirements.txt pyproject.toml | .venv/bin/python
	$(PIP) -r requirements.txt
	$(PIP) --no-deps --editable .
	@touch $@

$(DEV): $(RUN) requirements-extra.txt requirements-dev.txt
	$(PIP) -r requirements-dev.txt
	@touch $@

# The peers measured beside us ask for older versions of what we use.
$(BENCH): requirements.txt requirements-bench.txt
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --upgrade pip
	.venv-bench/bin/python -m pip install --quiet -r requirements-bench.txt
	@touch $@
