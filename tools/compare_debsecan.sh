#!/usr/bin/env bash
# Holds `khien advisory match` and `khien-match` against debsecan on this machine's own packages,
# with one made-up list of vulnerabilities in their forms: the tracker's JSON, the packed book that
# is made of it, and what debsecan fetches. What they find, how long they take and the memory
# at most, of Khiên its worker's added. Prints each difference; 0: none.
#   tools/compare_debsecan.sh KHIEN_PROGRAM [CVES]
# Without CVES the edges of each package's version, with it a list in the real tracker's
# proportions: 40000 make the tracker's 60 MB.
set -euo pipefail
khien=$(realpath "${1:?the khien program}")
tools=$(realpath "$(dirname "$0")")
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT
cd "$work"
dpkg-query -W -f='${Package}\t${Version}\t${source:Package}\t${source:Version}\t${Architecture}\t${db:Status-Abbrev}\n' > packages.tsv
python3 "$tools/make_tracker.py" packages.tsv . ${2:+"$2"}
echo "tracker.json: $(stat -c %s tracker.json) bytes; release/bookworm: $(stat -c %s release/bookworm) bytes, packed"

python3 -m http.server --bind 127.0.0.1 --directory release 0 > server.log 2>&1 &
server=$!
for _ in $(seq 50); do grep -q 'port' server.log && break; sleep 0.1; done
port=$(grep -o 'port [0-9]*' server.log | head -1 | cut -d' ' -f2 || true)
if [ -z "$port" ]; then
  kill "$server"; port=48731
  python3 -m http.server --bind 127.0.0.1 --directory release "$port" > server.log 2>&1 & server=$!
  sleep 1
fi
python3 "$tools/peak_memory.py" debsecan theirs.raw debsecan --suite bookworm --source "http://127.0.0.1:$port/" --format simple
awk '{print $1, $2}' theirs.raw | sort -u > theirs.txt

# What was found by one of ours, against what debsecan found.
differ() {
  python3 -c 'import json, sys; print("\n".join(sorted({m["id"] + " " + m["package"].split(":")[0] for m in json.load(open(sys.argv[1]))["matches"]})))' "$2" | sort -u > ours.txt
  echo "debsecan: $(wc -l < theirs.txt), $1: $(wc -l < ours.txt)"
  diff theirs.txt ours.txt > differences.txt && echo "no difference" || { head -50 differences.txt; echo "differences: $(grep -c '^[<>]' differences.txt)"; exit 1; }
}
of_host=(--inventory packages.tsv --os debian:12 --json)
# Exit code 1: something was found.
found() { local code=0; "$@" || code=$?; [ "$code" -le 1 ]; }
found python3 "$tools/peak_memory.py" khien ours.json "$khien" advisory match "${of_host[@]}" --feed tracker.json
differ khien ours.json
python3 "$tools/peak_memory.py" "khien, packing" pack.txt "$khien" advisory pack --feed tracker.json --os debian:12 -o bookworm.khienbook
echo "bookworm.khienbook: $(stat -c %s bookworm.khienbook) bytes"
found python3 "$tools/peak_memory.py" "khien, packed" packed.json "$khien" advisory match "${of_host[@]}" --feed bookworm.khienbook
differ "khien, packed" packed.json
found python3 "$tools/peak_memory.py" khien-match alone.json "$(dirname "$khien")/khien-match" "${of_host[@]}" --feed bookworm.khienbook
differ khien-match alone.json
