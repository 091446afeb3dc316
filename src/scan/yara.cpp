#include "yara.hpp"

#include <yara.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "khien/core/assert.hpp"

namespace khien::scan {
namespace {

// Modules that are functions of the buffer. Not among them: time and console
// (the outside world), cuckoo and magic (other files).
constexpr std::array<std::string_view, 4> kModules = {"elf", "pe", "math", "hash"};

bool is_allowed_module(std::string_view name) { return std::ranges::find(kModules, name) != kModules.end(); }

// libyara wants this once a process, before all else, and from one thread.
bool library_is_ready() {
  static const int outcome = yr_initialize();
  return outcome == ERROR_SUCCESS;
}

struct CompilerFree {
  void operator()(YR_COMPILER* compiler) const { yr_compiler_destroy(compiler); }
};

// The first complaint about a pack; later ones mostly follow from it.
struct Complaint {
  bool slow_is_wrong = true;
  std::string what;

  static void hear(int level, const char* /*file*/, int line, const YR_RULE* /*rule*/, const char* message,
                   void* user) {
    auto& self = *static_cast<Complaint*>(user);
    const std::string_view text(message);
    // A pattern without a selective part is tried at every byte of every file.
    const bool too_slow = self.slow_is_wrong && level == YARA_ERROR_LEVEL_WARNING && text.find("slow") != text.npos;
    if (level != YARA_ERROR_LEVEL_ERROR && !too_slow) return;
    if (self.what.empty()) self.what = "line " + std::to_string(line) + ": " + message;
  }
};

Result<void> add_pack(YR_COMPILER* compiler, const RulePack& pack, bool slow_is_wrong) {
  Complaint complaint{.slow_is_wrong = slow_is_wrong, .what = {}};
  yr_compiler_set_callback(compiler, &Complaint::hear, &complaint);
  const int errors = yr_compiler_add_string(compiler, pack.yara_source.c_str(), pack.name.c_str());
  yr_compiler_set_callback(compiler, nullptr, nullptr);
  if (errors == 0 && complaint.what.empty()) return {};
  if (complaint.what.empty()) complaint.what = "the rules do not compile";
  return Error(Code::invalid, "pack '" + pack.name + "': " + complaint.what);
}

// The rule's meta `severity`; medium where the rule is silent.
std::optional<Severity> severity_of(const YR_RULE* rule) {
  const YR_META* meta = nullptr;
  yr_rule_metas_foreach(rule, meta) {
    if (std::string_view(meta->identifier) != "severity") continue;
    if (meta->type != META_TYPE_STRING) return std::nullopt;
    auto severity = severity_from_string(meta->string);
    if (!severity) return std::nullopt;
    return severity.value();
  }
  return Severity::medium;
}

struct Scan {
  std::vector<Yara::Match> matches;
  std::string forbidden_module;
  const char* test_module = nullptr;

  static int hear(YR_SCAN_CONTEXT* /*context*/, int message, void* data, void* user) {
    auto& self = *static_cast<Scan*>(user);
    if (message == CALLBACK_MSG_RULE_MATCHING) {
      const auto* rule = static_cast<const YR_RULE*>(data);
      self.matches.push_back(
          {rule->identifier, rule->ns->name, severity_of(rule).value_or(Severity::medium)});
    } else if (message == CALLBACK_MSG_IMPORT_MODULE) {
      const auto* import = static_cast<const YR_MODULE_IMPORT*>(data);
      if (is_allowed_module(import->module_name)) return CALLBACK_CONTINUE;
      if (self.test_module != nullptr && std::string_view(import->module_name) == self.test_module) return CALLBACK_CONTINUE;
      self.forbidden_module = import->module_name;
      return CALLBACK_ERROR;
    }
    return CALLBACK_CONTINUE;
  }
};

// Our bytes are memory, never a mapped file, so libyara need not catch SIGBUS;
// and a rule's first match is all we ask for.
constexpr int kScanFlags = SCAN_FLAGS_FAST_MODE | SCAN_FLAGS_NO_TRYCATCH | SCAN_FLAGS_REPORT_RULES_MATCHING;

int run(YR_SCANNER* scanner, ByteView bytes, Scan& scan) {
  static constexpr std::uint8_t kNothing = 0;
  const auto* data = bytes.empty() ? &kNothing : reinterpret_cast<const std::uint8_t*>(bytes.data());
  yr_scanner_set_callback(scanner, &Scan::hear, &scan);
  return yr_scanner_scan_mem(scanner, data, bytes.size());
}

}  // namespace

void Yara::Free::operator()(YR_RULES* rules) const { yr_rules_destroy(rules); }
void Yara::Free::operator()(YR_SCANNER* scanner) const { yr_scanner_destroy(scanner); }

Result<Yara> Yara::compile(const std::vector<std::shared_ptr<const RulePack>>& packs, const char* test_module) {
  if (!library_is_ready()) return Error(Code::internal, "libyara does not start");
  YR_COMPILER* made = nullptr;
  if (yr_compiler_create(&made) != ERROR_SUCCESS) return Error(Code::exhausted, "libyara: no memory");
  const std::unique_ptr<YR_COMPILER, CompilerFree> compiler(made);
  yr_compiler_set_include_callback(compiler.get(), nullptr, nullptr, nullptr);
  for (const auto& pack : packs) TRY_VOID(add_pack(compiler.get(), *pack, test_module == nullptr));

  Yara yara;
  YR_RULES* rules = nullptr;
  if (yr_compiler_get_rules(compiler.get(), &rules) != ERROR_SUCCESS) {
    return Error(Code::invalid, "the packs' rules do not fit together");
  }
  yara.rules_.reset(rules);
  YR_SCANNER* scanner = nullptr;
  if (yr_scanner_create(rules, &scanner) != ERROR_SUCCESS) return Error(Code::exhausted, "libyara: no memory");
  yara.scanner_.reset(scanner);
  yr_scanner_set_flags(scanner, kScanFlags);
  yara.test_module_ = test_module;
  TRY_VOID(yara.check_rules());
  TRY_VOID(yara.check_imports());
  return yara;
}

Result<void> Yara::check_rules() {
  const YR_RULE* rule = nullptr;
  yr_rules_foreach(rules_.get(), rule) {
    ++rule_count_;
    if (severity_of(rule)) continue;
    return Error(Code::invalid, "pack '" + std::string(rule->ns->name) + "': rule " + rule->identifier +
                                    ": severity must be info, low, medium, high or critical");
  }
  return {};
}

// A scan loads every module that the rules import before it evaluates the first
// rule, so a scan of nothing names them all.
Result<void> Yara::check_imports() {
  Scan scan;
  scan.test_module = test_module_;
  yr_scanner_set_timeout(scanner_.get(), 1);
  const int outcome = run(scanner_.get(), {}, scan);
  if (!scan.forbidden_module.empty()) {
    return Error(Code::invalid, "module '" + scan.forbidden_module + "' is not allowed");
  }
  if (outcome != ERROR_SUCCESS) return Error(Code::invalid, "the rules fail on an empty file");
  return {};
}

Result<std::vector<Yara::Match>> Yara::scan(ByteView bytes, Duration time) {
  khien_assert(scanner_ != nullptr);
  Scan scan;
  scan.test_module = test_module_;
  yr_scanner_set_timeout(scanner_.get(), static_cast<int>(std::clamp<std::int64_t>((time.ms + 999) / 1000, 1, 3600)));
  const int outcome = run(scanner_.get(), bytes, scan);
  if (outcome == ERROR_SCAN_TIMEOUT) return Error(Code::exhausted, "yara: out of time");
  if (outcome != ERROR_SUCCESS) return Error(Code::internal, "yara: error " + std::to_string(outcome));
  return std::move(scan.matches);
}

}  // namespace khien::scan
