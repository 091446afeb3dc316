#!/bin/bash
# Pages a second and processor time a page over the same local site, one after the other:
# our crawler (one view, then four), linkchecker and wapiti. The site is up to PAGES HTML
# pages of Debian's documentation packages behind nginx, and a page that links to all.
#   PAGES=2000   how many
# Wants a release build of crawl_bench. As root it installs what is missing: nginx-light,
# linkchecker, wapiti, and packages with pages; else what is not there is left out (nginx:
# python3 -m http.server instead).
set -eu

cd "$(dirname "$0")/.."
bin=${KHIEN_BIN:-build/release/bin}
pages=${PAGES:-2000}
port=${PORT:-18999}

work=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
chmod 755 "$work"
mkdir -p "$work/site" "$work/run"

cd /usr/share/doc
missing=
command -v nginx >/dev/null || missing="$missing nginx-light"
command -v linkchecker >/dev/null || missing="$missing linkchecker"
command -v wapiti >/dev/null || missing="$missing wapiti"
[ "$(find . -name '*.html' -type f -size -2M | head -n "$pages" | wc -l)" -ge "$pages" ] ||
  missing="$missing python3-doc postgresql-doc debian-policy debian-reference-en"
if [ -n "$missing" ] && [ "$(id -u)" = 0 ]; then
  # shellcheck disable=SC2086  # a list of names
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing >/dev/null
fi
find . -name '*.html' -type f -size -2M 2>/dev/null | sort | head -n "$pages" >"$work/list"
tr '\n' '\0' <"$work/list" | xargs -0 cp -L --parents -t "$work/site"
cd - >/dev/null
{
  echo '<html><head><title>All</title></head><body>'
  sed 's|^\./\(.*\)$|<a href="/\1">\1</a>|' "$work/list"
  echo '</body></html>'
} >"$work/site/index.html"
chmod -R a+rX "$work/site"
echo "site: $(wc -l <"$work/list") pages, $(($(cat "$work/site/index.html" $(sed "s|^\.|$work/site|" "$work/list") | wc -c) / 1000000)) MB"

if command -v nginx >/dev/null; then
  cat >"$work/nginx.conf" <<END
daemon off; worker_processes 1; pid $work/run/pid; error_log $work/run/error.log;
events { worker_connections 1024; }
http {
  types { text/html html; text/css css; }
  access_log $work/run/access.log; client_body_temp_path $work/run; proxy_temp_path $work/run;
  fastcgi_temp_path $work/run; uwsgi_temp_path $work/run; scgi_temp_path $work/run;
  # Told so, linkchecker asks as fast as its configuration lets it.
  add_header LinkChecker ok always;
  server { listen 127.0.0.1:$port; root $work/site; }
}
END
  nginx -c "$work/nginx.conf" -p "$work/run" -e "$work/run/error.log" >"$work/run/out" 2>&1 &
else
  python3 -m http.server --bind 127.0.0.1 --directory "$work/site" "$port" >"$work/run/access.log" 2>&1 &
fi
server=$!
sleep 1
url=http://127.0.0.1:$port/
requests() { wc -l <"$work/run/access.log"; }

# report NAME SECONDS CPU_SECONDS REQUESTS KILOBYTES
report() {
  awk -v name="$1" -v wall="$2" -v cpu="$3" -v n="$4" -v kb="$5" 'BEGIN {
    printf "%-32s %6d pages  %7.2f s  %8.1f pages/s  %7.2f ms of processor a page  %6.0f MiB\n", name, n, wall, n / wall, 1000 * cpu / n, kb / 1024 }'
}

# run NAME COMMAND…: wall and processor time of all its processes, its largest memory, and
# the answers nginx gave it.
run() {
  local name=$1 before
  shift
  before=$(requests)
  /usr/bin/python3 - "$work/usage" "$@" <<'END' || true
import os, resource, subprocess, sys, time
begun = time.monotonic()
# One that takes longer is ended: its rate until then is what is told.
try:
    subprocess.run(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=int(os.environ.get("LONGEST", "1800")))
except subprocess.TimeoutExpired:
    pass
wall = time.monotonic() - begun
used = resource.getrusage(resource.RUSAGE_CHILDREN)
open(sys.argv[1], "w").write(f"{wall} {used.ru_utime + used.ru_stime} {used.ru_maxrss}\n")
END
  read -r wall cpu memory <"$work/usage"
  report "$name" "$wall" "$cpu" $(($(requests) - before)) "$memory"
}

export KHIEN_CRAWL_URL=$url
if [ -x "$bin/crawl_bench" ]; then
  run "khien, one view" "$bin/crawl_bench" --benchmark_filter='crawl_site/1/'
  run "khien, four views" "$bin/crawl_bench" --benchmark_filter='crawl_site/4/'
fi
if command -v linkchecker >/dev/null; then
  printf '[checking]\nmaxrequestspersecond=100000\n[filtering]\ncheckextern=0\n' >"$work/linkcheckerrc"
  run "linkchecker, 10 threads" linkchecker --no-status --threads=10 -o none --config "$work/linkcheckerrc" "$url"
fi
if command -v wapiti >/dev/null; then
  run "wapiti, crawl only" wapiti -u "$url" --scope folder -m "" -d 5 --max-scan-time 1500 --flush-session --no-bugreport -f json -o "$work/wapiti.json" --store-session "$work" --verify-ssl 0
fi
