#!/usr/bin/env bash
# Events per second that a real hub acknowledges durably, end to end over mTLS,
# with the hub on one core and the agents on another; beside it, in the same run,
# what the store alone commits. bench_ingest.sh [SECONDS [AGENTS [BATCH]]]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/tools/say.sh"
. "$root/tools/instance.sh"
seconds=${1:-20} agents=${2:-4} batch=${3:-1000}

folder=$(mktemp -d /tmp/khien-bench-XXXXXX)
chmod 755 "$folder"
trap 'instance_end; rm -rf "$folder"' EXIT
instance_configure "$folder" 0 0 0
instance_start_hub "$folder"
taskset -a -p -c 0 "$hub_pid" >/dev/null

for ((i = 0; i < agents; ++i)); do
  "$bin/khien" token create --config "$folder/khien.toml" --json | sed 's/.*"token":"\([^"]*\)".*/\1/'
done >"$folder/tokens"
ticks() { awk '{print $14 + $15}' "/proc/$hub_pid/stat"; }
before=$(ticks)
taskset -c 1 "$bin/khien-load" --hub "https://localhost:$agents_port" --identities "$folder/agents" --agents "$agents" \
  --batch "$batch" --seconds "$seconds" --journal "$folder/journal" <"$folder/tokens"
echo "hub CPU seconds while loaded: $(awk -v a="$before" -v b="$(ticks)" 'BEGIN { print (b - a) / 100 }')"
for i in 1 2 3 4 5 6; do sleep 1; instance_status "$folder"; done | tail -n 1
"$bin/store_bench" --benchmark_filter='append' --benchmark_min_time=1 2>/dev/null | grep -i append || true
