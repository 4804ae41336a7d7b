# Two commands are all there is to learn: `make run` and `make test`.
# Both set up whatever is missing, and do no work twice.

export UV_PYTHON_DOWNLOADS := never
BIN := .venv/bin

.PHONY: help run test lint format lock screenshots go-live-walk benchmark assets setup setup-benchmark setup-test clean

help:
	@echo "make run     set up, load the demo company, serve http://127.0.0.1:8700"
	@echo "make test    set up, then lint, SQLite, PostgreSQL and browser tests"
	@echo "make lint    ruff, mypy and the import contracts alone"
	@echo "make format  let ruff rewrite the code"
	@echo "make screenshots  take the pictures of the user guide anew"
	@echo "make go-live-walk walk a go-live of the demo company with a clock; pictures of docs/go-live.md"
	@echo "make benchmark    measure speed, memory and peers; docs/benchmarks.md has the last table"
	@echo "make lock    choose and pin dependency versions anew"
	@echo "make clean   remove what the others built; your data in .tieback stays"

run: setup
	@export TIEBACK_HOME="$${TIEBACK_HOME:-$(CURDIR)/.tieback}"; \
	$(BIN)/tieback demo && exec $(BIN)/tieback serve

test: setup-test
	@bash tools/test.sh

lint: setup-test
	@bash tools/test.sh lint

format: setup-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

screenshots: setup-test
	@TIEBACK_TEST_CHROMIUM="$$(bash tools/chromium.sh)" $(BIN)/python tools/screenshots.py

go-live-walk: setup-test
	@TIEBACK_TEST_CHROMIUM="$$(bash tools/chromium.sh)" $(BIN)/python -m tools.go_live_walk

benchmark: setup-benchmark
	@$(BIN)/python -m benchmarks

setup:
	@bash tools/setup.sh run

setup-benchmark:
	@bash tools/setup.sh benchmark

setup-test:
	@bash tools/setup.sh test

assets:
	@bash tools/setup.sh assets

lock:
	@bash tools/lock.sh

clean:
	rm -rf .venv node_modules src/tieback/web/static/tieback/vendor src/tieback/certificates/fonts test-results
