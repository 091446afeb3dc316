#!/usr/bin/env bash
# Builds the user interface into ui/dist, when its sources changed. With
# --check: also its type check, lint and unit tests.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
. "$here/say.sh"

. "$here/node.sh"

cd "$root/ui"
lock=$(sha256sum package-lock.json | cut -d ' ' -f 1)
if [ "$(cat node_modules/.khien-lock 2>/dev/null)" != "$lock" ]; then
  step "Lấy gói npm của giao diện" "Fetching the user interface's npm packages" npm ci --no-audit --no-fund
  echo "$lock" >node_modules/.khien-lock
fi

if [ "${1:-}" = --check ]; then
  step "Giao diện: kiểm tra kiểu" "User interface: types" npm run --silent check
  step "Giao diện: quy tắc mã" "User interface: lint" npm run --silent lint
  step "Giao diện: kiểm thử" "User interface: unit tests" npm test --silent
fi

sources=$(find src public index.html vite.config.ts package-lock.json ../schema/openapi.yaml -type f 2>/dev/null |
  LC_ALL=C sort | xargs sha256sum | sha256sum | cut -d ' ' -f 1)
if [ "$(cat ../build/ui/.sources 2>/dev/null)" != "$sources" ]; then
  step "Dựng giao diện" "Building the user interface" npm run --silent build
  step "Nén giao diện vào chương trình" "Packing the user interface into the program" node embed.mjs ../build/ui
  echo "$sources" >../build/ui/.sources
fi
