# A machine to install on that goes without a trace: another one's files under an
# overlay, in namespaces of its own. Source it after say.sh.
#
#   world_make LOWER       world: its folder; what changes is in $world/upper
#   world_run COMMAND…     in it, as a chroot; no service manager runs there
#   world_start COMMAND… & the same in the background
#   world_boot             systemd as process 1 of it; needs systemd in LOWER
#   world_in COMMAND…      in the booted one
#   world_list             what differs from LOWER, and is not the system's own bookkeeping
#   world_named WORD       names with that word that differ from LOWER, wherever they lie
#   world_end

world=
world_lower=
world_first=
world_inside=

# Not a fault: this machine may not try it.
skip() {
  say "BỎ QUA: $1" "SKIPPED: $2"
  exit 77
}

world_may() {
  [ "$(id -u)" -eq 0 ] || skip "cần quyền root để tạo máy thử" "making a machine to try on needs root"
  unshare --mount true 2>/dev/null || skip "máy này không cho tạo không gian tên riêng" "namespaces are not allowed here"
}

world_make() {
  world_lower=$1
  world=$(mktemp -d /var/tmp/khien-world-XXXXXX)
  mkdir "$world"/{upper,work,root}
  mount -t overlay overlay -o "lowerdir=$world_lower,upperdir=$world/upper,workdir=$world/work" "$world/root" 2>/dev/null ||
    { rm -rf "$world"; skip "máy này không có overlayfs" "there is no overlayfs here"; }
  local name
  mount -t tmpfs -o mode=755 tmpfs "$world/root/dev"
  for name in null zero full random urandom tty; do cp -a "/dev/$name" "$world/root/dev/"; done
  ln -s /proc/self/fd "$world/root/dev/fd"
  mkdir "$world/root/dev/pts" "$world/root/dev/shm"
  mount -t devpts -o newinstance,mode=620,ptmxmode=666 devpts "$world/root/dev/pts"
  ln -s pts/ptmx "$world/root/dev/ptmx"
  mount -t tmpfs -o mode=1777 tmpfs "$world/root/dev/shm"
  mount -t tmpfs -o mode=755 tmpfs "$world/root/run"
  mount -t tmpfs -o mode=1777 tmpfs "$world/root/tmp"
  mount -t proc proc "$world/root/proc"
  mount -t sysfs -o ro sysfs "$world/root/sys"
  cp -L --remove-destination /etc/resolv.conf /etc/hosts "$world/root/etc/" 2>/dev/null || true
}

# Only what the test says reaches the inside.
world_environment() {
  env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive \
    LANG="${world_language:-C.UTF-8}" "$@"
}

world_run() { world_environment chroot "$world/root" "$@"; }
# In the background, so that $! is the program itself.
world_start() {
  exec env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 chroot "$world/root" "$@"
}

# Each of this machine's groups for resources, one below it.
world_groups() {
  local group name
  for group in /sys/fs/cgroup/*/; do
    [ -e "$group/cgroup.procs" ] || continue
    mkdir -p "$group/khien-world"
    for name in cpus mems; do
      if [ -e "$group/cpuset.$name" ]; then cat "$group/cpuset.$name" >"$group/khien-world/cpuset.$name"; fi
    done
    echo "$1" >"$group/khien-world/cgroup.procs" 2>/dev/null || true
  done
}

world_boot() {
  # shellcheck disable=SC2016
  (
    world_groups "$BASHPID"
    exec setsid unshare --mount --pid --uts --ipc --cgroup --fork --kill-child=KILL bash -c '
      set -e
      mount --make-rprivate /
      cd "$1"
      mount -t proc proc proc
      mount -t tmpfs tmpfs sys/fs/cgroup
      if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
        mount -t cgroup2 cgroup2 sys/fs/cgroup
      else
        mkdir sys/fs/cgroup/systemd
        mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd
        for group in cpu cpuacct memory blkio pids devices; do
          mkdir "sys/fs/cgroup/$group" && mount -t cgroup -o "$group" cgroup "sys/fs/cgroup/$group"
        done
      fi
      pivot_root . mnt
      cd /
      umount -l /mnt
      exec env -i container=khien-test PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 /lib/systemd/systemd --log-target=journal
    ' _ "$world/root"
  ) >"$world/boot.log" 2>&1 </dev/null &
  world_first=$!
  local i
  for ((i = 0; i < 60; ++i)); do
    sleep 0.5
    world_inside=$(pgrep -P "$world_first" | head -n 1 || true)
    [ -n "$world_inside" ] || continue
    case $(world_in systemctl is-system-running 2>/dev/null) in running | degraded) return 0 ;; esac
  done
  cat "$world/boot.log" >&2
  return 1
}

world_in() { world_environment nsenter --target "$world_inside" --mount --pid --uts --ipc --cgroup --root --wd "$@"; }

# Paths that differ from below, with owner, mode and content. Not those that every
# installation of any package leaves.
world_list() {
  (cd "$world/upper" && find . -mindepth 1 \( -path ./var/lib/dpkg -o -path ./var/cache -o -path ./var/log -o -path ./var/lib/apt \
    -o -path ./var/lib/systemd -o -path ./root -o -path ./tmp -o -path ./run -o -path ./var/tmp -o -path ./dev -o -path ./mnt -o -path ./debs \) -prune -o \
    ! -name 'passwd-' ! -name 'group-' ! -name 'shadow-' ! -name 'gshadow-' ! -name '.pwd.lock' ! -name 'ld.so.cache' \
    ! -name 'subuid*' ! -name 'subgid*' ! -name machine-id ! -name resolv.conf ! -name hosts -print | sort | while IFS= read -r path; do
    if [ -f "$path" ] && [ ! -L "$path" ]; then
      cmp -s "$path" "$world_lower/$path" || printf '%s %s\n' "$(stat -c '%n %a %U %F' "$path")" "$(sha256sum <"$path")"
    elif [ ! -d "$path" ] || [ ! -d "$world_lower/$path" ]; then
      stat -c '%n %a %U %F' "$path"
    fi
  done)
}

world_named() {
  (cd "$world/upper" && find . \( -path ./tmp -o -path ./root -o -path ./run -o -path ./var/log -o -path ./debs \) -prune -o -name "*$1*" -print)
}

world_end() {
  [ -n "$world" ] || return 0
  local group
  if [ -n "$world_first" ]; then
    kill -KILL "$world_first" 2>/dev/null || true
    wait "$world_first" 2>/dev/null || true
    sleep 0.5
  fi
  umount -R -l "$world/root" 2>/dev/null || true
  rm -rf "$world"
  for group in /sys/fs/cgroup/*/khien-world /sys/fs/cgroup/khien-world; do
    if [ -d "$group" ]; then find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null || true; fi
  done
  world=
  world_first=
}
