#!/usr/bin/env bash
# Opens documents in programs that are not ours: check_documents.sh FOLDER
#
# DOCX and XLSX are converted to PDF by LibreOffice without a network and without repair,
# DOCX opened by python-docx, XLSX searched for formulas, PDF checked by qpdf and poppler.
# One line for each file; ends with 1 if one of them is not well. What is not installed is
# said and left out.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/tools/say.sh"
[ -d "${1:-}" ] || fail "không có thư mục '${1:-}'" "there is no folder '${1:-}'"
folder=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

has() { command -v "$1" >/dev/null 2>&1; }

# A profile of its own; links are never followed while a file is loaded, and where user
# namespaces are allowed there is no network to follow them to.
office() {
  local alone=()
  if unshare --user --map-root-user --net true 2>/dev/null; then alone=(unshare --user --map-root-user --net); fi
  timeout 180 "${alone[@]}" soffice --headless --norestore "-env:UserInstallation=file://$work/profile" \
    --convert-to pdf --outdir "$work" "$1" >"$work/office.log" 2>&1
  [ -s "$work/$(basename "${1%.*}").pdf" ]
}

fonts_are_inside() {
  pdffonts "$1" | awk 'NR > 2 && $(NF-4) != "yes" { bad = 1 } END { exit bad || NR < 3 }'
}

pdf() {
  qpdf --check "$1" >"$work/qpdf.log" 2>&1 || { echo "qpdf: $(head -n 1 "$work/qpdf.log")"; return 1; }
  fonts_are_inside "$1" || { echo "a font is not inside"; return 1; }
  pdfinfo -struct "$1" 2>/dev/null | grep -q '^Document' || { echo "no structure"; return 1; }
  pdfinfo -meta "$1" | grep -q '<pdfaid:part>2</pdfaid:part>' || { echo "not PDF/A by its own words"; return 1; }
  echo "qpdf, fonts, structure, $(pdfinfo "$1" | sed -n 's/^Pages: *//p') pages"
}

docx() {
  /usr/bin/python3 -c 'import sys, docx; d = docx.Document(sys.argv[1]); d.save(sys.argv[2])' "$1" "$work/again.docx" 2>"$work/docx.log" ||
    { tail -n 1 "$work/docx.log"; return 1; }
  if has soffice; then
    office "$1" || { echo "LibreOffice: $(tail -n 1 "$work/office.log")"; return 1; }
    echo "python-docx, LibreOffice: $(pdfinfo "$work/$(basename "${1%.*}").pdf" | sed -n 's/^Pages: *//p') pages"
  else
    echo "python-docx (no LibreOffice here)"
  fi
}

xlsx() {
  local formulas
  formulas=$(unzip -p "$1" 'xl/worksheets/*.xml' | grep -cE '<f[ >/]' || true)
  [ "$formulas" = 0 ] || { echo "has formulas"; return 1; }
  if has soffice; then
    office "$1" || { echo "LibreOffice: $(tail -n 1 "$work/office.log")"; return 1; }
    echo "no formula, LibreOffice: $(pdfinfo "$work/$(basename "${1%.*}").pdf" | sed -n 's/^Pages: *//p') pages"
  else
    echo "no formula (no LibreOffice here)"
  fi
}

count=0
for file in "$folder"/*.pdf "$folder"/*.docx "$folder"/*.xlsx; do
  [ -f "$file" ] || continue
  count=$((count + 1))
  if what=$("${file##*.}" "$file"); then
    echo "ok   $(basename "$file"): $what"
  else
    echo "BAD  $(basename "$file"): $what"
    bad=1
  fi
  rm -f "$work"/*.pdf
done
[ "$count" -gt 0 ] || fail "trong $folder không có tài liệu nào" "there is no document in $folder"
exit "$bad"
