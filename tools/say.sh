# Words for people, in Vietnamese or English by locale. Source it.

khien_language() {
  case ${KHIEN_LANG:-${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}} in
    en*) echo en ;;
    vi*) echo vi ;;
    *) echo en ;;
  esac
}
KHIEN_SAY=$(khien_language)

# say VIETNAMESE ENGLISH: one line of progress, on standard error.
say() {
  if [ "$KHIEN_SAY" = vi ]; then printf '\033[36m▸\033[0m %s\n' "$1" >&2; else printf '\033[36m▸\033[0m %s\n' "$2" >&2; fi
}
fail() {
  if [ "$KHIEN_SAY" = vi ]; then printf 'Lỗi: %s\n' "$1" >&2; else printf 'Error: %s\n' "$2" >&2; fi
  exit 1
}

# step VIETNAMESE ENGLISH COMMAND...: runs quietly, says how long it took, and
# shows the end of its output if it fails.
step() {
  local vi=$1 en=$2 log started
  shift 2
  log=$(mktemp)
  started=$(date +%s)
  say "$vi …" "$en …"
  if ! "$@" >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    fail "$vi: không thành công (toàn bộ: $log)" "$en: failed (all of it: $log)"
  fi
  rm -f "$log"
  say "$vi: xong sau $(($(date +%s) - started)) giây" "$en: done in $(($(date +%s) - started)) s"
}
