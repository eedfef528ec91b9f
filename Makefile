# hourfence: every command a newcomer needs. `make demo` and `make test` need no prior step.
SHELL := /bin/bash
# The first of these that is 3.11 or newer and can make a venv.
ifndef PYTHON
PYTHON := $(shell for p in python3.11 python3 python3.12 python3.13; do \
    $$p -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { command -v $$p; break; }; done)
endif
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
MYPY_PACKAGES := $(wildcard firmware geofence ingest gateway simulators)
# Tests of the terminals wait as much as they count, so one more than the cores of a small machine.
WORKERS ?= 3

.PHONY: demo terminal serve desk-demo test lint format lock docs bench-ingest bench-judge bench-terminal bench-desk scenarios clean venv typecheck-board firmware

demo: $(STAMP)
	@$(BIN)/hourfence demo $(ARGS)

terminal: $(STAMP)
	@$(BIN)/hourfence terminal $(ARGS)

# A whole server: ingest, judge and desk; and the same with a school day lived against it.
serve: $(STAMP)
	@$(BIN)/hourfence serve $(ARGS)

desk-demo: $(STAMP)
	@$(BIN)/hourfence serve --demo $(ARGS)

# A file's tests share what takes long to make, so a file goes to one worker; tests/conftest.py puts long files first.
test: lint
	@echo "test: pytest on $(WORKERS) workers"
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist=loadfile --no-loadscope-reorder $(ARGS)

lint: typecheck-board
	@echo "lint: ruff"
	@$(BIN)/ruff check -q .
	@echo "lint: mypy --strict"
	@$(BIN)/mypy $(addprefix -p ,$(MYPY_PACKAGES))

BOARD_FILES := $(wildcard firmware/boards/esp32s3*.py) firmware/boards/car_inputs.py \
    firmware/boards/heap_watch.py firmware/boards/stream.py

typecheck-board: build/stubs/.installed
	@echo "lint: mypy of the ESP32-S3 board, against MicroPython's stubs"
	@$(BIN)/mypy --config-file .ci/mypy-board.ini $(BOARD_FILES)

build/stubs/.installed: .ci/board-stubs.txt $(STAMP)
	@rm -rf build/stubs
	@$(BIN)/python -m pip --disable-pip-version-check -q install --require-hashes --no-deps --target build/stubs \
	    -r .ci/board-stubs.txt
	@touch $@

# .mpy files, the flash folder for mpremote, the manifest of a frozen image, and how large it all is.
firmware: $(STAMP)
	@$(BIN)/hourfence firmware build $(ARGS)

format: $(STAMP)
	@$(BIN)/ruff check -q --fix-only --select I .
	@$(BIN)/ruff format -q .

docs: $(STAMP)
	@$(BIN)/hourfence docs $(ARGS)

SEEDS ?= 200
faults: $(STAMP)
	@$(BIN)/hourfence soak --seeds $(SEEDS) --batch 25 $(ARGS)

# Small changes of the judge and the fences, each of which some test must notice: docs/reference/mutants.md.
.PHONY: mutants
mutants:
	@.ci/mutants "$(PYTHON)" $(ARGS)

bench-ingest: $(STAMP)
	@$(BIN)/hourfence bench ingest $(ARGS)

bench-terminal: $(STAMP)
	@$(BIN)/hourfence bench terminal

bench-judge: $(STAMP)
	@$(BIN)/hourfence bench judge $(ARGS)

bench-desk: $(STAMP)
	@$(BIN)/hourfence bench desk $(ARGS)

# Named days with their truth; tuned on seeds 1 to 5, told from 101 to 105.
SEED ?= 101
scenarios: $(STAMP)
	@$(BIN)/hourfence scenarios --seed $(SEED) $(ARGS)

venv: $(STAMP)

$(STAMP): requirements.lock pyproject.toml .ci/setup-venv
	@.ci/setup-venv "$(PYTHON)"

# pip-tools lives apart, so that it never becomes a dependency of the product.
lock:
	@test -x build/lock-venv/bin/pip-compile || \
	    { $(PYTHON) -m venv build/lock-venv && build/lock-venv/bin/pip install -q --disable-pip-version-check pip-tools; }
	@echo "lock: resolving requirements.in"
	@CUSTOM_COMPILE_COMMAND="make lock" build/lock-venv/bin/pip-compile -q --generate-hashes --allow-unsafe \
	    --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	    $(ARGS) -o requirements.lock requirements.in
	@sed -i -E '/^--(index-url|extra-index-url|find-links|trusted-host)/d' requirements.lock

# The optional extra [face]: the same resolver, a lock of its own.
lock-face: lock
	@CUSTOM_COMPILE_COMMAND="make lock-face" build/lock-venv/bin/pip-compile -q --generate-hashes --allow-unsafe \
	    --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	    $(ARGS) -o requirements-face.lock requirements-face.in
	@sed -i -E '/^--(index-url|extra-index-url|find-links|trusted-host)/d' requirements-face.lock

clean:
	@rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis ./*.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
