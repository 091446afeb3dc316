#include "verdict.hpp"

#include <string>

namespace khien::api {
namespace {

using Level = Verdict::Level;

LocalText counted(std::int64_t count, std::string_view vi, std::string_view en_one, std::string_view en_many) {
  const auto number = std::to_string(count);
  return {number + " " + std::string(vi), number + " " + std::string(count == 1 ? en_one : en_many)};
}

class Reasons {
 public:
  // Notes the reason if it holds, and the level it asks for.
  void add(std::int64_t count, Level level, std::string_view vi, std::string_view en_one, std::string_view en_many) {
    if (count <= 0) return;
    reasons_.push_back(counted(count, vi, en_one, en_many));
    if (level > level_) level_ = level;
  }
  Verdict take() && { return {.level = level_, .reasons = std::move(reasons_)}; }

 private:
  Level level_ = Level::good;
  std::vector<LocalText> reasons_;
};

}  // namespace

std::string_view to_string(Verdict::Level level) {
  switch (level) {
    case Level::good: return "good";
    case Level::fair: return "fair";
    case Level::attention: return "attention";
    case Level::alarm: return "alarm";
    case Level::unknown: return "unknown";
  }
  return "unknown";
}

Verdict judge(const Situation& s) {
  if (s.machines == 0) {
    return {Level::unknown, {{"Chưa có máy tính nào được cài đặt.", "No machine is enrolled yet."}}};
  }
  Reasons reasons;
  reasons.add(s.infected, Level::alarm, "máy nhiễm mã độc.", "machine is infected.", "machines are infected.");
  reasons.add(s.critical, Level::alarm, "phát hiện nghiêm trọng chưa xử lý.", "critical finding is open.",
              "critical findings are open.");
  reasons.add(s.high, Level::attention, "phát hiện mức cao chưa xử lý.", "high finding is open.",
              "high findings are open.");
  reasons.add(s.silent, Level::attention, "máy mất liên lạc.", "machine is silent.", "machines are silent.");
  reasons.add(s.attention, Level::attention, "máy có thành phần bảo vệ chưa đầy đủ.", "machine is short of protection.",
              "machines are short of protection.");
  reasons.add(s.open - s.critical - s.high, Level::fair, "phát hiện mức thấp hơn chưa xử lý.",
              "lesser finding is open.", "lesser findings are open.");
  reasons.add(s.pending, Level::fair, "máy chưa quét xong lần đầu.", "machine waits for its first complete scan.",
              "machines wait for their first complete scan.");
  auto verdict = std::move(reasons).take();
  // Malware that was found counts even before a scan is complete.
  if (!s.was_scanned && verdict.level != Level::alarm) {
    return {Level::unknown, {{"Chưa có máy nào quét xong.", "No machine completed a scan yet."}}};
  }
  if (verdict.level == Level::good && s.protected_ == s.machines) {
    verdict.reasons.push_back({"Mọi máy đều được bảo vệ, không có phát hiện nào chưa xử lý.",
                               "Every machine is protected and nothing is open."});
  } else if (verdict.level == Level::good) {
    verdict.level = Level::fair;
  }
  return verdict;
}

}  // namespace khien::api
