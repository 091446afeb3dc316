# A bare Debian 12 with systemd as its first process.

bare_debian() {
  local folder=$1
  if [ -z "$folder" ]; then
    folder=$root/build/packaging/debian-12
    if [ ! -e "$folder/etc/debian_version" ]; then
      command -v debootstrap >/dev/null || skip "cần debootstrap, hoặc một Debian 12 có sẵn" "debootstrap is needed, or a bare Debian 12"
      mkdir -p "$folder"
      step "Lấy một Debian 12 trống" "Fetching a bare Debian 12" debootstrap --variant=minbase bookworm "$folder"
    fi
  fi
  [ -e "$folder/etc/debian_version" ] || fail "$folder không phải là Debian" "$folder is no Debian"
  echo "$folder"
}

# What the packages stand on, so that afterwards only they make a difference.
prepare_world() {
  local needed
  cp -a /etc/apt/. "$world/root/etc/apt/"
  mkdir -p "$world/root/etc/ssl/certs"
  cp -L /etc/ssl/certs/ca-certificates.crt "$world/root/etc/ssl/certs/" 2>/dev/null || true
  needed=$(dpkg-deb -f "$work/debs/$hub_deb" Depends && echo , && dpkg-deb -f "$work/debs/$agent_deb" Depends)
  mapfile -t needed < <(tr ',' '\n' <<<"$needed" | sed 's/(.*//; s/ //g; /^$/d' | sort -u)
  world_run apt-get update -q
  world_run apt-get install -y -q --no-install-recommends systemd systemd-sysv dbus "${needed[@]}"
}

token() { world_in khien token create --json | sed 's/.*"token":"\([^"]*\)".*/\1/'; }
machines() { world_in khien status --json | sed 's/.*"machines":\([0-9]*\).*/\1/'; }
in_world() { [ -e "/proc/$world_inside/root$1" ]; }
# install DEB [NAME=VALUE…]: as a deployment tool does it
install() { world_in env "${@:2}" apt-get install -y -q -o Dpkg::Options::=--force-confold "/debs/$1" >"$work/out" 2>&1; }
apt() { world_in apt-get "$1" -y -q "${@:2}" >"$work/out" 2>&1; }
agent_is_well() { world_in khien-agent status --wait 60 --reached >/dev/null; }
exposure() { world_in systemd-analyze security --no-pager "$1" | sed -n 's/.*Overall exposure level.*: \([0-9.]*\).*/\1/p'; }
below() { awk -v is="$1" -v limit="$2" 'BEGIN { exit !(is != "" && is < limit) }'; }

hub_waits_for_its_name() {
  world_language=vi_VN.UTF-8 install "$hub_deb" && grep -q 'Còn ba việc' "$work/out" &&
    world_in systemctl start khien-hub && not world_in systemctl --quiet is-active khien-hub && not in_world /var/lib/khien/hub
}
hub_starts_once_named() {
  world_in sed -i -e 's/^# province = .*/province = "Tỉnh thử"/' -e 's/^# names = .*/names = ["127.0.0.1"]/' \
    -e 's/^# people_port = .*/people_port = 18443/' -e 's/^# agents_port = .*/agents_port = 18444/' \
    -e 's/^# monitor_port = .*/monitor_port = 18445/' /etc/khien/khien.toml
  world_in systemctl start khien-hub && soon 120 hub_is_well
}
no_password_in_journal() {
  not says 'One-time password' world_in journalctl -u khien-hub -o cat && says 'One-time password' world_in khien user reset admin
}
agent_installs_silently() {
  install "$agent_deb" KHIEN_HUB=https://127.0.0.1:18444 "KHIEN_TOKEN=$(token)" && agent_is_well && not in_world /etc/khien/enrol.conf
}
# Under the unit's own limits: read, judged by a worker that is nobody, told.
knows_a_finding() { world_in khien status --json 2>/dev/null | grep -q '"findings_open":[1-9]'; }
finds_eicar() {
  eicar >"/proc/$world_inside/root/srv/khien-test"
  soon 120 knows_a_finding
}
worker_is_nobody() {
  local pid
  pid=$(world_in systemctl show -p MainPID --value khien-agent)
  world_in sh -c "for p in \$(cat /proc/$pid/task/*/children); do grep -q khien-worker /proc/\$p/comm && stat -c %U /proc/\$p; done" | grep -qx khien-worker
}
# From a user's own folder, under the unit's limits.
quarantines_at_home() {
  local home=/proc/$world_inside/root/home/an
  world_in sed -i 's/^# quarantine_automatically = .*/quarantine_automatically = true/' /etc/khien/agent.toml
  world_in systemctl restart khien-agent && agent_is_well || return 1
  mkdir "$home"
  eicar >"$home/khien-test"
  chown -R 1000:1000 "$home"
  soon 120 says /home/an/khien-test world_in khien quarantine list && [ ! -s "$home/khien-test" ]
}
later_enrolment() {
  # The hub is away while the machine is installed, and comes back.
  world_in apt-get purge -y -q khien-agent >"$work/out" 2>&1 && world_in systemctl stop khien-hub || return 1
  install "$(deb agent 0.1.4)" KHIEN_HUB=https://127.0.0.1:18444 "KHIEN_TOKEN=$1" || return 1
  in_world /etc/khien/enrol.conf && world_in systemctl start khien-hub && soon 120 hub_is_well &&
    world_in systemctl restart khien-agent-enrol && agent_is_well && not in_world /etc/khien/enrol.conf
}

# --- upgrades ---------------------------------------------------------------------

# bad VERSION PROGRAM SCRIPT: packages in which PROGRAM is a script
bad() {
  local folder=$work/bin-$1
  mkdir "$folder"
  cp "$bin"/khien "$bin"/khien-agent "$bin"/khien-browser "$bin"/khien-match "$bin"/khien-pdf-worker "$bin"/khien-signer "$bin"/khien-worker "$folder/"
  rm "$folder/$2"
  printf '#!/bin/sh\ncase $1 in config | completion) exec %s/%s "$@" ;; --version) echo %s %s ;; esac\n%s\n' "$bin" "$2" "$2" "$1" "$3" >"$folder/$2"
  chmod 755 "$folder/$2"
  packages "$folder" "$1" "$work/debs"
  cp "$work"/debs/*_"$1"_*.deb "/proc/$world_inside/root/debs/"
}
good() {
  packages "$bin" "$1" "$work/debs"
  cp "$work"/debs/*_"$1"_*.deb "/proc/$world_inside/root/debs/"
}
deb() { basename "$work/debs/khien-$1_$2_"*.deb; }

upgrades() { install "$(deb "$1" "$2")" && grep -q "is well" "$work/out"; }
# The upgrade is told as failed, the version before runs, and apt is whole again after one try.
goes_back() {
  not install "$(deb "$1" "$2")" && grep -q "Back on version" "$work/out" && world_in dpkg --configure -a >"$work/out" 2>&1 &&
    not says khien world_in dpkg --audit && cmp -s "$work/stripped-$3" "/proc/$world_inside/root/usr/bin/$3"
}
# A database as a newer version would leave it.
make_newer() {
  python3 - "$1" <<'PY'
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute("INSERT INTO schema_migration (name, sha256) VALUES ('9999_of_tomorrow', '00')")
database.commit()
database.close()
PY
}

try_agent_upgrades() {
  local spool=/proc/$world_inside/root/var/lib/khien-agent/spool.db
  good 0.1.1
  check "nâng cấp máy / an agent is upgraded" upgrades agent 0.1.1
  check "vẫn là máy ấy / it is the same machine" [ "$(machines)" = "$1" ]
  bad 0.1.2 khien-agent 'exit 1'
  check "bản máy hỏng: quay lại / a broken agent goes back" goes_back agent 0.1.2 khien-agent
  check "và được bảo vệ / and protects" agent_is_well
  cp "$spool" "$work/newer.db"
  make_newer "$work/newer.db"
  cp "$work/newer.db" "/proc/$world_inside/root/root/newer.db"
  bad 0.1.3 khien-agent 'rm -f /var/lib/khien-agent/spool.db-*; cp /root/newer.db /var/lib/khien-agent/spool.db; exit 1'
  check "bản máy ghi dữ liệu kiểu mới: quay lại / one that wrote a newer spool goes back" goes_back agent 0.1.3 khien-agent
  check "và được bảo vệ / and protects" agent_is_well
  good 0.1.4
  check "bản sau lại chạy / a later version comes up" upgrades agent 0.1.4
  check "quay lại bằng tay / going back by hand" world_in /usr/lib/khien-agent/roll-back
  check "vẫn là máy ấy / it is the same machine" [ "$(machines)" = "$1" ]
}

try_hub_upgrades() {
  local folder=/proc/$world_inside/root/var/lib/khien/hub
  check "nâng cấp trung tâm / a hub is upgraded" upgrades hub 0.1.1
  bad 0.1.5 khien 'sleep 1000'
  check "bản trung tâm không trả lời: quay lại / a hub that does not answer goes back" goes_back hub 0.1.5 khien
  world_in systemctl stop khien-hub
  cp "$folder/khien.db" "$work/newer-hub.db"
  world_in systemctl start khien-hub
  make_newer "$work/newer-hub.db"
  cp "$work/newer-hub.db" "$folder/newer.db"
  chmod 644 "$folder/newer.db"
  bad 0.1.6 khien 'cat /var/lib/khien/hub/newer.db >/var/lib/khien/hub/khien.db; exit 1'
  soon 120 hub_is_well
  check "bản trung tâm ghi dữ liệu kiểu mới: quay lại / one that wrote a newer database goes back" goes_back hub 0.1.6 khien
  check "không mất máy nào / no machine is lost" [ "$(machines)" = "$1" ]
  check "máy vẫn tới được trung tâm / the agent still reaches it" soon 360 agent_is_well
}

full() {
  local bare count=1 spare
  contents
  bare=$(bare_debian "$1")
  hub_deb=$(basename "$work"/debs/khien-hub_*.deb)
  agent_deb=$(basename "$work"/debs/khien-agent_*.deb)
  for name in khien khien-agent; do strip --strip-unneeded --remove-section=.comment -o "$work/stripped-$name" "$bin/$name"; done
  world_make "$bare"
  mkdir "$world/root/debs"
  cp "$work"/debs/*.deb "$world/root/debs/"
  step "Cài những gói mà Khiên cần" "Installing what the packages stand on" prepare_world
  check "systemd khởi động / systemd comes up" world_boot
  world_list >"$work/before"

  check "trung tâm chờ đặt tên / the hub waits for its name" hub_waits_for_its_name
  check "đặt tên rồi thì chạy / and starts once named" hub_starts_once_named
  check "mật khẩu không vào nhật ký / no password in the journal" no_password_in_journal
  check "cài máy không hỏi gì / an agent installs silently, enrols and starts" agent_installs_silently
  check "EICAR lên tới trung tâm / EICAR is found" finds_eicar
  check "tiến trình mở tệp không có quyền gì / the worker is nobody" worker_is_nobody
  check "cách ly tệp trong thư mục người dùng / malware in a home is quarantined" quarantines_at_home
  say "systemd-analyze security: khien-hub $(exposure khien-hub), khien-agent $(exposure khien-agent), khien-agent-enrol $(exposure khien-agent-enrol)" \
    "systemd-analyze security: khien-hub $(exposure khien-hub), khien-agent $(exposure khien-agent), khien-agent-enrol $(exposure khien-agent-enrol)"
  check "trung tâm kín hơn 2,0 / the hub's exposure is below 2.0" below "$(exposure khien-hub)" 2.0
  check "máy kín hơn 5,0 / the agent's is below 5.0" below "$(exposure khien-agent)" 5.0

  try_agent_upgrades $count
  try_hub_upgrades $count
  spare=$(token)
  check "trung tâm vắng lúc cài: ghi danh sau / the hub is away while it is installed: enrolled later" later_enrolment "$spare"

  check "gỡ / removed" apt remove khien-agent khien-hub
  check "dữ liệu còn / the data stay" in_world /var/lib/khien/hub/khien.db
  check "không còn tiến trình nào / nothing runs any more" not says khien world_in sh -c 'cat /proc/[0-9]*/comm'
  check "xóa hết / purged" apt purge khien-agent khien-hub
  world_in rm -rf /srv/khien-test /home/an
  world_list >"$work/after"
  check "không còn gì / nothing is left" diff "$work/before" "$work/after"
  check "cả tên cũng không / not even a name" [ -z "$(world_named khien)" ]
}
