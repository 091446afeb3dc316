#include "json_text.hpp"
#include "reading.hpp"

namespace khien::feed {
namespace {

Result<advisory::Exploited> record_of(const Json& json) {
  advisory::Exploited record;
  const auto cve = cve_of(text_of(json, "cveID"));
  if (!cve) return Error(Code::invalid, "cveID is no CVE id");
  record.cve = *cve;
  const auto added = Date::parse(text_of(json, "dateAdded"));
  if (!added) return Error(Code::invalid, "dateAdded is no day");
  record.added_on = *added;
  if (const auto due = text_of(json, "dueDate"); !due.empty()) {
    const auto day = Date::parse(due);
    if (!day) return Error(Code::invalid, "dueDate is no day");
    record.due_on = *day;
  }
  record.vendor = words_of(text_of(json, "vendorProject"), 200);
  record.product = words_of(text_of(json, "product"), 200);
  record.name = words_of(text_of(json, "vulnerabilityName"), 300);
  record.ransomware = text_of(json, "knownRansomwareCampaignUse") == "Known";
  record.action = words_of(text_of(json, "requiredAction"), 2'000);
  return record;
}

}  // namespace

Result<void> read_kev(const Json& root, Reading& reading) {
  const auto list = array_of(root, "vulnerabilities");
  if (!list) return reading.broken("vulnerabilities", "a list was expected");
  reading.summary.version = words_of(text_of(root, "catalogVersion"), 100);
  reading.summary.released = moment_of(text_of(root, "dateReleased"));
  const auto items = items_of(*list);
  // The catalogue says how many it has: fewer are a cut-off copy.
  if (const auto count = root.integer_at("count"); count && static_cast<std::uint64_t>(*count) != items.size()) {
    return reading.broken("count", "says " + std::to_string(*count) + ", but " + std::to_string(items.size()) + " are there");
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    auto record = record_of(items[i]);
    if (!record) reading.pass_over("vulnerabilities[" + std::to_string(i) + "]", record.error().what());
    else TRY_VOID(reading.take(std::move(record).value()));
  }
  return {};
}

}  // namespace khien::feed
