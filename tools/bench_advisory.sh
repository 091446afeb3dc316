#!/bin/bash
# All packages of a fleet against all that is known of vulnerabilities, on one core: the full
# match, one new record against the fleet, one machine's new inventory, with the memory
# at most. Usage: tools/bench_advisory.sh [CVES] [MACHINES], 300000 and 50000 unless told;
# a machine has 200 packages. Wants a release build (advisory_bench).
set -eu

cd "$(dirname "$0")/.."
export KHIEN_BENCH_CVES=${1:-300000} KHIEN_BENCH_MACHINES=${2:-50000}
exec taskset -c "${CORE:-0}" "${KHIEN_BIN:-build/release/bin}/advisory_bench" --benchmark_filter='full_match|one_new|open_book'
