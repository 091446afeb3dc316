package=khien-agent
unit=khien-agent.service
base=/usr/lib/khien-agent
state=/var/lib/khien-agent

running_version() { timeout 10 /usr/bin/khien-agent --version 2>/dev/null | sed 's/.* //' | grep . || echo '?'; }

# What worked before the upgrade must work after it: an agent that cannot speak to
# its hub any more is lost to it.
becomes_well() {
  local how=
  if [ -e "$reached" ]; then how=--reached; fi
  timeout $(($1 + 10)) /usr/bin/khien-agent status --wait "$1" $how >/dev/null 2>&1
}
reached=/run/khien-agent.reached

before_restart() { :; }

# The events that wait there are of no use to an older agent. It begins a new spool,
# and the hub is told of the gap.
put_state_back() {
  local file
  for file in "$state"/spool.db "$state"/spool.db-wal "$state"/spool.db-shm; do
    if [ -e "$file" ]; then mv -f "$file" "$file.of-$1"; fi
  done
  say "Sự kiện chưa gửi của bản $1 còn ở $state/spool.db.of-$1." "Events of version $1 that were not sent are in $state/spool.db.of-$1."
}
