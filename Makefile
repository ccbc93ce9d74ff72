# Two commands matter: `make demo` and `make test`. Both set up everything they need.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: test demo lint benchmark native sanitize docs clean

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet --constraint constraints.txt hatchling editables ziglang jaxlib
	$(BIN)/pip install --quiet --constraint constraints.txt --no-build-isolation --editable '.[dev]'
	touch $@

# Compiles what has changed since the last time; RECURRA_CXX=g++ takes another compiler than Zig's.
native: .venv/ready
	$(BIN)/python hatch_build.py

# The kernels under address and undefined-behaviour sanitizers, with each instruction set.
sanitize: .venv/ready
	$(BIN)/python hatch_build.py checked
	RECURRA_ISA=baseline build/checked/tests
	RECURRA_ISA=avx2 build/checked/tests
	RECURRA_ISA=avx512 build/checked/tests

test: .venv/ready lint native sanitize
	$(BIN)/python -m pytest -n 2

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# From a table to a report: monthly CO2 at Mauna Loa, a year ahead.
demo: .venv/ready
	mkdir -p build
	$(BIN)/python examples/demo_table.py build/co2.csv
	$(BIN)/recurra forecast build/co2.csv --time month --target co2 --horizon 12 \
		--out build/forecast.csv --report build/report.html

# Beside PyTorch and ONNX Runtime, and TensorFlow of the environment BENCH_TF_PYTHON, where they are.
benchmark: native
	$(BIN)/python benchmarks --to docs

# Pages of the documentation that are made from the library.
docs: .venv/ready
	$(BIN)/python docs/make.py

clean:
	rm -rf .venv build src/recurra/kernels/_native* .pytest_cache .mypy_cache .ruff_cache .hypothesis
