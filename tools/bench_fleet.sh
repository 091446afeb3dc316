#!/usr/bin/env bash
# What a province's agents cost a hub on one core: real protocol, real TLS, a client
# certificate each, a heartbeat with telemetry every 60 s, on loopback. Prints how
# fast agents enrol and, for each number of agents, the answer's delay, the hub's
# processor and its memory. Usage: bench_fleet.sh [AGENTS...]   (default: 1000 3000 10000 20000 30000)
#   SECONDS_EACH=240   how long each number runs, the first two minutes of which all arrive
#   KEPT=19000         most connections that are kept; the other agents come back by resumed sessions
#   EVERY=60           seconds between an agent's heartbeats
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/tools/say.sh"
. "$root/tools/instance.sh"
counts=("$@")
[ ${#counts[@]} -gt 0 ] || counts=(1000 3000 10000 20000 30000)
seconds_each=${SECONDS_EACH:-240} kept=${KEPT:-19000} every=${EVERY:-60}
most=$(printf '%s\n' "${counts[@]}" | sort -n | tail -n 1)

folder=$(mktemp -d /tmp/khien-fleet-XXXXXX)
chmod 755 "$folder"
trap 'instance_end; rm -rf "$folder"' EXIT
ulimit -n "$(ulimit -Hn)"
instance_configure "$folder" 0 0 0
instance_start_hub "$folder"
taskset -a -p -c 0 "$hub_pid" >/dev/null
hub="https://localhost:$agents_port"

cpu_ms() { awk -v tick="$(getconf CLK_TCK)" '{ print int(($14 + $15) * 1000 / tick) }' "/proc/$hub_pid/stat"; }
memory_mib() { awk '/^RssAnon/ { print int($2 / 1024) }' "/proc/$hub_pid/status"; }

# A thousand at a time: that is what one order for tokens gives.
enrolled=0
while [ "$enrolled" -lt "$most" ]; do
  now=$((most - enrolled < 1000 ? most - enrolled : 1000))
  "$bin/khien" token create --config "$folder/khien.toml" --count "$now" --json |
    sed 's/.*"token":"\([^"]*\)".*/\1/' >"$folder/tokens"
  said=$(taskset -c 1 "$bin/khien-fleet" enrol --hub "$hub" --identities "$folder/agents" --first "$enrolled" --agents "$now" <"$folder/tokens" 2>"$folder/enrol.log")
  # The first thousand and the last are told.
  if [ "$enrolled" -eq 0 ] || [ $((enrolled + now)) -eq "$most" ]; then echo "enrolment after $enrolled: $said"; fi
  enrolled=$((enrolled + now))
done

for count in "${counts[@]}"; do
  kept_now=$((count < kept ? count : kept))
  before=$(cpu_ms)
  # Two processes: each holds half, as descriptors allow.
  half=$((count / 2)) kept_half=$((kept_now / 2))
  taskset -c 1 "$bin/khien-fleet" beat --hub "$hub" --identities "$folder/agents" --first 0 --agents "$half" \
    --kept "$kept_half" --every-s "$every" --seconds "$seconds_each" >"$folder/one" 2>"$folder/one.log" &
  one=$!
  taskset -c 1 "$bin/khien-fleet" beat --hub "$hub" --identities "$folder/agents" --first "$half" --agents $((count - half)) \
    --kept $((kept_now - kept_half)) --every-s "$every" --seconds "$seconds_each" >"$folder/two" 2>"$folder/two.log" &
  two=$!
  sleep $((seconds_each - 5))
  memory=$(memory_mib)
  wait "$one" "$two"
  echo "$count agents: hub $(awk -v ms=$(($(cpu_ms) - before)) -v s="$seconds_each" 'BEGIN { printf "%.3f", ms / 1000 / s }') of a core, $memory MiB"
  cat "$folder/one" "$folder/two"
  cat "$folder/one.log" "$folder/two.log" >&2
done
