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

contents() {
  packages "$bin" 0.1.0 "$work/debs"
  local package
  for package in hub agent; do dpkg-deb -R "$work/debs/khien-${package}_0.1.0_"*.deb "$work/$package"; done
  check "hai lần đóng gói cho cùng từng byte / made twice, the same bytes" same_bytes
  check "kịch bản cài đặt là sh / maintainer scripts are sh" scripts_are_sh
  check "agent.toml đủ mọi khóa / agent.toml has every key" agent_toml_is_whole
  check "khien.toml hợp lệ / khien.toml is valid" hub_toml_is_whole
  check "gói không bị chính quy tắc của nó coi là mã độc / no package is found by its own rules" own_rules_pass
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
