#include "cvss.hpp"

#include "json_text.hpp"

namespace khien::feed {
namespace {

int version_of(std::string_view vector) {
  if (vector.starts_with("CVSS:4.")) return 40;
  if (vector.starts_with("CVSS:3.1")) return 31;
  if (vector.starts_with("CVSS:3.0")) return 30;
  return 20;
}

bool is_vector(std::string_view text) {
  if (text.empty() || text.size() > 300) return false;
  for (const char c : text) {
    const bool fits = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '/' || c == ':' || c == '.' || c == '(' || c == ')';
    if (!fits) return false;
  }
  return true;
}

}  // namespace

void Scores::keep(One one) {
  if (one.vector.empty() && !one.score) return;
  if (!one.score) one.score = cvss_score(one.vector);
  if (one.severity == Severity::info && one.score) one.severity = severity_of_score(*one.score);
  if (!best_ || one.version > best_->version) best_ = std::move(one);
}

void Scores::add(const Json& cvss) {
  One one;
  if (const auto vector = text_of(cvss, "vectorString"); is_vector(vector)) one.vector = vector;
  if (const auto score = cvss.field("baseScore")) {
    if (const auto number = score->number(); number && *number >= 0 && *number <= 10) one.score = *number;
  }
  one.severity = severity_of_word(text_of(cvss, "baseSeverity"));
  one.version = version_of(one.vector);
  keep(std::move(one));
}

void Scores::add(std::string_view vector) {
  if (!is_vector(vector)) return;
  One one;
  one.vector = vector;
  one.version = version_of(vector);
  keep(std::move(one));
}

void Scores::put_into(advisory::Advisory& record) const {
  if (!best_) return;
  record.cvss_score = best_->score;
  record.cvss_vector = best_->vector;
  if (best_->severity != Severity::info) record.severity = best_->severity;
}

}  // namespace khien::feed
