#!/usr/bin/env bash
# Configures and builds one preset, with progress: build.sh PRESET [TARGET…]
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
. "$here/say.sh"
cd "$here/.."

preset=$1
shift
log=$(mktemp)
started=$(date +%s)
say "Biên dịch ($preset) …" "Building ($preset) …"
if ! cmake --preset "$preset" >"$log" 2>&1; then
  tail -n 40 "$log" >&2
  fail "cấu hình không thành công" "configuring failed"
fi

# On a terminal: one line that moves. Otherwise: a line now and then.
follow() {
  local line shown=0 now
  while IFS= read -r line; do
    echo "$line" >>"$log"
    case $line in '['*) ;; *) continue ;; esac
    if [ -t 2 ]; then
      printf '\r\033[K  %.100s' "$line" >&2
    else
      now=$(date +%s)
      [ $((now - shown)) -ge 20 ] && printf '  %.100s\n' "$line" >&2 && shown=$now
    fi
  done
  if [ -t 2 ]; then printf '\r\033[K' >&2; fi
}
# A precompiled header is known to ccache by what stands in it.
export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS:-pch_defines,time_macros}
if ! NINJA_STATUS='[%f/%t] ' ninja -C "build/$preset" "$@" 2>&1 | follow; then
  grep -E -A 12 'error|FAILED' "$log" | head -n 60 >&2
  fail "biên dịch không thành công (toàn bộ: $log)" "the build failed (all of it: $log)"
fi
rm -f "$log"
say "Biên dịch ($preset): xong sau $(($(date +%s) - started)) giây" "Building ($preset): done in $(($(date +%s) - started)) s"
