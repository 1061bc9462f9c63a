#!/bin/sh
# Writes the locks anew from pyproject.toml: every release's every file by its hash, for every platform and Python.
# Uses whatever package index pip is set up with, and writes no index's name into a lock.
set -eu
cd "$(dirname "$0")/.."
uv=${UV:-.venv/bin/uv}
compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
        --annotation-style line "$@"
}
upgrade=${UPGRADE:+--upgrade}
compile $upgrade pyproject.toml -o requirements/run.txt
compile $upgrade pyproject.toml --extra dev -c requirements/run.txt -o requirements/dev.txt
compile $upgrade pyproject.toml --extra bench -c requirements/run.txt -o requirements/bench.txt
