#!/usr/bin/env bash
# Installs what is missing of the given package lists, and nothing else. Keeps
# the machine's own apt and npm settings. As root, or with sudo.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
. "$here/say.sh"

wanted() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$@"; }

missing() {
  local name
  while read -r name; do
    dpkg-query -W -f='${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || echo "$name"
  done
}

# Node.js and npm from elsewhere than Debian serve as well.
drop_what_is_there_otherwise() {
  while read -r name; do
    case $name in
      nodejs) command -v node >/dev/null || echo "$name" ;;
      npm) command -v npm >/dev/null || echo "$name" ;;
      *) echo "$name" ;;
    esac
  done
}

mapfile -t need < <(wanted "$@" | missing | drop_what_is_there_otherwise)
[ ${#need[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || fail "cần quyền quản trị để cài ${#need[@]} gói còn thiếu: hãy chạy bằng root" \
    "installing ${#need[@]} missing packages needs root: run as root"
  as_root=(sudo)
fi

say "Cài ${#need[@]} gói còn thiếu" "Installing ${#need[@]} missing packages"

# Installing clamav-daemon must not start a daemon: Khiên runs its own.
policy=/usr/sbin/policy-rc.d
made_policy=no
if [ ! -e $policy ]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee $policy >/dev/null
  "${as_root[@]}" chmod 755 $policy
  made_policy=yes
fi
trap '[ $made_policy = yes ] && "${as_root[@]}" rm -f '"$policy" EXIT

log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive
if ! { "${as_root[@]}" apt-get update -q && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
       apt-get install -y -q --no-install-recommends "${need[@]}"; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  fail "cài gói không thành công; chi tiết: $log" "packages could not be installed; details: $log"
fi
rm -f "$log"
