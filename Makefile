# Each target is a few plain commands: docs/maintaining.md says them.
#   make run              the bundled corpus;  make run CORPUS=gmb  the real one
#   make run CORPUS=mine.conll OPTIONS="strays=begin"   a file of your own
#   make test PIP_ARGS="--index-url ..."       hands options to pip, or to uv
#   make test JOBS=8                           in as many processes

PYTHON ?= python3
UV ?= uv
CORPUS ?= sample
OPTIONS ?= $(LSTM_CORPUS_OPTIONS)
PIP_ARGS ?=
JOBS ?= 2
BIN := .venv/bin
export LSTM_CORPUS := $(CORPUS)
export LSTM_CORPUS_OPTIONS := $(OPTIONS)

.PHONY: run handouts lint check test test-slow test-corpora test-scale test-browser
.PHONY: test-handouts mutants lab refresh benchmark benchmark-check sample-tagger clean

# The bundled corpus is there; another is yours, or is fetched.
ifeq ($(CORPUS),gmb)
FETCH := $(BIN)/python -m lstm_helpers download
endif

run: .venv/ready
	$(FETCH)
	$(BIN)/python tools/notebooks.py run

# Of executed copies, which are made again only if they are not up to date.
handouts: .venv/requirements-handouts.lock
	$(FETCH)
	$(BIN)/python tools/notebooks.py run --if-needed
	$(BIN)/python -m handouts

# A guard against all sockets but the machine's own, in kernels too, and no network where
# that is allowed: the first line says which. And one thread for each process, since
# threads of several processes spend their time on waiting.
# Not exported: what is exported for a target also reaches the pip that sets it up.
TEST := PYTHONPATH="$(CURDIR)/tests/no_network" OMP_NUM_THREADS=1 \
	$(BIN)/python tests/no_network/alone.py $(BIN)/pytest -n $(JOBS)

# After the tests, not among them: what runs beside it disturbs it.
BENCHMARK_CHECK := $(BIN)/python tools/benchmark --check

lint: .venv/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

check test: export LSTM_CORPUS := sample
check: .venv/ready lint
	$(TEST) --dist worksteal -m "not long and not slow and not browser and not scale" --hypothesis-profile=quick tests

# A notebook's cells need one kernel: --dist loadfile keeps them together.
test: .venv/ready lint
	$(TEST) --dist worksteal -m "not slow and not browser and not scale"
	$(TEST) --dist loadfile --nbval notebooks

test-slow: .venv/ready
	$(BIN)/pytest -n $(JOBS) --dist worksteal -m "slow and not corpora and not scale"
	$(BENCHMARK_CHECK)

# More kinds of corpora than test-slow takes.
test-corpora: .venv/ready
	$(BIN)/pytest -n $(JOBS) --dist worksteal -m corpora

# Of the optional group, which it installs. Its clusters listen where the guard refuses to.
test-scale: .venv/ready
	$(BIN)/python -m pip install --use-pep517 $(PIP_ARGS) -q -c constraints.txt -e ".[dev,scale]"
	$(BIN)/pytest -m scale

test-browser: .venv/ready
	$(BIN)/pytest -n $(JOBS) --dist worksteal -m browser

# Of the bundled corpus's handouts; and it makes them once more.
test-handouts: export LSTM_CORPUS := sample
test-handouts: handouts
	$(BIN)/pytest -n $(JOBS) --dist loadfile tests/handouts

# Faults in the package, one at a time: does a test see each of them?
mutants: export LSTM_CORPUS := sample
mutants: .venv/ready
	$(BIN)/python -m pip install --use-pep517 $(PIP_ARGS) -q -c constraints.txt -e ".[dev,scale]"
	OMP_NUM_THREADS=1 $(BIN)/python tools/mutants --jobs $(JOBS)

lab: .venv/ready
	$(BIN)/python tools/workspace.py
	JUPYTER_CONFIG_PATH=tools/jupyter $(BIN)/jupyter lab work --LabApp.default_url=/lab/tree/START_HERE.md

refresh: export LSTM_CORPUS := sample
refresh: .venv/ready
	$(BIN)/python tools/notebooks.py refresh

# QUICK=1: a part of it, in minutes; it says what is left out
benchmark: .venv/ready
	$(BIN)/python -m pip install --use-pep517 $(PIP_ARGS) -q -c constraints.txt -e ".[dev,peers]"
	$(BIN)/python -m lstm_helpers download
	$(BIN)/python tools/benchmark --jobs 2 $(if $(QUICK),--quick)

# On the bundled corpus: is anything slower than when the benchmark was measured?
benchmark-check: .venv/ready
	$(BENCHMARK_CHECK)

sample-tagger: .venv/ready
	$(BIN)/python tools/train_sample_tagger.py

# With uv where there is one, else with pip; make UV= takes pip all the same.
.venv/ready: requirements.lock constraints.txt pyproject.toml
	UV="$(UV)" PYTHON="$(PYTHON)" sh tools/setup.sh $(PIP_ARGS)

.venv/requirements-handouts.lock: .venv/ready requirements-handouts.lock
	LOCK=requirements-handouts.lock UV="$(UV)" PYTHON="$(PYTHON)" sh tools/setup.sh $(PIP_ARGS)

clean:
	rm -rf .venv build models
