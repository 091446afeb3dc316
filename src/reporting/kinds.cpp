#include "khien/reporting/kinds.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "khien/core/budget.hpp"
#include "khien/core/yaml.hpp"
#include "khien/reporting/gather.hpp"

namespace khien::reporting {
namespace {

constexpr std::string_view kRegisters = "sources/registers.yaml";

Result<Registers> read_registers(const std::string& text) {
  Budget budget({.bytes_in = 64u << 10, .depth = 4, .entries = 1'000});
  TRY(const auto root, parse_yaml(text, budget));
  Registers registers;
  for (const auto& field : root.fields) {
    if (field.value.kind != Yaml::Kind::text) return Error(Code::invalid, "line " + std::to_string(field.value.line) + ": a register's name is wanted");
    registers[field.name] = field.value.text;
  }
  return registers;
}

Result<void> check_countable(const std::vector<std::string>& wanted, const std::vector<std::string_view>& known, std::string_view what) {
  for (const auto& id : wanted) {
    if (!std::ranges::binary_search(known, id)) return Error(Code::invalid, std::string(what) + " '" + id + "': nothing counts it");
  }
  return {};
}

Result<report::Kind> checked_kind(const std::string& text) {
  TRY(auto kind, report::read_kind(text));
  TRY_VOID(check_countable(kind.figures, known_figures(), "figure"));
  TRY_VOID(check_countable(kind.tables, known_tables(), "table"));
  return kind;
}

}  // namespace

Result<std::shared_ptr<const Kinds>> Kinds::create(const std::vector<File>& files) {
  std::shared_ptr<Kinds> kinds(new Kinds());
  for (const auto& file : files) {
    if (file.path.ends_with(kRegisters)) {
      auto registers = read_registers(file.text);
      if (!registers) return std::move(registers).error().within(file.path);
      kinds->registers_ = *std::move(registers);
      continue;
    }
    auto kind = checked_kind(file.text);
    if (!kind) return std::move(kind).error().within(file.path);
    if (kinds->find(kind->id) != nullptr) return Error(Code::invalid, file.path + ": there is a kind '" + kind->id + "' already");
    kinds->all_.push_back({*std::move(kind), file.text});
    std::ranges::sort(kinds->all_, {}, [](const Entry& entry) -> const std::string& { return entry.kind.id; });
  }
  return std::shared_ptr<const Kinds>(std::move(kinds));
}

const Kinds::Entry* Kinds::find(std::string_view id) const {
  const auto found = std::ranges::find_if(all_, [&](const Entry& entry) { return entry.kind.id == id; });
  return found == all_.end() ? nullptr : &*found;
}

}  // namespace khien::reporting
