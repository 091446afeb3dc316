#!/bin/bash
# Files a second over the same tree, in the same run, with the same hashes and the
# same rules: khien scan, clamdscan and yara; then our scan of a tree that did not
# change and of one that the fleet knows. Usage: tools/bench_scan.sh [folder...]
#   HASHES=8000000  how many hashes the generated database has (clamd's .hdb, our table)
#   RULES=FOLDER    YARA files (*.yar, *.yara) instead of the base pack's
#   FILES=60000     at most so many files, the first in the order of their paths
# Wants a release build (khien, khien-worker, agent_bench); clamav-daemon, clamdscan and
# yara are left out where they are not installed.
set -eu

cd "$(dirname "$0")/.."
bin=${KHIEN_BIN:-build/release/bin}
hashes=${HASHES:-1000000}
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
TIMEFORMAT='%U %S'

# The same files for all, whatever each would leave out of a tree.
find "${trees[@]}" -xdev -type f -size -64M 2>/dev/null | sort | head -n "${FILES:-60000}" > "$work/list"
files=$(wc -l < "$work/list")
# Everybody reads from memory: the disk is not what is measured.
bytes=$(tr '\n' '\0' < "$work/list" | xargs -0 cat 2>/dev/null | wc -c)
echo "tree: ${trees[*]}: $files files, $((bytes / 1000000)) MB; $hashes hashes"

# One pack of ours and one database of clamd's, of the same hashes and rules.
mkdir -p "$work/content/bench" "$work/database" "$work/temporary"
echo '{"name":"bench","version":"1","texts":{}}' > "$work/content/bench/pack.json"
if [ -n "${RULES:-}" ]; then
  find "$RULES" \( -name '*.yar' -o -name '*.yara' \) -print0 | sort -z | xargs -0 cat > "$work/content/bench/rules.yar"
else
  cat content/scan/khien-base/*.yar > "$work/content/bench/rules.yar"
fi
head -c $((hashes * 16)) /dev/urandom | od -An -v -tx1 -w16 | tr -d ' ' | awk '{ print $1 ":" (NR % 900000 + 100) ":Bench.Hash-" NR % 5000 }' > "$work/database/bench.hdb"
cp content/scan/clamav/*.ndb "$work/database"
# Each two-thousandth file is one that both must find.
awk 'NR % 2000 == 7' "$work/list" | while read -r file; do
  echo "$(md5sum "$file" | cut -d ' ' -f 1):$(stat -c %s "$file"):Bench.Known"
done >> "$work/database/bench.hdb"
before=$(now_ms)
"$bin/khien" content build "$work/content/bench" "$work/database/bench.hdb"
echo "table made in $(($(now_ms) - before)) ms, $(($(stat -c %s "$work/content/bench/hashes.table") / 1000000)) MB"

# A name, milliseconds on the wall, milliseconds of processor time. The last is
# what counts on a machine that others use as well.
report() {
  awk -v name="$1" -v ms="$2" -v cpu="$3" -v files="$files" -v bytes="$bytes" 'BEGIN {
    if (cpu == 0) cpu = 1
    printf "%-46s %7.2f s %7.0f files/s %7.1f MB/s   %7.2f s of a core: %7.0f files/s %7.1f MB/s\n", name,
      ms / 1000, files * 1000 / ms, bytes / 1000 / ms, cpu / 1000, files * 1000 / cpu, bytes / 1000 / cpu }'
}
cpu_of() { awk 'END { print int(($1 + $2) * 1000) }' "$1"; }
# Processor time of a process that runs, with all its threads.
cpu_ms_of() { awk -v tick="$(getconf CLK_TCK)" '{ print int(($14 + $15) * 1000 / tick) }' "/proc/$1/stat"; }
# Runs the words with the list's paths behind them, few enough at once for any command line.
over_list() { tr '\n' '\0' < "$work/list" | xargs -0 -n 100000 -s 2000000 "$@"; }

before=$(now_ms)
{ time over_list "$bin/khien" scan --jobs 1 --json --content "$work/content" >"$work/ours" 2>"$work/ours.err" || true; } 2>"$work/time"
after=$(now_ms)
report "khien scan (hashes, YARA, unpacked)" $((after - before)) "$(cpu_of "$work/time")"
tail -n 1 "$work/ours.err"
echo "$(grep -c '"verdict":"malicious"' "$work/ours" || true) found"
grep -c '"verdict":"not_scanned"' "$work/ours" | sed 's/$/ files not scanned whole/' || true

if command -v yara >/dev/null; then
  # yara takes a folder or a list of paths, and opens no archive.
  before=$(now_ms)
  { time yara -w -p 1 --scan-list "$work/content/bench/rules.yar" "$work/list" >"$work/yara" 2>/dev/null || true; } 2>"$work/time"
  after=$(now_ms)
  report "yara (opens no archive)" $((after - before)) "$(cpu_of "$work/time")"
  echo "$(wc -l < "$work/yara") found"
fi

# A name, and a benchmark's line of agent_bench: its rate is by processor time.
rate() {
  awk -v name="$1" -v bench="$2" -F, '$1 ~ "^\"?" bench { printf "%-52s %59.0f files/s a core\n", name, $7 }' "$work/again"
}
roots=$(IFS=:; echo "${trees[*]}")
KHIEN_BENCH_TREE=$roots "$bin/agent_bench" --benchmark_filter='^tree_' --benchmark_format=csv >"$work/again" 2>/dev/null
rate "walk alone, each file's status read" tree_walk
rate "reading and SHA-256 alone" tree_hash
rate "khien-agent, unchanged, after a restart" tree_again
rate "khien-agent, new machine, the fleet knows its files" tree_told

if ! command -v clamd >/dev/null || ! command -v clamdscan >/dev/null; then
  echo "clamd or clamdscan is not installed"
  exit 0
fi
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
for _ in $(seq 600); do
  [ -S "$work/clamd.sock" ] && break
  sleep 0.1
done

for pass in "first pass" "again, from its cache"; do
  before=$(now_ms)
  cpu_before=$(cpu_ms_of $clamd_pid)
  { time clamdscan --config-file="$work/clamd.conf" --fdpass --multiscan --no-summary --infected --file-list="$work/list" \
    >"$work/clamdscan.log" 2>&1 || true; } 2>"$work/time"
  after=$(now_ms)
  report "clamdscan --fdpass --multiscan, $pass" $((after - before)) $(($(cpu_ms_of $clamd_pid) - cpu_before + $(cpu_of "$work/time")))
  echo "$(grep -c FOUND "$work/clamdscan.log" || true) found"
done

sed -n 's/.*"path":"\([^"]*\)".*"verdict":"malicious".*/\1/p' "$work/ours" | sort > "$work/ours.found"
sed -n 's/^\(.*\): [^:]* FOUND$/\1/p' "$work/clamdscan.log" | sort > "$work/clamd.found"
echo "found by one alone (<: khien, >: clamd):"
diff "$work/ours.found" "$work/clamd.found" | grep '^[<>]' || echo "none"
