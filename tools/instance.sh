# One hub and one agent of this very machine, in one folder. Source it after
# say.sh, with `root` set to the checkout.
#
#   instance_configure FOLDER PEOPLE_PORT AGENTS_PORT MONITOR_PORT   0: any free port
#   instance_start FOLDER      sets hub_pid, agent_pid, people_port, agents_port
#   instance_end               ends both, agent first, and waits for them

bin=$root/build/release/bin
hub_pid=
agent_pid=

instance_configure() {
  local folder=$1
  cat >"$folder/khien.toml" <<TOML
[hub]
folder = "$folder/hub"
names = ["localhost", "127.0.0.1", "$(hostname)"]
people_address = "127.0.0.1"
people_port = $2
agents_address = "127.0.0.1"
agents_port = $3
monitor_port = $4

[agent]
folder = "$folder/agent"
run_folder = "$folder/agent-run"
worker = "$bin/khien-worker"
content = "$root/content/scan"
TOML
}

instance_alive() { kill -0 "$1" 2>/dev/null; }

# The end of a program's log, and why we stop.
instance_gave_up() {
  tail -n 20 "$1/$2.log" >&2
  fail "$2 đã dừng; nhật ký: $1/$2.log" "$2 has ended; its log: $1/$2.log"
}

instance_start_hub() {
  local folder=$1
  # What the hub says at its very first start holds a password.
  (umask 077 && : >"$folder/hub.out" && : >>"$folder/hub.log" && : >>"$folder/agent.log")
  # A session of its own: Ctrl-C reaches the script, which ends both in order.
  setsid "$bin/khien" serve --config "$folder/khien.toml" >"$folder/hub.out" 2>>"$folder/hub.log" &
  hub_pid=$!
  # The line with the ports is the last of what it says when it is ready.
  until grep -q '^agents ' "$folder/hub.out"; do
    instance_alive $hub_pid || { cat "$folder/hub.out" >&2; instance_gave_up "$folder" hub; }
    sleep 0.1
  done
  people_port=$(sed -n 's/.*:\([0-9]*\)\/$/\1/p' "$folder/hub.out" | head -n 1)
  agents_port=$(sed -n 's/^agents \([0-9]*\) .*/\1/p' "$folder/hub.out")
}

instance_start_agent() {
  local folder=$1 config=$1/khien.toml token
  if [ ! -e "$folder/agent/agent.json" ]; then
    token=$("$bin/khien" token create --config "$config" --json | sed 's/.*"token":"\([^"]*\)".*/\1/')
    "$bin/khien-agent" enrol --config "$config" --hub "https://127.0.0.1:$agents_port" --token "$token" >&2
  fi
  setsid "$bin/khien-agent" run --config "$config" >>"$folder/agent.log" 2>&1 &
  agent_pid=$!
}

instance_start() {
  instance_start_hub "$1"
  instance_start_agent "$1"
}

# The one-time password of the very first start, from what the hub said.
instance_password() { sed -n 's/^\(One-time password\|Mật khẩu dùng một lần\): //p' "$1/hub.out"; }

instance_status() { "$bin/khien" status --config "$1/khien.toml" --json; }
# number NAME JSON
number() { sed "s/.*\"$1\":\([0-9]*\).*/\1/" <<<"$2"; }

instance_end() {
  local pid
  for pid in $agent_pid $hub_pid; do
    kill -TERM "$pid" 2>/dev/null || continue
    wait "$pid" 2>/dev/null || true
  done
  agent_pid=
  hub_pid=
  return 0
}
