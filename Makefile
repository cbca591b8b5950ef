# Two commands matter: `make score` and `make test`. Each sets up what it needs in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PAGES ?= data/samples
OUT ?= scores.jsonl
CORPUS ?= ../shared/corpus
WORKERS ?= 1
.DELETE_ON_ERROR:
.PHONY: score test check features zones model report bench screenshots clean

score: $(VENV)/installed  ## score PAGES (default: the samples) and show the result
	$(BIN)/scorer score $(PAGES) -o $(OUT) --workers $(WORKERS) --overwrite

test: $(VENV)/developed  ## run the test suite
	$(BIN)/python -m pytest

check: $(VENV)/developed  ## lint, types, tests
	$(BIN)/ruff check scorer tests benchmarks
	$(BIN)/mypy scorer
	$(BIN)/python -m pytest

features: $(VENV)/developed  ## recompute data/ and the wording model from the pages in CORPUS
	$(BIN)/python -m scorer.train_features $(CORPUS)

zones: $(VENV)/developed  ## retrain the body model of the zones on CORPUS
	$(BIN)/python -m scorer.train_zones $(CORPUS)

model: $(VENV)/developed  ## train models/page-trust from data/
	$(BIN)/scorer train

report: $(VENV)/developed  ## evaluate, and write models/page-trust/report.md and report.html
	$(BIN)/scorer evaluate

bench: $(VENV)/developed  ## measure speed against peers, write benchmarks/RESULTS.md
	$(BIN)/python -m pip install --quiet -e ".[bench]"
	$(BIN)/python benchmarks/speed.py

screenshots: $(VENV)/developed  ## make the README's pictures from the samples (needs Chromium)
	$(BIN)/python -m pip install --quiet -e ".[browser]"
	$(BIN)/python docs/screenshots.py

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -e .
	touch $@

$(VENV)/developed: $(VENV)/installed
	$(BIN)/python -m pip install --quiet -e ".[dev]"
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info
