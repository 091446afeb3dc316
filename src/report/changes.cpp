#include "changes.hpp"

#include <cstdlib>

#include "words.hpp"

namespace khien::report {
namespace {

const LocalText kNone{"–", "–"};

LocalText joined(const LocalText& a, const LocalText& b) { return {a.vi + b.vi, a.en + b.en}; }

LocalText up_or_down(bool up, const LocalText& by) {
  return up ? LocalText{"tăng " + by.vi, "up by " + by.en} : LocalText{"giảm " + by.vi, "down by " + by.en};
}

// Tenths of a percentage point between two shares, rounded to the nearest.
std::int64_t tenths_between(const Ratio& earlier, const Ratio& now) {
  const double before = static_cast<double>(earlier.part) / static_cast<double>(earlier.whole);
  const double after = static_cast<double>(now.part) / static_cast<double>(now.whole);
  const double tenths = (after - before) * 1000;
  return static_cast<std::int64_t>(tenths < 0 ? tenths - 0.5 : tenths + 0.5);
}

LocalText share_change(const Ratio& earlier, const Ratio& now) {
  constexpr std::int64_t kMostTenths = 1'000'000'000;
  const std::int64_t tenths = tenths_between(earlier, now);
  if (std::abs(tenths) > kMostTenths) return {"thay đổi rất lớn", "changed by far"};
  if (tenths == 0) return {"tỷ lệ gần như không đổi", "the share is nearly the same"};
  const std::int64_t size = std::abs(tenths);
  const std::string whole = std::to_string(size / 10);
  const std::string rest = std::to_string(size % 10);
  return up_or_down(tenths > 0, {whole + "," + rest + " điểm phần trăm", whole + "." + rest + " percentage points"});
}

LocalText difference(const Value& earlier, const Value& now) {
  const auto* a = std::get_if<std::int64_t>(&earlier);
  const auto* b = std::get_if<std::int64_t>(&now);
  if (a != nullptr && b != nullptr) return up_or_down(*b > *a, describe(Value(std::abs(*b - *a))));
  const auto* from = std::get_if<Ratio>(&earlier);
  const auto* to = std::get_if<Ratio>(&now);
  if (from != nullptr && to != nullptr) return share_change(*from, *to);
  if (std::holds_alternative<Unknown>(earlier)) return {"kỳ trước chưa có số liệu", "not known before"};
  if (std::holds_alternative<Unknown>(now)) return {"kỳ này chưa có số liệu", "not known now"};
  return {"thay đổi", "changed"};
}

Change change_of(const Figure& figure, const Previous::Entry& earlier) {
  Change made{figure.label, describe(earlier.value, earlier.unit), describe(figure.value, figure.unit), {}, &figure};
  made.what = figure.value == earlier.value ? LocalText{"không đổi", "the same"} : difference(earlier.value, figure.value);
  if (figure.query != earlier.query) {
    made.what = joined(made.what, {"; cách tính đã đổi, không so sánh trực tiếp được", "; counted in another way, not to be compared as it is"});
  }
  return made;
}

LocalText intro_of(const Kind& kind, const Snapshot& snapshot, std::size_t changed, std::size_t same) {
  const Previous& previous = *snapshot.previous;
  const auto period = read_period(previous.period);
  const LocalText name = period ? period->name : LocalText{"kỳ " + previous.period, previous.period};
  const LocalText mark{" (bản chốt số liệu " + previous.digest.substr(0, 12) + ")", " (frozen figures " + previous.digest.substr(0, 12) + ")"};
  LocalText said = joined({"So với " + name.vi, "Compared with " + name.en}, mark);
  const std::string n = std::to_string(changed);
  const std::string m = std::to_string(same);
  const std::string figures = changed == 1 ? " figure" : " figures";
  said = changed == 0 ? joined(said, {": không có số liệu nào thay đổi.", ": no figure has changed."})
                      : joined(said, {": " + n + " số liệu thay đổi, " + m + " số liệu giữ nguyên.",
                                      ": " + n + figures + " changed, " + m + " did not."});
  const std::string index = snapshot.index ? snapshot.index->id : "";
  if (tells_index(kind) && index != previous.index_definition) {
    said = joined(said, {" Định nghĩa chỉ số đã đổi; chỉ số hai kỳ không so sánh trực tiếp được.",
                         " The index is defined in another way; its two values are not to be compared as they are."});
  }
  return said;
}

}  // namespace

Changes changes_of(const Kind& kind, const Snapshot& snapshot) {
  Changes found;
  std::size_t same = 0;
  const auto& before = snapshot.previous->figures;
  for (const std::string& id : kind.figures) {
    const Figure& figure = *snapshot.figure(id);
    const auto earlier = before.find(id);
    if (earlier == before.end()) {
      found.all.push_back({figure.label, kNone, describe(figure.value, figure.unit), {"số liệu mới", "new"}, &figure});
    } else if (figure.value == earlier->second.value && figure.query == earlier->second.query) {
      ++same;
    } else {
      found.all.push_back(change_of(figure, earlier->second));
    }
  }
  for (const auto& [id, entry] : before) {
    if (snapshot.figure(id) != nullptr) continue;
    found.all.push_back({entry.label, describe(entry.value, entry.unit), kNone, {"không còn trong báo cáo", "no longer told"}, nullptr});
  }
  found.intro = intro_of(kind, snapshot, found.all.size(), same);
  return found;
}

}  // namespace khien::report
