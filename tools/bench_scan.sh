#!/bin/bash
# Files a second over the same tree, in the same run: our worker, our scan of a
# tree that did not change and of one that the fleet knows, and clamdscan with a
# clamd that has our small database. Usage: tools/bench_scan.sh [folder...]
# Wants a release build (build/release/bin/{probe,agent}_bench) and clamav-daemon, clamdscan.
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

# A name, milliseconds on the wall, milliseconds of processor time. The last is
# what counts on a machine that others use as well.
report() {
  awk -v name="$1" -v ms="$2" -v cpu="$3" -v files="$files" -v bytes="$bytes" 'BEGIN {
    if (cpu == 0) cpu = 1
    printf "%-52s %7.2f s %7.0f files/s %7.1f MB/s   %7.2f s of a core: %7.0f files/s %7.1f MB/s\n", name,
      ms / 1000, files * 1000 / ms, bytes / 1000 / ms, cpu / 1000, files * 1000 / cpu, bytes / 1000 / cpu }'
}

# Processor time of a process that runs, with all its threads.
cpu_ms_of() { awk -v tick="$(getconf CLK_TCK)" '{ print int(($14 + $15) * 1000 / tick) }' "/proc/$1/stat"; }

TIMEFORMAT='%U %S'
roots=$(IFS=:; echo "${trees[*]}")
before=$(now_ms)
{ time KHIEN_BENCH_TREE=$roots "$bin/probe_bench" --benchmark_filter='^scan_tree' \
  --benchmark_min_time=0.000001 >"$work/ours" 2>/dev/null; } 2>"$work/ours.time"
after=$(now_ms)
if ! grep -aq items_per_second "$work/ours"; then
  echo "khien-worker did not run: $(cat "$work/ours")" >&2
  exit 1
fi
report "khien-worker (hash, IOC, YARA; with its start)" $((after - before)) \
  "$(awk '{ print int(($1 + $2) * 1000) }' "$work/ours.time")"

# A name, and a benchmark's line of agent_bench: its rate is by processor time.
rate() {
  awk -v name="$1" -v bench="$2" -F, '$1 ~ "^\"?" bench { printf "%-52s %59.0f files/s a core\n", name, $7 }' "$work/again"
}
KHIEN_BENCH_TREE=$roots "$bin/agent_bench" --benchmark_filter='^tree_' --benchmark_format=csv >"$work/again" 2>/dev/null
rate "walk alone, each file's status read" tree_walk
rate "khien-agent, unchanged, after a restart" tree_again
rate "khien-agent, new machine, the fleet knows its files" tree_told

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

for pass in "first pass" "again, from its cache"; do
  before=$(now_ms)
  cpu_before=$(cpu_ms_of $clamd_pid)
  { time clamdscan --config-file="$work/clamd.conf" --fdpass --multiscan --no-summary --infected "${trees[@]}" \
    >"$work/clamdscan.log" 2>&1 || true; } 2>"$work/clamdscan.time"
  after=$(now_ms)
  client=$(awk 'END { print int(($1 + $2) * 1000) }' "$work/clamdscan.time")
  report "clamdscan --fdpass --multiscan, $pass" $((after - before)) \
    $(($(cpu_ms_of $clamd_pid) - cpu_before + client))
done
