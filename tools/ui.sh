#!/usr/bin/env bash
# Builds the user interface into ui/dist, when its sources changed. With
# --check: also its type check, lint and unit tests.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
. "$here/say.sh"

# Vite needs Node.js 20.19 or newer; Debian 12 has 18.
new_enough() { node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'; }
if ! new_enough 2>/dev/null; then
  [ -x "$(ls -d "$here"/node/node_modules/node-linux-*/bin/node 2>/dev/null | head -n 1)" ] ||
    step "Lấy Node.js từ npm" "Fetching Node.js from npm" npm ci --prefix "$here/node" --no-audit --no-fund
  PATH=$(dirname "$(ls -d "$here"/node/node_modules/node-linux-*/bin/node | head -n 1)"):$PATH
  export PATH
  new_enough || fail "không có Node.js đủ mới" "no Node.js that is new enough"
fi

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
if [ "$(cat dist/.khien-sources 2>/dev/null)" != "$sources" ]; then
  step "Dựng giao diện" "Building the user interface" npm run --silent build
  echo "$sources" >dist/.khien-sources
fi
