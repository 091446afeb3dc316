#include "collecting.hpp"

#include <algorithm>

#include "khien/advisory/ecosystem.hpp"
#include "khien/core/text.hpp"

namespace khien::inventory {
namespace {

constexpr std::size_t kMostName = 500, kMostVersion = 200, kMostWords = 300;

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

auto order(const std::pair<advisory::Installed, std::string>& one) {
  return std::tie(one.first.key, one.first.version, one.first.source, one.first.source_version, one.first.cpe, one.second);
}

}  // namespace

Result<void> Collecting::add(std::string_view where, advisory::Installed one, std::string_view label) {
  ++inventory_.rows;
  TRY_VOID(budget_.take_entries());
  one.key = advisory::normal_key(std::move(one.key));
  const auto& key = one.key;
  const bool odd = key.name.empty() || key.name.size() > kMostName || key.space.size() > kMostName || has_control(key.name) || has_control(key.space);
  if (odd || one.source.size() > kMostName || has_control(one.source)) {
    --inventory_.rows;
    pass_over(where, "the name is missing or odd");
    return {};
  }
  if (one.version.size() > kMostVersion || one.source_version.size() > kMostVersion || has_control(one.version) || has_control(one.source_version)) {
    --inventory_.rows;
    pass_over(where, "the version is odd");
    return {};
  }
  if (one.source == key.name) one.source.clear();
  if (one.source_version == one.version) one.source_version.clear();
  all_.emplace_back(std::move(one), std::string(truncate(printable(label), kMostWords)));
  return {};
}

Result<void> Collecting::add(std::string_view where, std::string_view type, std::string_view name, std::string_view version) {
  advisory::Installed one;
  one.key = advisory::package_key(type, name);
  one.version = version;
  return add(where, std::move(one), name);
}

void Collecting::pass_over(std::string_view where, std::string_view why) {
  ++inventory_.rows;
  ++inventory_.passed_over;
  if (inventory_.named.size() >= Inventory::kMostNamed) return;
  const auto words = [](std::string_view text) { return std::string(truncate(printable(text), kMostWords)); };
  inventory_.named.push_back({words(where), words(why)});
}

void Collecting::set_os(std::string_view id, std::string_view name, std::string_view version) {
  if (inventory_.os || id.empty()) return;
  const auto words = [](std::string_view text) { return std::string(truncate(printable(text), 200)); };
  OperatingSystem os{words(id), words(name.empty() ? id : name), words(version), ""};
  if (const auto found = advisory::find_distribution(id, version)) {
    // CentOS has Red Hat's packages, but an end of its own.
    os.id = small(id).starts_with("centos") ? "centos" : found->space;
    os.release = found->release;
    distribution_ = found;
  }
  inventory_.os = std::move(os);
}

std::optional<advisory::Distribution> Collecting::distribution() const {
  if (!hint_.os.empty()) {
    const auto colon = hint_.os.find(':');
    return advisory::find_distribution(hint_.os.substr(0, colon), colon == hint_.os.npos ? "" : hint_.os.substr(colon + 1));
  }
  return distribution_;
}

Inventory Collecting::finish(std::string format) {
  if (!inventory_.os && !hint_.os.empty()) {
    const auto colon = hint_.os.find(':');
    set_os(hint_.os.substr(0, colon), "", colon == hint_.os.npos ? "" : hint_.os.substr(colon + 1));
  }
  inventory_.format = std::move(format);
  std::ranges::sort(all_, [](const auto& a, const auto& b) { return order(a) < order(b); });
  // One package is one row, whatever it is called: of rows with the same key and version the first stays.
  for (auto& [one, label] : all_) {
    if (!inventory_.packages.empty() && inventory_.packages.back() == one) {
      ++inventory_.repeated;
      continue;
    }
    inventory_.packages.push_back(std::move(one));
    inventory_.labels.push_back(std::move(label));
  }
  all_.clear();
  return std::move(inventory_);
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string small(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string_view take_until(std::string_view& text, std::string_view mark) {
  const auto end = std::min(text.find(mark), text.size());
  const auto taken = text.substr(0, end);
  text.remove_prefix(std::min(end + mark.size(), text.size()));
  return taken;
}

std::string_view take_line(std::string_view& text) {
  auto line = take_until(text, "\n");
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view text_of(const Json& json, std::string_view name) {
  const auto value = json.field(name);
  if (!value) return {};
  const auto text = value->string();
  return text ? *text : std::string_view();
}

std::vector<Json> items_of(const Json& json, std::string_view name) {
  std::vector<Json> items;
  const auto list = json.field(name);
  if (!list) return items;
  const auto done = list->each([&](Json one) -> Result<void> {
    items.push_back(one);
    return {};
  });
  (void)done;  // what is no list has no items
  return items;
}

std::optional<Json> object_of(const Json& json, std::string_view name) {
  auto value = json.field(name);
  if (!value || !value->is_object()) return std::nullopt;
  return *value;
}

std::string_view take_last(std::string_view& text, char mark) {
  const auto at = text.rfind(mark);
  if (at == text.npos) return {};
  const auto last = text.substr(at + 1);
  text = text.substr(0, at);
  return last;
}

std::string source_of_rpm(std::string_view file) {
  if (!file.ends_with(".rpm")) return {};
  if (take_last(file, '-').empty() || take_last(file, '-').empty()) return {};
  return std::string(file);
}

void take_upstream(std::string_view upstream, advisory::Installed& one) {
  if (one.key.type == "rpm" && upstream.ends_with(".rpm")) {
    one.source = source_of_rpm(upstream);
    return;
  }
  const auto at = upstream.find('@');
  one.source = upstream.substr(0, at);
  if (at != upstream.npos) one.source_version = upstream.substr(at + 1);
}

void lend_epoch(advisory::Installed& one) {
  if (one.key.type != "rpm" || one.source_version.empty() || one.source_version.find(':') != std::string::npos) return;
  if (const auto colon = one.version.find(':'); colon != std::string::npos) one.source_version = one.version.substr(0, colon + 1) + one.source_version;
}

std::string line_name(std::size_t line) { return "line " + std::to_string(line); }

}  // namespace khien::inventory
