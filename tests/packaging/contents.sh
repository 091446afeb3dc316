# What is in the packages, without installing them.

same_bytes() {
  local deb
  packages "$bin" 0.1.0 "$work/again"
  for deb in "$work"/debs/*.deb; do cmp "$deb" "$work/again/$(basename "$deb")" || return 1; done
}

scripts_are_sh() {
  local package script
  for package in hub agent; do
    for script in "$work/$package/DEBIAN"/{preinst,postinst,prerm,postrm}; do dash -n "$script" || return 1; done
  done
  dash -n "$work/hub/usr/lib/khien/roll-back" && dash -n "$work/agent/usr/lib/khien-agent/roll-back"
}

# Every key of the agent is in agent.toml, as a comment with its default, and the
# program takes the file with all of them switched on.
agent_toml_is_whole() {
  local key
  sed 's/^# \([a-z_]* = \)/\1/' "$work/agent/etc/khien/agent.toml" >"$work/agent.toml"
  "$bin/khien-agent" check --config "$work/agent.toml" >/dev/null || return 1
  sed -n 's/^      {"\([a-z_]*\)",.*/\1/p' "$root/apps/khien-agent/config.cpp" >"$work/keys"
  [ "$(wc -l <"$work/keys")" -ge 15 ] || return 1
  while read -r key; do
    grep -q "^# $key = " "$work/agent/etc/khien/agent.toml" || { echo "$key" >&2; return 1; }
  done <"$work/keys"
}

hub_toml_is_whole() {
  sed 's/^# \([a-z_]* = \)/\1/' "$work/hub/etc/khien/khien.toml" >"$work/khien.toml"
  "$bin/khien" config check "$work/khien.toml" >/dev/null
}

own_rules_pass() { "$bin/khien" scan --content "$root/content/scan" "$work"/debs/*.deb >"$work/scan" 2>&1 || { cat "$work/scan" >&2; return 1; }; }

nothing_foreign() {
  # Root owns all; nobody else may write; nothing lies where a package must not put it.
  local package
  for package in hub agent; do
    dpkg-deb -c "$work/debs/khien-${package}_0.1.0_"*.deb >"$work/list"
    if grep -qv ' root/root ' "$work/list" || grep -Eq '^.{5}w|^.{8}w' "$work/list"; then return 1; fi
    if awk '{print $6}' "$work/list" | grep -Ev '^\./$|^\./(etc|usr|lib)/'; then return 1; fi
  done
  [ -z "$(comm -12 <(files_of hub) <(files_of agent))" ]
}
files_of() { dpkg-deb -c "$work/debs/khien-$1_0.1.0_"*.deb | awk '/^-/ {print $6}' | sort; }

# step PREINST|POSTINST|POSTRM ARGUMENTS…: the hub's own script, in a folder of the
# test's, on a machine where nothing answers.
step_of_hub() {
  local script=$1 name
  shift
  mkdir -p "$work/stubs"
  for name in dpkg-query systemctl deb-systemd-helper deb-systemd-invoke getent useradd userdel install timeout; do
    printf '#!/bin/sh\nexit 0\n' >"$work/stubs/$name"
    chmod 755 "$work/stubs/$name"
  done
  sed -e "s#^base=.*#base=$work/lib#" -e "s#^state=.*#state=$work/state#" -e "s#^config=.*#config=$work/none#" \
    -e "s#^noted=.*#noted=$work/noted#" \
    "$work/hub/DEBIAN/$script" >"$work/step"
  PATH=$work/stubs:$PATH sh "$work/step" "$@" >"$work/step.out" 2>&1 || { cat "$work/step.out" >&2; return 1; }
}
program() { printf '#!/bin/sh\necho %s\n' "$1" >"$work/lib/khien-worker" && chmod 755 "$work/lib/khien-worker"; }
former() { [ -x "$work/lib/khien-worker.previous" ] && [ "$("$work/lib/khien-worker.previous")" = "$1" ]; }

# Content is tried in the scanner of the version before as well: an upgrade keeps it,
# the same version again does not take it away, removal does.
keeps_former_worker() {
  mkdir -p "$work/lib"
  program one && step_of_hub postinst configure && [ ! -e "$work/lib/khien-worker.previous" ] || return 1
  step_of_hub preinst upgrade 0.1.0 && program two && step_of_hub postinst configure 0.1.0 && former one || return 1
  step_of_hub preinst upgrade 0.1.1 && step_of_hub postinst configure 0.1.1 && former one || return 1
  step_of_hub preinst upgrade 0.1.1 && step_of_hub postinst abort-upgrade 0.1.2 && former one || return 1
  step_of_hub preinst upgrade 0.1.1 && program three && step_of_hub postinst configure 0.1.1 && former two || return 1
  [ ! -e "$work/lib/khien-worker.previous.new" ] || return 1
  rm "$work/lib/khien-worker"
  step_of_hub postrm remove && [ ! -e "$work/lib" ]
}

contents() {
  packages "$bin" 0.1.0 "$work/debs"
  local package
  for package in hub agent; do dpkg-deb -R "$work/debs/khien-${package}_0.1.0_"*.deb "$work/$package"; done
  check "hai lần đóng gói cho cùng từng byte / made twice, the same bytes" same_bytes
  check "kịch bản cài đặt là sh / maintainer scripts are sh" scripts_are_sh
  check "agent.toml đủ mọi khóa / agent.toml has every key" agent_toml_is_whole
  check "khien.toml hợp lệ / khien.toml is valid" hub_toml_is_whole
  check "gói không bị chính quy tắc của nó coi là mã độc / no package is found by its own rules" own_rules_pass
  check "trình quét bản trước được giữ khi nâng cấp, gỡ thì hết / an upgrade keeps the former scanner, removal does not" keeps_former_worker
  check "tệp thuộc root, hai gói không trùng tệp / files are root's, and no package has the other's" nothing_foreign
  if command -v systemd-analyze >/dev/null; then check "systemd hiểu các unit / systemd understands the units" units_verify; fi
}

units_verify() {
  local unit
  for unit in "$work"/hub/lib/systemd/system/*.service "$work"/agent/lib/systemd/system/*.service; do
    # Programs lie elsewhere here than where the unit will look.
    sed -E 's#^(Exec[A-Za-z]+=[+]?)/usr/bin/khien[a-z-]*#\1/bin/true#' "$unit" >"$work/$(basename "$unit")"
    systemd-analyze verify "$work/$(basename "$unit")" >"$work/verify" 2>&1 || return 1
    if grep -E "khien" "$work/verify" | grep -Ev 'Command .* is not executable'; then return 1; fi
  done
}
