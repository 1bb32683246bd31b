# `make run` and `make test` work on a machine that has Python 3.11+, git and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate pyproject.toml

QUICK := tests/actors tests/docs tests/fuzz tests/protocol tests/gateway/front/test_head.py \
	tests/gateway/front/test_frames.py tests/gateway/socketio/test_socketio_machine.py \
	tests/gateway/socketio/test_socketio_packets.py tests/gateway/test_fanout.py
PORTABLE := tests/gateway/front tests/gateway/engineio tests/gateway/socketio tests/gateway/realtime \
	tests/storage/test_embedded.py tests/storage/transcoding/test_faults.py tests/supervisors/keeper tests/supervisors/test_wall_time.py \
	tests/e2e
ROOMS := actors gateway protocol storage supervisors
CRITICAL := */machine.py,actors/users/*.py,actors/enrollments/*.py,storage/tokens.py,storage/passwords.py

.DEFAULT_GOAL := help
.PHONY: help environment development run fmt check quick test-one test portable nightly bench soak docs changelog lock clean

help:
	@echo "make run         start Stoa with everything embedded and a demonstration school"
	@echo
	@echo "make fmt         format, and mend what the linter can mend"
	@echo "make check       format, lint, types and borders between rooms, without changing anything"
	@echo "make quick       what most often breaks, in under a minute: check, and tests without engines"
	@echo "make test-one T=tests/…/test_x.py::name"
	@echo "                 one file, or one test of it"
	@echo "make test        check and the whole test suite"
	@echo "make portable    the parts that Linux does by means of its own, without them, as macOS has it"
	@echo "make nightly     properties and fuzz targets with many more examples, for hours"
	@echo
	@echo "make bench       measure, beside the peers where Node.js is present"
	@echo "make soak        an hour of a busy school in ten minutes, then look for what has stayed"
	@echo "make docs        write anew what is made of the code: AsyncAPI, GraphQL schema, permissions"
	@echo "make changelog   what the next version changes; with V=0.3.0, begin that version"
	@echo "make lock        resolve the dependencies anew"
	@echo "make clean       remove the environment and the caches"

# What an earlier make left half done is mended: see supervisors/install/environment.py.
INSTALL = @set -e; for python in $(PYTHON) python3.14 python3.13 python3.12 python3.11; do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || continue; \
		exec "$$python" -m supervisors.install.environment $(1); \
	done; echo "make: Stoa needs Python 3.11 or newer" >&2; exit 1

environment:
	$(call INSTALL,requirements.lock)

development:
	$(call INSTALL,requirements.lock requirements-dev.lock)

# pip compiles the dependencies; our own files are compiled here, where bytecode may be written.
run: environment
	@$(BIN)/python -m compileall -qq $(ROOMS) || true
	@exec $(BIN)/stoa serve --demo

fmt: development
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .
	@$(BIN)/ruff check .

check: development
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/mypy --platform darwin --cache-dir .mypy_cache/darwin $(ROOMS)
	@$(BIN)/lint-imports

# What is pure: rules, messages, wire formats. No database, no servers, few examples.
quick: check
	@HYPOTHESIS_PROFILE=quick $(BIN)/python -m pytest -q -n 2 $(QUICK) \
		-m "not engines and not heavy and not slow and not node and not browser"

test-one: development
	@test -n "$(T)" || { echo "say which: make test-one T=tests/protocol/test_topics.py"; exit 2; }
	@$(BIN)/python -m pytest "$(T)"

# With what Linux shares with macOS only: no epoll, prctl(2), pidfd, /proc, SOCK_SEQPACKET.
portable: development
	@_STOA_PORTABLE=1 $(BIN)/python -m pytest -n 2 $(PORTABLE)

nightly: development
	@HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest -n 2 -m "not heavy and not node and not browser"
	@HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest tests/supervisors/test_longest_turn.py
	@$(MAKE) --no-print-directory portable

# Quick tests side by side; then those that start whole servers, one after another, so that the
# machine is not crowded while a server is being killed. Machines must be covered completely.
# What servers of tests are made of is compiled once, where bytecode may not be written by itself,
# and so are the tests (the empty variable), which three runs with five processes read: to compile
# them takes as long as to read them, twenty seconds of each. The dear ones are not looked for in
# files that have none.
HEAVY = $$(grep -rl --include='test_*.py' 'mark\.heavy' tests)
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest

test: development check
	@rm -f .coverage .coverage.*
	@$(BIN)/python -m compileall -qq $(ROOMS) || true
	@$(PYTEST) -n 2 --dist worksteal -m "not heavy" --cov --cov-report=
	@$(PYTEST) -n 2 --dist loadfile -m "heavy and browser" $(HEAVY)
	@$(PYTEST) -m "heavy and not browser" $(HEAVY)
	@$(BIN)/coverage report --fail-under=80 --format=total > /dev/null \
		|| { echo "coverage is below 80%"; exit 1; }
	@$(BIN)/coverage report --include='$(CRITICAL)' --fail-under=100 \
		|| { echo "machines, authentication and enrolment must be covered completely"; exit 1; }
	@echo "coverage $$($(BIN)/coverage report --format=total)%, machines and authentication 100%"

bench: development
	@$(BIN)/python -m bench all

soak: development
	@$(BIN)/python -m bench.soak

docs: development
	@$(BIN)/python -m supervisors.docs

changelog: development
	@$(BIN)/python -m changes.assemble $(V)

lock:
	$(BIN)/$(LOCK) --extra build --output-file requirements.lock
	$(BIN)/$(LOCK) --extra build --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) .venv.lock .venv.log .mypy_cache .ruff_cache .hypothesis
