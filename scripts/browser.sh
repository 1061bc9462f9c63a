#!/bin/sh
# Sees to a Chromium and a Chinese font for the browser tests: Debian's, where it may install them. Where it may not,
# the tests that need a browser are skipped, and the run says so. Never fails.
set -u
say() { printf '%s\n' "$*" >&2; }
found() { command -v "${CHROMIUM:-chromium}" >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1; }

found && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "Installing chromium and fonts-noto-cjk for the browser tests ..."
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium fonts-noto-cjk; } >/dev/null 2>&1 || true
fi
found || say "No Chromium: the browser tests are skipped. Install it with:  sudo apt-get install chromium fonts-noto-cjk"
exit 0
