# Puts a Node.js that is new enough on PATH: the machine's own, or npm's. Vite
# needs 20.19; Debian 12 has 18. Source it after say.sh, with `root` set.

node_new_enough() {
  node -e 'const [a, b] = process.versions.node.split(".").map(Number);
           process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}
if ! node_new_enough; then
  ls "$root"/tools/node/node_modules/node-linux-*/bin/node >/dev/null 2>&1 ||
    step "Lấy Node.js từ npm" "Fetching Node.js from npm" npm ci --prefix "$root/tools/node" --no-audit --no-fund
  PATH=$(dirname "$(ls "$root"/tools/node/node_modules/node-linux-*/bin/node | head -n 1)"):$PATH
  export PATH
  node_new_enough || fail "không có Node.js đủ mới" "no Node.js that is new enough"
fi
