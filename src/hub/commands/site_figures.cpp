#include "commands/site_figures.hpp"

#include <set>

namespace khien::hub {
namespace {

bool is_injected(PageClass judged) {
  return judged == PageClass::compromised || judged == PageClass::reflected || judged == PageClass::user_content || judged == PageClass::redirected || judged == PageClass::cloaked;
}

// What a label and a class have in common.
std::string group_of(PageClass judged) {
  if (is_mended(judged)) return "clean";
  return is_injected(judged) ? "gambling" : std::string(to_string(judged));
}

std::string group_of(const std::string& label) {
  if (label.starts_with("clean") || label == "legitimate_mention") return "clean";
  if (label.starts_with("gambling")) return "gambling";
  const auto judged = page_class_from_string(label);
  return judged ? group_of(*judged) : label;
}

std::string share(std::size_t part, std::size_t whole) {
  if (whole == 0) return "-";
  const std::size_t thousandths = (part * 1'000 + whole / 2) / whole;
  const std::string rest = std::to_string(thousandths % 1'000);
  return std::to_string(thousandths / 1'000) + "." + std::string(3 - rest.size(), '0') + rest;
}

std::string of(std::size_t part, std::size_t whole) { return std::to_string(part) + "/" + std::to_string(whole); }

}  // namespace

void JudgeFigures::add(const std::string& label, PageClass judged) { ++by_label_[label][judged]; }

std::vector<LocalText> JudgeFigures::lines() const {
  std::vector<LocalText> lines;
  std::map<std::string, std::size_t> judged_as, rightly;
  for (const auto& [label, classes] : by_label_) {
    std::size_t all = 0, right = 0;
    std::string became;
    for (const auto& [judged, count] : classes) {
      all += count;
      judged_as[group_of(judged)] += count;
      if (group_of(judged) == group_of(label)) {
        right += count;
        rightly[group_of(judged)] += count;
      }
      became += " " + std::string(to_string(judged)) + "=" + std::to_string(count);
    }
    lines.push_back({"nhãn " + label + ": đúng " + of(right, all) + " (độ phủ " + share(right, all) + ");" + became,
                     "label " + label + ": right " + of(right, all) + " (recall " + share(right, all) + ");" + became});
  }
  for (const auto& [group, count] : judged_as) {
    lines.push_back({"kết luận " + group + ": đúng " + of(rightly[group], count) + " (độ chính xác " + share(rightly[group], count) + ")",
                     "judged " + group + ": right " + of(rightly[group], count) + " (precision " + share(rightly[group], count) + ")"});
  }
  return lines;
}

}  // namespace khien::hub
