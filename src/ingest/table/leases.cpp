#include "table/leases.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace khien::ingest {
namespace {

struct Lease {
  std::int64_t line = 0;
  std::string name, mac, address, kind;
};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  std::size_t at = 0;
  while (at < line.size()) {
    while (at < line.size() && is_blank(line[at])) ++at;
    const std::size_t begin = at;
    while (at < line.size() && !is_blank(line[at])) ++at;
    if (at > begin) words.push_back(line.substr(begin, at - begin));
  }
  return words;
}

// "name"; or name;
std::string value_of(std::string_view text) {
  while (!text.empty() && (is_blank(text.front()) || text.front() == '"')) text.remove_prefix(1);
  while (!text.empty() && (is_blank(text.back()) || text.back() == '"' || text.back() == ';')) text.remove_suffix(1);
  return std::string(text);
}

bool is_mac(std::string_view word) {
  return word.size() == 17 && std::ranges::count(word, ':') == 5 &&
         std::ranges::all_of(word, [](char c) {
           return c == ':' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

class Leases {
 public:
  void add(Lease lease) {
    if (lease.mac.empty()) return;
    if (lease.name.empty() || lease.name == "*") lease.name = lease.mac;
    by_mac_[lease.mac] = std::move(lease);  // a later one is newer
  }
  Result<TableSheet> sheet(Budget& budget) {
    std::vector<Lease> all;
    for (auto& [mac, lease] : by_mac_) all.push_back(std::move(lease));
    std::ranges::sort(all, {}, &Lease::line);
    TableSheet sheet;
    sheet.rows.push_back({.number = 0, .cells = {"name", "mac", "address", "kind"}});
    for (Lease& lease : all) {
      TRY_VOID(budget.take_entries(4));
      sheet.rows.push_back({lease.line, {lease.name, lease.mac, lease.address, lease.kind}});
    }
    return sheet;
  }

 private:
  std::map<std::string, Lease> by_mac_;
};

void read_isc_line(std::string_view line, const std::vector<std::string_view>& words, Lease& lease) {
  if (words.size() >= 3 && words[0] == "hardware" && words[1] == "ethernet") lease.mac = value_of(words[2]);
  if (words[0] == "client-hostname") lease.name = value_of(line.substr(line.find("client-hostname") + 15));
  if (words[0] == "set" && words.size() >= 4 && words[1] == "vendor-class-identifier") {
    lease.kind = line.find("MSFT") == line.npos ? "" : "workstation";
  }
  if (words.size() >= 3 && words[0] == "binding" && words[2].starts_with("abandoned")) lease.mac.clear();
}

// Calls visit(line, number) for each line.
template <class Visit>
Result<void> each_line(std::string_view text, Budget& budget, Visit visit) {
  std::int64_t number = 0;
  while (!text.empty()) {
    TRY_VOID(budget.check_time());
    const auto end = std::min(text.find('\n'), text.size());
    visit(text.substr(0, end), ++number);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

Result<TableSheet> read_isc(std::string_view text, Budget& budget) {
  Leases leases;
  std::optional<Lease> open;
  TRY_VOID(each_line(text, budget, [&](std::string_view line, std::int64_t number) {
    const auto words = words_of(line);
    if (words.empty() || words[0].starts_with('#')) return;
    if (words[0] == "lease" && words.size() >= 3 && words[2] == "{") {
      open = Lease{.line = number, .address = std::string(words[1])};
    } else if (open && words[0] == "}") {
      leases.add(std::move(*open));
      open.reset();
    } else if (open) {
      read_isc_line(line, words, *open);
    }
  }));
  return leases.sheet(budget);
}

bool is_dnsmasq_line(const std::vector<std::string_view>& words) {
  return words.size() >= 4 && std::ranges::all_of(words[0], [](char c) { return c >= '0' && c <= '9'; }) &&
         is_mac(words[1]);
}

Result<TableSheet> read_dnsmasq(std::string_view text, Budget& budget) {
  Leases leases;
  TRY_VOID(each_line(text, budget, [&](std::string_view line, std::int64_t number) {
    const auto words = words_of(line);
    if (!is_dnsmasq_line(words)) return;
    leases.add({number, std::string(words[3]), std::string(words[1]), std::string(words[2]), ""});
  }));
  return leases.sheet(budget);
}

// "lease ADDRESS {" at the beginning of a line.
bool is_isc(std::string_view text) {
  for (auto at = text.find("lease "); at != text.npos; at = text.find("lease ", at + 1)) {
    if (at > 0 && text[at - 1] != '\n') continue;
    const auto words = words_of(text.substr(at, std::min(text.find('\n', at), text.size()) - at));
    if (words.size() >= 3 && words[2] == "{") return true;
  }
  return false;
}

}  // namespace

Result<std::optional<TableSheet>> parse_leases(std::string_view text, Budget& budget) {
  if (is_isc(text)) {
    TRY(auto sheet, read_isc(text, budget));
    return std::optional(std::move(sheet));
  }
  const auto first = words_of(text.substr(0, std::min(text.find('\n'), text.size())));
  if (!is_dnsmasq_line(first)) return std::optional<TableSheet>();
  TRY(auto sheet, read_dnsmasq(text, budget));
  return std::optional(std::move(sheet));
}

}  // namespace khien::ingest
