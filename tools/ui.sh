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

# The lint is one thread long, the types and the unit tests fill the other.
check() {
  npm run --silent lint >"$1" 2>&1 &
  local lint=$! failed=0
  npm run --silent check || failed=1
  npm test --silent || failed=1
  wait $lint || failed=1
  cat "$1"
  return $failed
}
if [ "${1:-}" = --check ]; then
  lint_log=$(mktemp)
  trap 'rm -f "$lint_log"' EXIT
  step "Giao diện: kiểu, quy tắc mã, kiểm thử" "User interface: types, lint, unit tests" check "$lint_log"
fi

sources=$(find src public index.html vite.config.ts package-lock.json ../schema/openapi.yaml -type f 2>/dev/null |
  LC_ALL=C sort | xargs sha256sum | sha256sum | cut -d ' ' -f 1)
if [ "$(cat ../build/ui/.sources 2>/dev/null)" != "$sources" ]; then
  step "Dựng giao diện" "Building the user interface" npm run --silent build
  step "Nén giao diện vào chương trình" "Packing the user interface into the program" node embed.mjs ../build/ui
  echo "$sources" >../build/ui/.sources
fi
