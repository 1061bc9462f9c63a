#!/bin/sh
# Makes .venv in the checkout: the locked dependencies, each checked by its hash, and the package itself.
# Quick when nothing changed: .venv/.luoshi-stamp holds the digest of all that went in.
# PYTHON=/path/to/python3 chooses the interpreter.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
stamp=.venv/.luoshi-stamp

say() { printf '%s\n' "$*" >&2; }

digest() {
    { printf '%s\n' "$root"; cat requirements/run.txt requirements/dev.txt pyproject.toml scripts/setup.sh; } | sha256sum | cut -d' ' -f1
}

fresh() {
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(digest)" ] && .venv/bin/python -c '' 2>/dev/null
}

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
        if command -v "$name" >/dev/null 2>&1 && new_enough "$name"; then
            command -v "$name"
            return
        fi
    done
    say "Luoshi needs Python 3.11 or newer, and found none${PYTHON:+ (PYTHON=$PYTHON)}."
    say "需要 Python 3.11 或更高版本。"
    say "On Debian 12+ or Ubuntu 24.04+:  apt-get install python3 python3-venv"
    exit 1
}

# Debian and Ubuntu cut ensurepip out of python3 into a package of its own.
need_ensurepip() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1 && return
    package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "Installing $package (it brings the module that makes a virtual environment) ..."
        apt-get update -q >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$package" >&2 || true
        "$1" -c 'import ensurepip, venv' >/dev/null 2>&1 && return
    fi
    say "$1 cannot make a virtual environment: the module ensurepip is missing."
    say "缺少 ensurepip 模块，请先安装："
    say "    sudo apt-get install $package"
    exit 1
}

fresh && exit 0

# Two set-ups at once in one checkout would trip over each other: the second waits, and then finds the work done.
if command -v flock >/dev/null 2>&1 && [ -z "${LUOSHI_SETUP_LOCKED:-}" ]; then
    LUOSHI_SETUP_LOCKED=1 exec flock "$root/scripts/setup.sh" sh "$root/scripts/setup.sh"
fi

if ! .venv/bin/python -m pip --version >/dev/null 2>&1 || ! new_enough .venv/bin/python ||
    [ "$(cat .venv/.luoshi-root 2>/dev/null)" != "$root" ]; then
    python=$(find_python)
    need_ensurepip "$python"
    say "Making .venv with $python ..."
    "$python" -m venv --clear .venv
    printf '%s\n' "$root" > .venv/.luoshi-root
fi
say "Installing the locked dependencies, each checked by its hash ..."
pip() { .venv/bin/python -m pip --disable-pip-version-check --quiet "$@"; }
pip install --require-hashes --no-deps -r requirements/run.txt -r requirements/dev.txt
pip install --no-deps --no-build-isolation --no-index -e .
pip check
digest > "$stamp"
say "Ready: .venv/bin/luoshi"
