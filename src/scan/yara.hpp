#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/scan/rules.hpp"

struct YR_RULES;
struct YR_SCAN_CONTEXT;  // libyara calls it YR_SCANNER too

namespace khien::scan {

// libyara, as far as it may be used: rules compiled from source, without
// `include`, without external variables, with those modules only that read
// nothing but the buffer. One object belongs to one thread at a time.
class Yara {
 public:
  struct Match {
    std::string rule;
    std::string pack;
    Severity severity = Severity::medium;
  };

  // Code::invalid names the pack, the line or the rule. `test_module` is allowed as
  // well, and patterns that are tried at every byte: libyara's own "tests", which its
  // makers' cases are written with.
  static Result<Yara> compile(const std::vector<std::shared_ptr<const RulePack>>& packs, const char* test_module = nullptr);

  // Every rule that matches. Code::exhausted after `time`, which libyara counts
  // in whole seconds.
  Result<std::vector<Match>> scan(ByteView bytes, Duration time);

  std::size_t rule_count() const { return rule_count_; }

 private:
  struct Free {
    void operator()(YR_RULES* rules) const;
    void operator()(YR_SCAN_CONTEXT* scanner) const;
  };

  Result<void> check_rules();
  Result<void> check_imports();

  std::unique_ptr<YR_RULES, Free> rules_;
  std::unique_ptr<YR_SCAN_CONTEXT, Free> scanner_;  // reads rules_
  std::size_t rule_count_ = 0;
  const char* test_module_ = nullptr;
};

}  // namespace khien::scan
