# This machine's own files under an overlay, without a service manager.

start_hub() {
  world_start khien serve >"$work/hub.out" 2>"$work/hub.log" &
  pids+=($!)
  soon 120 hub_is_well
}
token() { world_run khien token create --json | sed 's/.*"token":"\([^"]*\)".*/\1/'; }
start_agent() {
  world_start khien-agent run >"$work/agent.log" 2>&1 &
  pids+=($!)
}
install() { world_run env "${@:2}" dpkg -i "/debs/$1" >"$work/out" 2>&1; }
in_world() { [ -e "$world/root$1" ] || [ -L "$world/root$1" ]; }

installs_hub() {
  # Other ports than a hub of this very machine's would have.
  mkdir -p "$world/root/etc/khien"
  cat >"$world/root/etc/khien/khien.toml" <<'TOML'
[hub]
province = "Tỉnh thử"
names = ["127.0.0.1"]
people_port = 18443
agents_port = 18444
monitor_port = 18445
TOML
  world_run dpkg --force-confold -i "/debs/$hub_deb" >"$work/out" 2>&1 && in_world /usr/bin/khien &&
    world_run getent passwd khien khien-worker >/dev/null && not in_world /var/lib/khien/hub
}

# No way to the hub: what was asked for stays, for nobody else to read.
installs_agent_without_hub() {
  install "$agent_deb" "KHIEN_HUB=https://127.0.0.1:18444" "KHIEN_TOKEN=$1" || return 1
  [ "$(stat -c %a "$world/root/etc/khien/enrol.conf")" = 600 ] && not in_world /var/lib/khien-agent/certificate.pem &&
    grep -q "not enrolled yet" "$work/out" && grep -q '^/run/khien-agent/' "$world/root/etc/apparmor.d/local/usr.sbin.clamd"
}
enrols_later() {
  world_run khien-agent enroll --from /etc/khien/enrol.conf >"$work/out" 2>&1 && not in_world /etc/khien/enrol.conf &&
    [ "$(stat -c %a "$world/root/var/lib/khien-agent")" = 700 ]
}
knows_a_finding() { world_run khien status --json 2>/dev/null | grep -q '"findings_open":[1-9]'; }
finds_eicar() {
  eicar >"$world/root/srv/khien-test"
  soon 120 knows_a_finding
}
refuses_other_hub() {
  local code=0
  world_run khien-agent enroll --again https://127.0.0.1:18444 "$1" --ca-sha256 "$(printf '%064d' 0)" >"$work/out" 2>&1 || code=$?
  [ $code = 3 ]
}
# The token is used already: a deployment that comes again must not fail, nor stay.
comes_again() {
  (umask 077 && printf 'KHIEN_HUB=https://127.0.0.1:18444\nKHIEN_TOKEN=%s\n' "$1" >"$world/root/etc/khien/enrol.conf")
  world_run khien-agent enroll --from /etc/khien/enrol.conf >"$work/out" 2>&1 && not in_world /etc/khien/enrol.conf
}
refuses_foreign_preseed() {
  printf 'KHIEN_HUB=x\nKHIEN_TOKEN=y\n' >"$world/root/etc/khien/enrol.conf"
  chmod 666 "$world/root/etc/khien/enrol.conf"
  says "somebody else" world_run khien-agent enroll --from /etc/khien/enrol.conf
  rm "$world/root/etc/khien/enrol.conf"
}
ends_by_itself() {
  local pid
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" || true; done
  pids=()
}
removes_but_keeps_data() {
  world_run dpkg -r khien-agent khien-hub >"$work/out" 2>&1 && not in_world /usr/bin/khien && not in_world /usr/bin/khien-agent &&
    in_world /etc/khien/khien.toml && in_world /var/lib/khien/hub/khien.db && in_world /var/lib/khien-agent/certificate.pem
}
purges_all() {
  world_run dpkg -P khien-agent khien-hub >"$work/out" 2>&1 || return 1
  world_list >"$work/after"
  diff "$work/before" "$work/after" && [ -z "$(world_named khien)" ]
}

short() {
  local token
  contents
  hub_deb=$(basename "$work"/debs/khien-hub_*.deb)
  agent_deb=$(basename "$work"/debs/khien-agent_*.deb)
  world_make /
  # What ./run may have left on this machine.
  rm -rf "$world"/root/{etc,var/lib,usr/lib,usr/share}/khien*
  for token in khien khien-worker; do world_run userdel "$token" >/dev/null 2>&1 || true; done
  mkdir "$world/root/debs"
  cp "$work"/debs/*.deb "$world/root/debs/"
  world_list >"$work/before"
  check "cài trung tâm / the hub installs" installs_hub
  check "trung tâm chạy / the hub runs" start_hub
  token=$(token)
  kill "${pids[0]}" && wait "${pids[0]}" || true
  pids=()
  check "cài máy khi chưa tới được trung tâm / an agent installs while its hub is away" installs_agent_without_hub "$token"
  check "trung tâm chạy lại / the hub runs again" start_hub
  check "mã của trung tâm khác bị từ chối / a token of another hub is refused" refuses_other_hub "$token"
  check "ghi danh sau đó, mã được xóa / enrols later, and the token goes" enrols_later
  check "triển khai lại không hỏng gì / a deployment that comes again does no harm" comes_again "$token"
  check "tệp mã mà người khác sửa được bị từ chối / a preseed that others may write is refused" refuses_foreign_preseed
  check "chưa chạy thì nói chưa chạy / not running is said" not world_run khien-agent status
  start_agent
  check "máy chạy và tới được trung tâm / the agent runs and reaches the hub" world_run khien-agent status --wait 120 --reached
  check "mẫu thử EICAR lên tới trung tâm / EICAR is found, and the hub knows" finds_eicar
  ends_by_itself
  check "gỡ: cấu hình và dữ liệu còn / removed: configuration and data stay" removes_but_keeps_data
  rm -f "$world/root/srv/khien-test"
  check "xóa hết: không còn gì / purged: nothing is left" purges_all
}
