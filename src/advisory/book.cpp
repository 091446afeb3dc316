#include "khien/advisory/book.hpp"

#include <algorithm>
#include <utility>

#include "book_format.hpp"

namespace khien::advisory {

namespace format = book_format;
using format::List;
using format::View;

std::optional<std::uint32_t> View::find_key(std::string_view type, std::string_view space, std::string_view name) const {
  const std::uint64_t size = count(slots);
  if (!std::has_single_bit(size)) return std::nullopt;
  std::uint64_t slot = hash_of(type, space, name) & (size - 1);
  for (std::uint64_t asked = 0; asked < size; ++asked, slot = (slot + 1) & (size - 1)) {
    const auto index = row<std::uint32_t>(slots, slot);
    if (index == 0) return std::nullopt;
    const auto key = row<KeyRow>(keys, index - 1);
    if (text(key.name) == name && text(key.space) == space && text(key.type) == type) return index - 1;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> View::find_vulnerability(std::string_view id) const {
  std::uint64_t from = 0, until = count(vulnerabilities);
  while (from < until) {
    const std::uint64_t middle = from + (until - from) / 2;
    const std::string_view there = text(row<VulnerabilityRow>(vulnerabilities, middle).id);
    if (there == id) return static_cast<std::uint32_t>(middle);
    (there < id ? from : until) = there < id ? middle + 1 : middle;
  }
  return std::nullopt;
}

namespace {

Error damaged(std::string_view where) { return Error(Code::corrupt, "advisory book: " + std::string(where)); }

std::vector<std::string> texts_of(const View& view, List list) {
  list = view.bounded(list, format::words);
  std::vector<std::string> all;
  for (std::uint32_t i = 0; i < list.count; ++i) all.emplace_back(view.text(view.word(list, i)));
  return all;
}

Exploited exploited_of(const View& view, const format::VulnerabilityRow& row, std::string_view id) {
  Exploited exploited{.cve = std::string(id), .vendor = std::string(view.text(row.vendor)), .product = std::string(view.text(row.product)),
                      .name = std::string(view.text(row.name)), .added_on = Date::from_days(row.added_days), .due_on = std::nullopt,
                      .ransomware = (row.flags & format::VulnerabilityRow::ransomware) != 0, .action = std::string(view.text(row.action))};
  if ((row.flags & format::VulnerabilityRow::has_due) != 0) exploited.due_on = Date::from_days(row.due_days);
  return exploited;
}

}  // namespace

Result<Book> Book::open_summed(std::string_view bytes, const BookPages* pages) {
  const View view(bytes, pages);
  if (bytes.size() < format::kHeadBytes) return damaged("it is shorter than its head");
  if (pages != nullptr) pages->bring(0, format::kHeadBytes);
  if (!bytes.starts_with(format::kMark)) return damaged("it does not begin as one");
  std::uint64_t size = 0;
  std::memcpy(&size, bytes.data() + format::kSizeAt, sizeof size);
  if (size != bytes.size()) return damaged("it has " + std::to_string(bytes.size()) + " bytes and should have " + std::to_string(size));
  for (std::size_t i = 0; i < format::kSections; ++i) {
    if (!view.holds(static_cast<format::Section>(i))) return damaged("section " + std::to_string(i) + " leads out of it");
  }
  return Book(bytes, pages);
}

std::size_t Book::vulnerabilities() const { return static_cast<std::size_t>(View(bytes_, pages_).count(format::vulnerabilities)); }

std::optional<Vulnerability> Book::find(std::string_view id) const {
  using Flag = format::VulnerabilityRow::Flag;
  const View view(bytes_, pages_);
  const auto index = view.find_vulnerability(id);
  if (!index) return std::nullopt;
  const auto row = view.row<format::VulnerabilityRow>(format::vulnerabilities, *index);
  Vulnerability found;
  found.id = std::string(id);
  found.title = std::string(view.text(row.title));
  found.description = std::string(view.text(row.description));
  found.severity = static_cast<Severity>(std::min<std::uint8_t>(row.severity, 4));
  if ((row.flags & Flag::scored) != 0) found.cvss_score = row.score;
  found.cvss_vector = std::string(view.text(row.vector));
  if ((row.flags & Flag::dated) != 0) found.published = Timestamp{row.published_ms};
  found.records = texts_of(view, row.labels);
  found.references = texts_of(view, row.references);
  if ((row.flags & Flag::exploited) != 0) found.exploited = exploited_of(view, row, id);
  if ((row.flags & Flag::likely) != 0) found.likelihood = Likelihood{std::string(id), row.probability, row.percentile};
  return found;
}

std::vector<PackageKey> Book::packages_of(std::string_view id) const {
  const View view(bytes_, pages_);
  std::vector<PackageKey> packages;
  const auto index = view.find_vulnerability(id);
  if (!index) return packages;
  const List list = view.bounded(view.row<format::VulnerabilityRow>(format::vulnerabilities, *index).claims, format::words);
  for (std::uint32_t i = 0; i < list.count; ++i) {
    const auto claim = view.row<format::ClaimRow>(format::claims, view.word(list, i));
    const auto key = view.row<format::KeyRow>(format::keys, claim.key);
    packages.push_back({std::string(view.text(key.type)), std::string(view.text(key.space)), std::string(view.text(key.name)),
                        std::string(view.text(claim.release))});
  }
  std::ranges::sort(packages);
  const auto repeated = std::ranges::unique(packages);
  packages.erase(repeated.begin(), repeated.end());
  return packages;
}

}  // namespace khien::advisory
