#include "import_columns.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "khien/core/text.hpp"
#include "refusals.hpp"

namespace khien::estate {
namespace {

constexpr std::size_t kHeadingRows = 10;
constexpr std::string_view kBlanks = " \t\r\n";
// No-break and other spaces, as programs copy them from pages and documents.
constexpr std::array<std::string_view, 15> kWideBlanks{
    "\u00a0", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
    "\u2007", "\u2008", "\u2009", "\u200a", "\u202f", "\u205f", "\u3000"};
constexpr std::array<std::string_view, 6> kNoWidth{"\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

template <std::size_t N>
std::size_t size_of_first(const std::array<std::string_view, N>& all, std::string_view text) {
  const auto* found = std::ranges::find_if(all, [&](std::string_view one) { return text.starts_with(one); });
  return found == all.end() ? 0 : found->size();
}

// Folded, signs as blanks, blanks single: "Mã  đơn vị (*)" is "ma don vi".
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : fold(cell_text(text))) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
    if (word) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

const std::vector<std::string_view> kUnitHeadings{"unit", "unit code", "unit name", "don vi", "ma don vi", "ten don vi",
                                                  "co quan", "don vi quan ly", "don vi su dung", "don vi so huu"};
const std::vector<std::string_view> kNoteHeadings{"note", "notes", "ghi chu"};

const std::vector<std::string_view> kSerialHeadings{"serial", "serial number", "so may", "so seri", "so serial", "so se ri", "so xe ri", "s n"};

const std::vector<ImportColumn> kUnitColumns{
    {"name", true, {"name", "ten", "ten don vi", "ten day du", "full name", "unit name", "don vi"}},
    {"code", false, {"code", "ma", "ma don vi", "unit code", "ma dvhc", "ma hanh chinh"}},
    {"kind", false, {"kind", "type", "loai", "loai don vi", "loai hinh"}},
    {"parent", false, {"parent", "parent code", "truc thuoc", "cap tren", "don vi cap tren", "co quan cap tren", "ma cap tren",
                       "co quan chu quan"}},
    {"valid_from", false, {"valid from", "valid_from", "from", "tu ngay", "ngay thanh lap", "ngay bat dau", "hieu luc tu"}},
};
const std::vector<ImportColumn> kDeviceColumns{
    {"name", true, {"name", "ten", "ten may", "ten thiet bi", "ten may tinh", "hostname", "host name", "computer name",
                    "may", "thiet bi", "device", "device name", "client name"}},
    {"unit", false, kUnitHeadings},
    {"kind", false, {"kind", "type", "loai", "loai may", "loai thiet bi"}},
    {"serial", false, kSerialHeadings},
    {"mac", false, {"mac", "mac address", "dia chi mac", "clientid", "client id", "unique id"}},
    {"address", false, {"address", "ip", "ip address", "ipaddress", "dia chi ip", "dia chi", "client ip address"}},
    {"note", false, kNoteHeadings},
};
const std::vector<ImportColumn> kSystemColumns{
    {"name", true, {"name", "ten", "ten he thong", "he thong", "he thong thong tin", "ten he thong thong tin", "system",
                    "system name"}},
    {"unit", false, kUnitHeadings},
    {"purpose", false, {"purpose", "muc dich", "chuc nang", "mo ta", "description"}},
    {"operator", false, {"operator", "don vi van hanh", "van hanh"}},
    {"monitor", false, {"monitor", "don vi giam sat", "giam sat"}},
    {"assessor", false, {"assessor", "don vi danh gia", "danh gia", "don vi kiem tra danh gia"}},
    {"level", false, {"level", "cap do"}},
    {"level_rule", false, {"level rule", "level_rule", "rule", "bo tieu chi", "tieu chi", "can cu cap do"}},
    {"level_from", false, {"level from", "level_from", "cap do tu ngay", "ngay xac dinh cap do"}},
    {"dossier_at", false, {"dossier at", "dossier_at", "dossier", "ngay lap ho so", "ho so cap do"}},
    {"approved_at", false, {"approved at", "approved_at", "approved", "ngay phe duyet", "phe duyet"}},
    {"plan_deployed_at", false, {"plan deployed at", "plan_deployed_at", "plan deployed", "ngay trien khai phuong an",
                                 "trien khai phuong an"}},
    {"assessed_at", false, {"assessed at", "assessed_at", "assessed", "ngay danh gia", "ngay kiem tra danh gia"}},
};
const std::vector<ImportColumn> kSiteColumns{
    {"address", true, {"address", "url", "website", "site", "dia chi", "dia chi trang", "trang", "ten mien", "domain",
                       "dia chi website"}},
    {"unit", false, kUnitHeadings},
    {"title", false, {"title", "tieu de", "ten trang", "ten", "name"}},
    {"label", false, {"label", "nhan", "nhan tin nhiem", "nhan tin nhiem mang", "trust label"}},
    {"label_valid_to", false, {"label valid to", "label_valid_to", "nhan het han", "nhan den ngay", "han nhan"}},
    {"domain_valid_to", false, {"domain valid to", "domain_valid_to", "domain expires", "domain expiry", "ten mien het han", "han ten mien", "ten mien den ngay"}},
};
const std::vector<ImportColumn> kContactColumns{
    {"name", true, {"name", "ten", "ho ten", "ho va ten", "nguoi lien he", "contact"}},
    {"purpose", false, {"purpose", "role", "vai tro", "dau moi", "muc dich", "linh vuc"}},
    {"unit", false, kUnitHeadings},
    {"title", false, {"title", "chuc vu", "chuc danh"}},
    {"phone", false, {"phone", "mobile", "so dien thoai", "dien thoai", "sdt", "di dong", "so di dong"}},
    {"email", false, {"email", "e mail", "thu dien tu", "hop thu", "mail"}},
    {"around_the_clock", false, {"around the clock", "24 7", "24x7", "truc 24 7", "truc 24 24"}},
    {"valid_from", false, {"valid from", "valid_from", "from", "tu ngay", "hieu luc tu"}},
    {"valid_to", false, {"valid to", "valid_to", "to", "den ngay", "hieu luc den", "het han"}},
};
const std::vector<ImportColumn> kRangeColumns{
    {"range", true, {"range", "cidr", "dai dia chi", "dai ip", "dai dia chi ip", "ip range", "address range", "dia chi"}},
    {"unit", false, kUnitHeadings},
    {"purpose", false, {"purpose", "muc dich", "ghi chu", "note"}},
};

const std::vector<ImportColumn> kApplianceColumns{
    {"name", true, {"name", "ten", "ten thiet bi", "thiet bi", "ten may", "may", "device", "device name", "hostname", "host name"}},
    {"unit", false, kUnitHeadings},
    {"serial", false, kSerialHeadings},
    {"mac", false, {"mac", "mac address", "dia chi mac"}},
    {"vendor", false, {"vendor", "maker", "manufacturer", "hang", "hang san xuat", "nha san xuat", "nha cung cap"}},
    {"product", true, {"product", "software", "os", "firmware name", "san pham", "phan mem", "he dieu hanh"}},
    {"version", true, {"version", "firmware", "firmware version", "software version", "phien ban", "phien ban phan mem", "ban"}},
};

// Cells of a row of headings by column; none if a required one is missing.
std::optional<std::map<std::string_view, std::size_t>> match_headings(const std::vector<ImportColumn>& columns,
                                                                      const TableRow& row) {
  std::map<std::string_view, std::size_t> at;
  // Exact spellings are few, so the first column that knows a heading has it;
  // a list of units calls its name "don vi", others mean the unit by it.
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const std::string heading = plain(row.cells[i]);
    for (const ImportColumn& column : columns) {
      if (at.contains(column.key) || std::ranges::find(column.headings, heading) == column.headings.end()) continue;
      at[column.key] = i;
      break;
    }
  }
  const bool whole = std::ranges::all_of(columns, [&](const ImportColumn& c) { return !c.required || at.contains(c.key); });
  if (!whole) return std::nullopt;
  return at;
}

template <class E>
struct Words {
  std::string_view begins;
  E means;
};

template <class E, std::size_t N>
std::optional<E> lookup(const std::array<Words<E>, N>& all, std::string_view words) {
  const std::string text = plain(words);
  for (const auto& [begins, means] : all) {
    const bool whole = text.size() == begins.size() || (text.size() > begins.size() && text[begins.size()] == ' ');
    if (text.starts_with(begins) && whole) return means;
  }
  return std::nullopt;
}

constexpr std::array<Words<UnitKind>, 46> kUnitWords{{
    {"province", UnitKind::province}, {"tinh", UnitKind::province}, {"ubnd tinh", UnitKind::province},
    {"department", UnitKind::department}, {"so", UnitKind::department}, {"ban", UnitKind::department},
    {"nganh", UnitKind::department}, {"van phong", UnitKind::department}, {"thanh tra", UnitKind::department},
    {"district", UnitKind::district}, {"huyen", UnitKind::district}, {"quan su", UnitKind::military},
    {"quan doi", UnitKind::military}, {"quan", UnitKind::district}, {"thi xa", UnitKind::district},
    {"thanh pho", UnitKind::district}, {"ubnd huyen", UnitKind::district}, {"commune", UnitKind::commune},
    {"ward", UnitKind::commune}, {"xa", UnitKind::commune}, {"phuong", UnitKind::commune},
    {"dac khu", UnitKind::commune}, {"thi tran", UnitKind::commune}, {"ubnd xa", UnitKind::commune},
    {"ubnd phuong", UnitKind::commune}, {"school", UnitKind::school}, {"truong", UnitKind::school},
    {"hospital", UnitKind::hospital}, {"benh vien", UnitKind::hospital}, {"trung tam y te", UnitKind::hospital},
    {"tram y te", UnitKind::hospital}, {"public service", UnitKind::public_service},
    {"public_service", UnitKind::public_service}, {"don vi su nghiep", UnitKind::public_service},
    {"trung tam", UnitKind::public_service}, {"enterprise", UnitKind::enterprise},
    {"doanh nghiep", UnitKind::enterprise}, {"cong ty", UnitKind::enterprise}, {"telecom", UnitKind::telecom},
    {"vien thong", UnitKind::telecom}, {"police", UnitKind::police}, {"cong an", UnitKind::police},
    {"military", UnitKind::military}, {"bo chi huy quan su", UnitKind::military}, {"media", UnitKind::media},
    {"bao", UnitKind::media},
}};
constexpr std::array<Words<DeviceKind>, 20> kDeviceWords{{
    {"workstation", DeviceKind::workstation}, {"may tram", DeviceKind::workstation},
    {"may tinh", DeviceKind::workstation}, {"may ban", DeviceKind::workstation}, {"pc", DeviceKind::workstation},
    {"laptop", DeviceKind::workstation}, {"may xach tay", DeviceKind::workstation}, {"desktop", DeviceKind::workstation},
    {"server", DeviceKind::server}, {"may chu", DeviceKind::server}, {"network", DeviceKind::network},
    {"thiet bi mang", DeviceKind::network}, {"switch", DeviceKind::network}, {"router", DeviceKind::network},
    {"tuong lua", DeviceKind::network}, {"firewall", DeviceKind::network}, {"other", DeviceKind::other},
    {"khac", DeviceKind::other}, {"may in", DeviceKind::other}, {"camera", DeviceKind::other},
}};
constexpr std::array<Words<ContactPurpose>, 17> kPurposeWords{{
    {"security", ContactPurpose::security}, {"an toan thong tin", ContactPurpose::security},
    {"attt", ContactPurpose::security}, {"an ninh mang", ContactPurpose::security},
    {"chuyen trach", ContactPurpose::security}, {"phu trach", ContactPurpose::security},
    {"monitoring", ContactPurpose::monitoring}, {"giam sat", ContactPurpose::monitoring},
    {"incident", ContactPurpose::incident}, {"ung cuu su co", ContactPurpose::incident},
    {"ung pho su co", ContactPurpose::incident}, {"su co", ContactPurpose::incident}, {"duty", ContactPurpose::duty},
    {"truc", ContactPurpose::duty}, {"leader", ContactPurpose::leader}, {"lanh dao", ContactPurpose::leader},
    {"nguoi dung dau", ContactPurpose::leader},
}};

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

const std::vector<ImportColumn>& columns_of(ImportKind kind) {
  switch (kind) {
    case ImportKind::units: return kUnitColumns;
    case ImportKind::devices:
    case ImportKind::dhcp_leases: return kDeviceColumns;
    case ImportKind::systems: return kSystemColumns;
    case ImportKind::sites: return kSiteColumns;
    case ImportKind::contacts: return kContactColumns;
    case ImportKind::appliances: return kApplianceColumns;
    case ImportKind::address_ranges: break;
  }
  return kRangeColumns;
}

std::string cell_text(std::string_view cell) {
  std::string text;
  while (!cell.empty()) {
    if (const auto nothing = size_of_first(kNoWidth, cell); nothing > 0) {
      cell.remove_prefix(nothing);
      continue;
    }
    const auto wide = size_of_first(kWideBlanks, cell);
    const bool blank = wide > 0 || cell.front() == ' ' || cell.front() == '\t';
    if (!blank) text += cell.front();
    if (blank && !text.empty() && text.back() != ' ') text += ' ';
    cell.remove_prefix(std::max<std::size_t>(wide, 1));
  }
  return std::string(trimmed(text));
}

bool is_spreadsheet_error(std::string_view text) {
  constexpr std::array<std::string_view, 9> kErrors{"#N/A",  "#REF!",  "#VALUE!", "#NAME?", "#DIV/0!",
                                                    "#NULL!", "#NUM!", "#SPILL!", "#CALC!"};
  const bool too_narrow = text.size() >= 3 && text.find_first_not_of('#') == text.npos;
  return too_narrow || std::ranges::find(kErrors, text) != kErrors.end();
}

std::optional<ImportList> ImportList::find(ImportKind kind, const Table& table) {
  for (const TableSheet& sheet : table.sheets) {
    for (std::size_t i = 0; i < std::min(kHeadingRows, sheet.rows.size()); ++i) {
      auto at = match_headings(columns_of(kind), sheet.rows[i]);
      if (!at) continue;
      // Headings of two rows, cells merged: the lower row is the whole one.
      while (i + 1 < std::min(kHeadingRows, sheet.rows.size())) {
        auto lower = match_headings(columns_of(kind), sheet.rows[i + 1]);
        if (!lower || lower->size() < at->size()) break;
        at = std::move(lower);
        ++i;
      }
      ImportList list;
      list.sheet_ = &sheet;
      for (const TableSheet& other : table.sheets) {
        if (&other != &sheet && !other.rows.empty()) list.unread_.push_back(other.name);
      }
      list.rows_ = std::span(sheet.rows).subspan(i + 1);
      list.at_ = std::move(*at);
      list.headings_ = sheet.rows[i].cells;
      return list;
    }
  }
  return std::nullopt;
}

std::string ImportList::heading(std::string_view key) const {
  const auto found = at_.find(key);
  return found == at_.end() ? std::string() : cell_text(headings_[found->second]);
}

std::string ImportList::value(const TableRow& row, std::string_view key) const {
  const auto found = at_.find(key);
  if (found == at_.end() || found->second >= row.cells.size()) return {};
  return cell_text(row.cells[found->second]);
}

std::vector<std::string_view> ImportList::keys() const {
  std::vector<std::string_view> keys;
  for (const auto& [key, column] : at_) keys.push_back(key);
  return keys;
}

bool ImportList::is_blank(const TableRow& row) const {
  return std::ranges::all_of(at_, [&](const auto& column) { return value(row, column.first).empty(); });
}

std::optional<ImportKind> guess_import_kind(const Table& table) {
  // The kind that knows most of the headings, if there is one such.
  std::optional<ImportKind> best;
  std::size_t most = 0, ties = 0;
  for (const auto kind : {ImportKind::units, ImportKind::devices, ImportKind::systems, ImportKind::sites,
                          ImportKind::contacts, ImportKind::address_ranges, ImportKind::appliances}) {
    const auto list = ImportList::find(kind, table);
    if (!list) continue;
    const auto known = static_cast<std::size_t>(
        std::ranges::count_if(columns_of(kind), [&](const ImportColumn& c) { return list->has(c.key); }));
    if (known > most) {
      best = kind;
      most = known;
      ties = 0;
    } else if (known == most) {
      ++ties;
    }
  }
  return ties == 0 ? best : std::nullopt;
}

Result<UnitKind> unit_kind_from_words(std::string_view words, std::string_view name) {
  if (plain(words).empty()) return lookup(kUnitWords, name).value_or(UnitKind::other);
  if (const auto kind = lookup(kUnitWords, words)) return *kind;
  if (const std::string text = plain(words); text == "other" || text == "khac") return UnitKind::other;
  return refuse(refusals::kBadKind);
}

Result<DeviceKind> device_kind_from_words(std::string_view words, DeviceKind otherwise) {
  if (plain(words).empty()) return otherwise;
  if (const auto kind = lookup(kDeviceWords, words)) return *kind;
  return refuse(refusals::kBadKind);
}

Result<ContactPurpose> purpose_from_words(std::string_view words) {
  if (plain(words).empty()) return ContactPurpose::security;
  if (const auto purpose = lookup(kPurposeWords, words)) return *purpose;
  return refuse(refusals::kBadPurpose);
}

Result<bool> flag_from_words(std::string_view words) {
  const std::string text = plain(words);
  for (const auto yes : {"x", "1", "co", "yes", "true", "24 7", "24x7"}) {
    if (text == yes) return true;
  }
  for (const auto no : {"", "0", "khong", "no", "false"}) {
    if (text == no) return false;
  }
  return refuse(refusals::kBadFlag);
}

Result<std::optional<Date>> date_from_words(std::string_view words) {
  if (words.empty()) return std::optional<Date>();
  if (auto iso = Date::parse(words.substr(0, 10)); iso && (words.size() == 10 || words[10] == ' ')) {
    return std::optional(*iso);
  }
  const auto first = words.find_first_of("/-.");
  const auto second = first == words.npos ? first : words.find_first_of("/-.", first + 1);
  if (second == words.npos) return refuse(refusals::kBadDate);
  const auto day = number(words.substr(0, first));
  const auto month = number(words.substr(first + 1, second - first - 1));
  const auto year = number(words.substr(second + 1));
  const auto date = day && month && year && words.size() - second == 5 ? Date::of(*year, *month, *day) : std::nullopt;
  if (!date) return refuse(refusals::kBadDate);
  return std::optional(*date);
}

}  // namespace khien::estate
