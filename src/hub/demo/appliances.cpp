#include <algorithm>
#include <array>

#include "khien/advisory/distribution.hpp"
#include "khien/estate/device_inventories.hpp"
#include "khien/patch/letters.hpp"
#include "parts.hpp"

namespace khien::hub::demo {
namespace {

constexpr std::string_view kFileName = "Thiết bị mạng (dữ liệu mẫu).csv";

struct Software {
  std::string_view vendor, product, version;
};
// Of the firewalls in their order; those that are left have no list, and are unknown.
constexpr std::array<Software, 8> kSoftware{{
    {"Fortinet", "FortiGate", "7.4.1"}, {"Fortinet", "FortiGate", "7.4.3"}, {"Fortinet", "FortiGate", ""},
    {"Fortinet", "FortiGate", "7.4.2"}, {"F5", "BIG-IP", "17.1.0"},         {"Fortinet", "FortiGate", "7.4.4"},
    {"Fortinet", "FortiGate", "7.4.1"}, {"Palo Alto Networks", "PAN-OS", "11.1.4"},
}};

constexpr std::string_view kCve = "CVE-2024-21762";
constexpr std::string_view kMended = "7.4.3";
constexpr std::string_view kNumber = "204/CB-MAU";
constexpr std::string_view kSender = "Trung tâm An ninh mạng quốc gia (mẫu)";
constexpr std::string_view kTitle = "Lỗ hổng CVE-2024-21762 trong FortiOS (dữ liệu mẫu)";
constexpr int kIssuedDaysAgo = 6;
constexpr int kDueInDays = 9;

// A list that somebody hands in has no label: its packages say themselves that they are
// made up (docs/adr/0014-made-up-facts.md).
Package made_up(const Software& software) {
  const auto one = advisory::written_product(software.vendor, software.product, software.version).value();
  std::string url = advisory::observed_url_of(one);
  url += (url.find('?') == url.npos ? "?" : "&") + std::string("sample=true");
  return {.purl = std::move(url), .name = one.key.name, .version = one.version, .source = {}, .source_version = {}};
}

std::string words_of_letter(Date issued, Date due) {
  return "DỮ LIỆU MẪU\nSố: " + std::string(kNumber) + "\nNgày " + to_string(issued) + "\nV/v " + std::string(kTitle) + "\nLỗ hổng " +
         std::string(kCve) + " trong FortiOS đang bị khai thác. Đề nghị cập nhật lên FortiOS " + std::string(kMended) + " trước ngày " + to_string(due) + ".";
}

}  // namespace

Result<void> make_appliances(Ground& ground) {
  std::size_t taken = 0;
  for (const SampleDevice& device : ground.devices) {
    if (!device.name.starts_with(kFirewall) || taken == kSoftware.size()) continue;
    const estate::HandedInventory list{.format = "appliances-csv", .file_name = std::string(kFileName), .packages = {made_up(kSoftware.at(taken++))}};
    TRY_VOID(estate::hand_in(ground.connection, ground.scope, device.id, list, ground.people.operator_.user, ground.now));
  }
  return {};
}

Result<void> make_letter(Ground& ground) {
  const Date issued = ground.today - kIssuedDaysAgo, due = ground.today + kDueInDays;
  const auto came = ground.moment(issued, 9 * 60);
  feed::LetterFacts facts;
  facts.text = words_of_letter(issued, due);
  TRY(const auto id, patch::keep_letter(ground.connection, ground.scope,
                                        {.unit = ground.root().id, .file_name = {}, .content = as_bytes(facts.text), .facts = facts, .by = ground.people.operator_.user}, came));
  const advisory::PackageKey fortios{"appliance", "fortinet", "fortios", ""};
  const patch::Confirmation confirmation{.number = std::string(kNumber), .sender = std::string(kSender), .title = std::string(kTitle),
                                         .severity = Severity::critical, .issued = issued, .due = due, .cves = {std::string(kCve)},
                                         .fixes = {patch::url_of(fortios, std::string(kMended))}};
  TRY_VOID(patch::confirm_letter(ground.connection, ground.scope, id, confirmation, ground.people.administrator.user, ground.texts.following, came + hours(1)));
  return {};
}

}  // namespace khien::hub::demo
