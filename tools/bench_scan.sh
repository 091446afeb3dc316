#!/bin/bash
# Files a second over the same tree, in the same run: our worker, and clamdscan
# with a clamd that has our small database. Usage: tools/bench_scan.sh [folder...]
# Wants a release build (build/release/bin/probe_bench) and clamav-daemon, clamdscan.
set -eu

cd "$(dirname "$0")/.."
bin=${KHIEN_BIN:-build/release/bin}
trees=("$@")
[ ${#trees[@]} -gt 0 ] || trees=(/usr/share/doc /usr/bin)

work=$(mktemp -d)
clamd_pid=
finish() {
  [ -z "$clamd_pid" ] || kill "$clamd_pid" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

now_ms() { date +%s%3N; }

# Everybody reads from memory: the disk is not what is measured.
files=$(find "${trees[@]}" -xdev -type f | wc -l)
bytes=$(find "${trees[@]}" -xdev -type f -print0 | xargs -0 cat 2>/dev/null | wc -c)
echo "tree: ${trees[*]}: $files files, $((bytes / 1000000)) MB"

report() {  # name, milliseconds
  awk -v name="$1" -v ms="$2" -v files="$files" -v bytes="$bytes" \
    'BEGIN { printf "%-44s %8.2f s %9.0f files/s %8.1f MB/s\n", name, ms / 1000, files * 1000 / ms, bytes / 1000 / ms }'
}

roots=$(IFS=:; echo "${trees[*]}")
before=$(now_ms)
KHIEN_BENCH_TREE=$roots "$bin/probe_bench" --benchmark_filter='^scan_tree' --benchmark_min_time=0.000001 \
  2>/dev/null | grep -a '^scan_tree' | tee "$work/ours" >/dev/null
after=$(now_ms)
if ! grep -q items_per_second "$work/ours"; then
  echo "khien-worker did not run: $(cat "$work/ours")" >&2
  exit 1
fi
report "khien-worker (hash, IOC, YARA; with its start)" $((after - before))

if ! command -v clamd >/dev/null || ! command -v clamdscan >/dev/null; then
  echo "clamd or clamdscan is not installed: nothing to compare with"
  exit 0
fi
mkdir "$work/database" "$work/temporary"
cp content/scan/clamav/*.ndb "$work/database"
cat > "$work/clamd.conf" <<END
LocalSocket $work/clamd.sock
DatabaseDirectory $work/database
TemporaryDirectory $work/temporary
Foreground yes
ConcurrentDatabaseReload no
MaxThreads 2
MaxFileSize 64M
MaxScanSize 256M
END
clamd --config-file="$work/clamd.conf" >"$work/clamd.log" 2>&1 &
clamd_pid=$!
for _ in $(seq 100); do
  [ -S "$work/clamd.sock" ] && break
  sleep 0.1
done

for pass in "first pass" "second pass, from clamd's cache"; do
  before=$(now_ms)
  clamdscan --config-file="$work/clamd.conf" --fdpass --multiscan --no-summary --infected "${trees[@]}" \
    >"$work/clamdscan.log" 2>&1 || true
  after=$(now_ms)
  report "clamdscan --fdpass --multiscan, $pass" $((after - before))
done
