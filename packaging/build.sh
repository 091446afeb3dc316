#!/usr/bin/env bash
# Makes khien-hub_VERSION_ARCH.deb and khien-agent_VERSION_ARCH.deb of programs
# that are built already: build.sh BIN_FOLDER VERSION OUT_FOLDER
#
# The same programs give the same bytes: times are SOURCE_DATE_EPOCH's (or the last
# commit's), owners root, names in order.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/tools/say.sh"
bin=$(cd "$1" && pwd)
version=$2
mkdir -p "$3"
out=$(cd "$3" && pwd)
cd "$root"

epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)}
export SOURCE_DATE_EPOCH=$epoch LC_ALL=C.UTF-8
architecture=$(dpkg --print-architecture)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022

# script PACKAGE NAME: what both share, what is the package's own, then the script.
script() {
  echo '#!/bin/sh'
  echo 'set -e'
  cat "packaging/$1/$1.sh" packaging/deb/common.sh
  [ "$2" = roll-back ] && cat packaging/deb/roll-back || cat "packaging/$1/$2"
  # Whoever runs it last decides with what it ends; a list of guards must not.
  echo 'exit 0'
}

# What is made here instead of lying in the tree.
make_parts() {
  mkdir -p "$work/parts"
  script "$1" roll-back >"$work/parts/roll-back"
  if [ "$1" = hub ]; then
    {
      echo '# Cấu hình của trung tâm Khiên. Dòng bắt đầu bằng # là giá trị mặc định; muốn đổi thì bỏ dấu # và sửa.'
      echo '# Xem có sai chỗ nào: khien config check. Có hiệu lực sau: systemctl restart khien-hub'
      env KHIEN_LANG=vi "$bin/khien" config template
    } >"$work/parts/khien.toml"
    "$bin/khien" completion bash >"$work/parts/completion"
  fi
}

place_files() {
  local stage=$2 what where mode
  while read -r what where mode; do
    case $what in '' | '#'*) continue ;; esac
    what=${what/#@BIN@/$bin}
    what=${what/#@ROLL_BACK@/$work/parts/roll-back}
    what=${what/#@TEMPLATE@/$work/parts/khien.toml}
    what=${what/#@COMPLETION@/$work/parts/completion}
    if [ "$mode" = tree ]; then
      (cd "$what" && find . -type f ! -name '*.hit' ! -name '*.miss' ! -name '*.hit.reversed' -exec install -D -m 644 {} "$stage/$where/{}" \;)
    else
      install -D -m "$mode" "$what" "$stage/$where"
    fi
  done <"packaging/$1/files"
}

strip_programs() {
  local file
  while IFS= read -r file; do
    if head -c 4 "$file" | grep -q $'^\x7fELF'; then strip --strip-unneeded --remove-section=.comment "$file"; fi
  done < <(find "$1/usr/bin" "$1/usr/lib" -type f)
}

add_documents() {
  local folder=$2/usr/share/doc/khien-$1
  install -D -m 644 packaging/copyright "$folder/copyright"
  gzip -9 -n -c CHANGELOG.md >"$folder/changelog.gz"
  install -m 644 docs/howto/install-packages.md docs/reference/khien.toml.md "$folder/"
}

# The libraries that the programs need, as Debian names them.
dependencies() {
  mkdir -p "$work/shlibs/debian"
  : >"$work/shlibs/debian/control"
  local programs
  mapfile -t programs < <(find "$1/usr/bin" "$1/usr/lib" -type f -exec sh -c 'head -c 4 "$1" | grep -q ELF' _ {} \; -print | sort)
  [ ${#programs[@]} -gt 0 ] || return 0
  (cd "$work/shlibs" && dpkg-shlibdeps -O "${programs[@]}" 2>/dev/null) | sed -n 's/^shlibs:Depends=//p'
}

write_control() {
  local stage=$2 needed size name
  needed=$(dependencies "$stage")
  mkdir -p "$stage/DEBIAN"
  size=$(du -k -s --apparent-size --exclude=DEBIAN "$stage" | cut -f 1)
  sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@SIZE@/$size/" \
    -e "s/@DEPENDS@/$needed/" -e 's/^Depends: , /Depends: /' "packaging/$1/control" >"$stage/DEBIAN/control"
  (cd "$stage" && find etc -type f | sort | sed 's|^|/|') >"$stage/DEBIAN/conffiles"
  for name in preinst postinst prerm postrm; do
    script "$1" "$name" >"$stage/DEBIAN/$name"
    chmod 755 "$stage/DEBIAN/$name"
  done
  (cd "$stage" && find . -path ./DEBIAN -prune -o -type f -print | sed 's|^\./||' | grep -v '^etc/' | sort | xargs md5sum) >"$stage/DEBIAN/md5sums"
}

make_package() {
  local stage=$work/$1
  mkdir -m 755 "$stage"
  make_parts "$1"
  place_files "$1" "$stage"
  strip_programs "$stage"
  add_documents "$1" "$stage"
  write_control "$1" "$stage"
  find "$stage" -exec touch --no-dereference --date="@$epoch" {} +
  # One thread: how xz cuts its blocks depends on their number.
  dpkg-deb --root-owner-group --threads-max=1 "-Z${KHIEN_PACKAGE_COMPRESSION:-xz}" --build "$stage" \
    "$out/khien-$1_${version}_$architecture.deb" >/dev/null
  echo "$out/khien-$1_${version}_$architecture.deb"
}

make_package hub
make_package agent
