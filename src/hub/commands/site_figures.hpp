#pragma once

#include <map>
#include <string>
#include <vector>

#include "khien/model/local_text.hpp"
#include "khien/model/page_seen.hpp"

namespace khien::hub {

// How judgements compare with the labels people gave: counts, recall and precision. Labels are
// "clean…" (right: clean or a mention), "gambling…" (right: compromised, reflected, user_content,
// redirected, cloaked), or the name of a class.
class JudgeFigures {
 public:
  void add(const std::string& label, PageClass judged);
  bool any() const { return !by_label_.empty(); }
  // A line a label, a line a group of classes, and what each label became.
  std::vector<LocalText> lines() const;

 private:
  std::map<std::string, std::map<PageClass, std::size_t>> by_label_;
};

}  // namespace khien::hub
