# Everything a reader needs: `make report`, `make test`, `make lab`. `make help` says what each does.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup report site reference reviewed notebooks test checks rerun suite test-slow bench forecast-score score calibration-score ranks fuzz faults test-documents lab cockpit

MARKET ?= grocery
# Where the results go, if not among those of the market. They are never overwritten.
OUT ?=

# How many inputs `make fuzz` makes up.
EXAMPLES ?= 10000

# How many tests run at once. Those of one file stay together, since they share what they made.
WORKERS ?= 2
TOGETHER := -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# More for JupyterLab and the cockpit, as `make lab OPTIONS="--no-browser --port 8899"`, or for the benchmark, as
# `make bench OPTIONS="--largest 10000000"`.
OPTIONS ?=

# Whatever the caller's shell points at, the checkout's own environment is what runs.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV PYTHONDONTWRITEBYTECODE
export PYTHONNOUSERSITE := 1
BIN := .venv/bin

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1 \t/p' Makefile | expand -t 18
	@echo '  MARKET=NAME     which market to report on (now: $(MARKET))'
	@echo '  OUT=FOLDER      where its results go, if not to data/results/$(MARKET)'
	@echo '  EXAMPLES=N      how many inputs `make fuzz` makes up (now: $(EXAMPLES))'
	@echo '  WORKERS=N       how many tests run at once (now: $(WORKERS))'
	@echo '  OPTIONS="..."   more for `make bench`, `make lab` and `make cockpit`'

setup: ## Make .venv and install everything into it (nothing to do when that is done)
	@scripts/setup.sh

report: setup ## Compare the strategies in MARKET, seek the best plan, write the report
	@$(BIN)/loyalty compare --market "$(MARKET)" $(if $(OUT),--out "$(OUT)") --search --report

notebooks: setup ## Run all notebooks and keep their outputs, after a change of what they show
	@$(BIN)/python -m sim.report.normalise_notebook

site: setup ## Build these pages as a site in site/, to be read and searched offline
	@scripts/site.sh

reference: setup ## Renew the reference simulation of this version, after a change that moves results
	@$(BIN)/python -m sim.workbench.reference

reviewed: setup ## Run plans with reviews beside the same plans without, in each built-in market, for the playbook
	@$(BIN)/python -m sim.workbench.reviewed

fuzz: setup ## Make up EXAMPLES inputs of every kind: each works or is refused
	@EXAMPLES=$(EXAMPLES) $(BIN)/pytest -q -p no:nbval $(TOGETHER) tests/test_bad_input.py tests/test_bad_plans.py

faults: setup ## Plant deliberate faults one at a time and say which test notices each
	@$(BIN)/python -m tests.mutation

test: setup ## Check style, layers, types and the playbook, then run all tests and notebooks
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet || { echo 'Run `.venv/bin/ruff format`.' >&2; exit 1; }
	@$(MAKE) --no-print-directory -j3 checks rerun suite

# These and the notebooks take as long as a fifth of the tests: beside them, no processor stands idle.
checks:
	@said=$$($(BIN)/lint-imports --no-cache) || { echo "$$said"; exit 1; }
	@$(BIN)/loyalty check
	@$(BIN)/mypy

# In a process of its own: what runs notebooks is slow to load, and no test needs it. The module that comes
# first loads the slowest part of it quickly.
rerun:
	@said=$$($(BIN)/pytest -q -p sim.report.notebook_format -p no:xdist --nbval --nbval-current-env \
	    --nbval-sanitize-with notebooks/sanitize.cfg --nbval-cell-timeout 300 notebooks) \
	    || { echo "$$said"; exit 1; }; echo "Notebooks, run again: $${said##*$$'\n'}"

suite:
	@$(BIN)/pytest -q -rfEs -p no:nbval $(TOGETHER) tests

test-slow: setup ## Run the larger forms of tests too, where a quick one holds the same guarantee
	@SLOW=1 $(BIN)/pytest -q -p no:nbval $(TOGETHER)

bench: setup ## Measure speed, memory and what shared luck saves, in some twenty minutes; never a test
	@$(BIN)/python -m tests.benchmark.bench $(OPTIONS)

forecast-score: setup ## Score the forecast on two public logs beside the classics and the bars, in a minute
	@$(BIN)/python -m tests.benchmark.forecast_score

score: setup ## Score the advice in made-up firms of known truth; stopped, it goes on where it was: hours
	@$(BIN)/loyalty score

calibration-score: setup ## Calibrate simulated logs of six kinds of firms, and count how often intervals hold the truth
	@$(BIN)/python -m tests.benchmark.calibration_score

ranks: setup ## Rank true parameters among draws from what is estimated of them, in some ten minutes
	@$(BIN)/python -m tests.benchmark.bench_ranks

test-documents: setup ## Open slides and workbook in both languages with LibreOffice; says so if it is absent
	@$(BIN)/python tests/office.py

lab: setup ## Open the notebooks in JupyterLab
	@cd notebooks && ../$(BIN)/jupyter lab $(OPTIONS)

cockpit: setup ## Open the cockpit in a browser: move a lever and see; nothing leaves this machine
	@$(BIN)/python -m sim.cockpit.serve $(OPTIONS)
