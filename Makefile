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
WORKERS ?= 2

.PHONY: demo test lint format lock docs bench-ingest clean venv

demo: $(STAMP)
	@$(BIN)/hourfence demo $(ARGS)

test: lint
	@echo "test: pytest on $(WORKERS) workers"
	@$(BIN)/python -m pytest -q -n $(WORKERS) $(ARGS)

lint: $(STAMP)
	@echo "lint: ruff"
	@$(BIN)/ruff check -q .
	@echo "lint: mypy --strict"
	@$(BIN)/mypy $(addprefix -p ,$(MYPY_PACKAGES))

format: $(STAMP)
	@$(BIN)/ruff check -q --fix-only --select I .
	@$(BIN)/ruff format -q .

docs: $(STAMP)
	@$(BIN)/hourfence docs $(ARGS)

bench-ingest: $(STAMP)
	@$(BIN)/hourfence bench ingest $(ARGS)

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

clean:
	@rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis ./*.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
