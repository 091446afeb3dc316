package=khien-hub
unit=khien-hub.service
base=/usr/lib/khien
state=/var/lib/khien
config=/etc/khien/khien.toml

running_version() { timeout 10 /usr/bin/khien --version 2>/dev/null | sed 's/.* //' | grep . || echo '?'; }

# setting KEY DEFAULT, of [hub] in the configuration
setting() {
  awk -v key="$1" -v value="$2" '
    /^[ \t]*\[/ { hub = /\[hub\]/ }
    hub && $0 ~ "^[ \t]*" key "[ \t]*=" {
      value = $0
      sub(/^[^=]*=[ \t]*/, "", value)
      if (!sub(/^"/, "", value)) sub(/[ \t]*(#.*)?$/, "", value)
      sub(/".*/, "", value)
    }
    END { print value }' "$config" 2>/dev/null || echo "$2"
}

healthy() {
  timeout 5 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" &&
    printf "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" >&3 && head -n 1 <&3' \
    _ "$(setting monitor_port 8445)" 2>/dev/null | grep -q ' 200'
}
becomes_well() {
  local end
  end=$(($(date +%s) + $1))
  until healthy; do
    [ "$(date +%s)" -lt "$end" ] || return 1
    sleep 0.5
  done
}

# khien.db as it was before the new version changed it. Copied as the hub's own
# user: its folder may hold links that lead elsewhere. The ledger is never put back,
# for what it acknowledged is gone from the machines; khien.db is filled from it.
as_hub() { setpriv --reuid khien --regid khien --clear-groups --no-new-privs "$@"; }

folder() { setting folder /var/lib/khien/hub; }

# Its files, once nobody has it open.
database_files() {
  local suffix
  for suffix in '' -wal; do
    if [ -e "$1/khien.db$suffix" ]; then printf '%s\n' "$1/khien.db$suffix"; fi
  done
}

before_restart() {
  local hub copy free needed file
  hub=$(folder)
  copy=$hub/before-upgrade
  [ -e "$hub/khien.db" ] || return 0
  deb-systemd-invoke stop "$unit" >/dev/null || return 0
  # The machine's policy forbids it: copied now, it would be torn.
  ! active || return 0
  as_hub rm -rf "$copy"
  needed=$(database_files "$hub" | xargs du -ck | tail -n 1 | cut -f 1)
  free=$(df -k --output=avail "$hub" | tail -n 1)
  if [ "$free" -lt $((needed + 1048576)) ]; then
    say "Ổ đĩa không đủ chỗ để giữ bản sao khien.db: nếu phải quay lại, dữ liệu giữ như bản mới ghi." \
      "There is no room on the disk for a copy of khien.db: should it go back, data stay as the new version wrote them."
    return 0
  fi
  as_hub mkdir -m 700 "$copy"
  database_files "$hub" | while IFS= read -r file; do as_hub cp --reflink=auto --preserve=timestamps "$file" "$copy/"; done
}

put_state_back() {
  local hub file
  hub=$(folder)
  [ -e "$hub/before-upgrade/khien.db" ] || return 0
  as_hub mkdir -p -m 700 "$hub/of-$1"
  for file in "$hub/khien.db" "$hub/khien.db-wal" "$hub/khien.db-shm"; do
    if [ -e "$file" ]; then as_hub mv -f "$file" "$hub/of-$1/"; fi
  done
  for file in "$hub/before-upgrade/khien.db" "$hub/before-upgrade/khien.db-wal"; do
    if [ -e "$file" ]; then as_hub cp --reflink=auto --preserve=timestamps "$file" "$hub/"; fi
  done
  say "khien.db trở lại lúc trước khi nâng cấp; bản mà $1 đã ghi còn ở $hub/of-$1." \
    "khien.db is that of before the upgrade; what version $1 wrote is kept in $hub/of-$1."
}

# --- the scanner of the version before ---------------------------------------------

# After an upgrade of the hub most machines still have the scanner of before: new
# content is tried in both (src/hub/content_import.cpp looks for this name).
worker=$base/khien-worker

keep_worker() { if [ -x "$worker" ]; then cp -p "$worker" "$worker.previous.new"; fi; }
# Installed anew, the same scanner is not the one before.
settle_worker() {
  if [ ! -e "$worker.previous.new" ]; then return 0; fi
  if cmp -s "$worker.previous.new" "$worker"; then rm -f "$worker.previous.new"; else mv -f "$worker.previous.new" "$worker.previous"; fi
}
drop_worker() { rm -f "$worker.previous" "$worker.previous.new"; }
