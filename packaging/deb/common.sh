# What the maintainer scripts and roll-back of both packages share;
# packaging/build.sh puts it at the head of each. Set before: package, unit, base
# (its folder in /usr/lib, where the version before is kept).

previous=$base/previous
noted=/run/$package.upgrade

# say VIETNAMESE ENGLISH
say() {
  case ${KHIEN_LANG:-${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}} in
    vi*) printf '%s: %s\n' "$package" "$1" ;;
    *) printf '%s: %s\n' "$package" "$2" ;;
  esac
}

under_systemd() { [ -d /run/systemd/system ]; }
property() { systemctl show --property="$1" --value "$unit"; }
active() { under_systemd && [ "$(property ActiveState)" = active ]; }

# --- accounts ---------------------------------------------------------------------

make_account() {
  getent passwd "$1" >/dev/null && return
  useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin --comment Khien "$1"
}
drop_account() {
  getent passwd "$1" >/dev/null || return 0
  userdel "$1" >/dev/null 2>&1 || true
}
is_installed() { dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null | grep -q -v -e not-installed -e config-files; }

# --- systemd ----------------------------------------------------------------------

enable_unit() {
  deb-systemd-helper unmask "$1" >/dev/null || true
  if deb-systemd-helper --quiet was-enabled "$1"; then
    deb-systemd-helper enable "$1" >/dev/null || true
  else
    deb-systemd-helper update-state "$1" >/dev/null || true
  fi
}
forget_unit() {
  if command -v deb-systemd-helper >/dev/null; then deb-systemd-helper purge "$1" >/dev/null || true; fi
}
reload_units() { if under_systemd; then systemctl --system daemon-reload >/dev/null || true; fi; }
# As far as the machine's policy allows (policy-rc.d).
invoke() { if under_systemd; then deb-systemd-invoke "$1" "$unit" >/dev/null || true; fi; }

# --- the version before --------------------------------------------------------------

# Not folders, and not /lib: a link to one, which a package lists as if it were its own.
own_files() {
  dpkg-query --listfiles "$package" | while IFS= read -r path; do
    case $path in /etc/* | /usr/share/doc/* | "$previous"*) continue ;; esac
    if [ ! -d "$path" ] && { [ -L "$path" ] || [ -f "$path" ]; }; then printf '%s\n' "$path"; fi
  done
}

# Before the new files come: those of now, by a name beside.
keep_previous() {
  rm -rf "$previous.new"
  mkdir -p "$previous.new/files"
  own_files | while IFS= read -r path; do
    # Not cp --parents: on the way lies /lib, a link.
    mkdir -p "$previous.new/files$(dirname "$path")"
    cp -a "$path" "$previous.new/files$path"
  done
  running_version >"$previous.new/version"
  rm -rf "$previous"
  mv "$previous.new" "$previous"
}

# One file after another by rename, so that each is whole at any moment.
put_previous_back() {
  own_files | while IFS= read -r path; do
    if [ ! -e "$previous/files$path" ] && [ ! -L "$previous/files$path" ]; then rm -f "$path"; fi
  done
  (cd "$previous/files" && find . -type f -o -type l) | while IFS= read -r path; do
    path=${path#.}
    mkdir -p "$(dirname "$path")"
    cp -a "$previous/files$path" "$path.khien-new"
    mv -f "$path.khien-new" "$path"
  done
}

# Well now, and with the same process well ten seconds later: one that dies and is
# started again and again is well for moments.
comes_up() {
  becomes_well "$1" || return 1
  local pid
  pid=$(property MainPID)
  [ "$pid" != 0 ] || return 1
  sleep 10
  [ "$(property MainPID)" = "$pid" ] && becomes_well 0
}

# The version before, and what it can read. 0 if it runs.
bring_back() {
  if [ ! -e "$previous/version" ]; then
    say "Không có bản trước để quay lại." "There is no version before to go back to."
    return 1
  fi
  local failed since
  failed=$(running_version)
  say "Quay lại bản $(cat "$previous/version")." "Going back to version $(cat "$previous/version")."
  if under_systemd; then systemctl stop "$unit" || true; fi
  put_previous_back
  printf '%s\n' "$failed" >"$base/rolled-back"
  under_systemd || return 0
  reload_units
  since=$(date '+%F %T')
  systemctl reset-failed "$unit" 2>/dev/null || true
  systemctl start "$unit" || true
  comes_up 60 && return 0
  # It does not read what a newer version wrote.
  journalctl --quiet --unit="$unit" --since="$since" --output=cat | grep -q 'newer than this program' || return 1
  systemctl stop "$unit" || true
  put_state_back "$failed"
  systemctl start "$unit" || true
  comes_up 60
}

# After an upgrade: the new version comes up within a minute, or the one before
# comes back. Whoever rolls out sees the failure once; the package is whole after
# the next `dpkg --configure -a`, so that one bad version does not block the
# machine's other updates.
restart_and_watch() {
  if [ -e "$base/rolled-back" ] && [ ! -e "$noted" ]; then
    say "Bản $(cat "$base/rolled-back") không chạy được; máy đang dùng bản $(running_version)." \
      "Version $(cat "$base/rolled-back") does not come up; version $(running_version) runs."
    return 0
  fi
  rm -f "$base/rolled-back"
  if ! under_systemd || ! grep -q active "$noted" 2>/dev/null; then
    rm -f "$noted"
    say "Đã nâng lên bản $(running_version). Dịch vụ $unit không chạy từ trước nên chưa khởi động lại." \
      "Upgraded to version $(running_version). $unit did not run before and was not started."
    return 0
  fi
  local before
  before=$(property MainPID)
  before_restart
  invoke restart
  if [ "$(property MainPID)" = "$before" ] && [ "$before" != 0 ]; then
    rm -f "$noted"
    say "Máy này không cho khởi động lại dịch vụ khi cài gói: hãy tự chạy systemctl restart $unit." \
      "This machine's policy forbids restarts while packages are installed: run systemctl restart $unit."
    return 0
  fi
  say "Chờ bản $(running_version) hoạt động, lâu nhất một phút …" "Waiting up to a minute for version $(running_version) to come up …"
  if comes_up 60; then
    rm -f "$noted"
    say "Bản $(running_version) hoạt động tốt." "Version $(running_version) is well."
    return 0
  fi
  rm -f "$noted"
  say "Bản $(running_version) KHÔNG hoạt động. Nhật ký: journalctl -u $unit" \
    "Version $(running_version) does NOT come up. Its log: journalctl -u $unit"
  if bring_back; then
    say "Đã quay lại bản $(running_version), dữ liệu được giữ nguyên." "Back on version $(running_version); the data is kept."
  else
    say "Bản trước cũng không chạy: cần người xem tại máy này." "The version before does not run either: somebody has to look at this machine."
  fi
  return 1
}

drop_previous() { rm -rf "$previous" "$previous.new" "$base/rolled-back" "$noted"; rmdir --ignore-fail-on-non-empty "$base" 2>/dev/null || true; }
