#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "clean_text.hpp"
#include "khien/core/assert.hpp"
#include "scheme_table.hpp"

namespace khien::exchange {
namespace {

// Rows of one machine, of one kind.
using Group = std::vector<const ReportRow*>;

std::string_view fact(const ReportRow& row, std::string_view name) {
  const auto found = row.facts.find(name);
  return found == row.facts.end() ? std::string_view() : std::string_view(found->second);
}

bool all_of(std::string_view text, std::string_view allowed) { return text.find_first_not_of(allowed) == text.npos; }

// What a row says where the rule asks for a number, an address, a digest: that, or nothing.
std::string fitting(const TextRule& rule, std::string text) {
  constexpr std::string_view kDigits = "0123456789";
  switch (rule.kind) {
    case TextRule::Kind::number: return all_of(text, kDigits) && text.size() <= 18 ? text : std::string();
    case TextRule::Kind::ip: return all_of(text, "0123456789abcdefABCDEF.:") ? text : std::string();
    case TextRule::Kind::hex: return all_of(text, "0123456789abcdefABCDEF") ? text : std::string();
    case TextRule::Kind::word:
    case TextRule::Kind::text: break;
  }
  return text;
}

class Writer {
 public:
  Writer(const SchemeTable& table, const AvReport& report) : table_(table), report_(report) {
    // Machines in the order in which rows name them first.
    std::map<std::tuple<RowKind, std::string_view, std::string_view, std::string_view>, std::size_t> places;
    for (const ReportRow& row : report.rows) {
      auto& groups = groups_[static_cast<std::size_t>(row.kind)];
      const auto [place, is_new] =
          places.try_emplace({row.kind, fact(row, "ip"), fact(row, "name"), fact(row, "ip_public")}, groups.size());
      if (is_new) groups.emplace_back();
      groups[place->second].push_back(&row);
    }
  }

  Result<std::string> write() {
    out_ = R"(<?xml version="1.0" encoding="UTF-8"?>)" "\n";
    TRY_VOID(element(table_.message, nullptr, nullptr));
    if (out_.size() > kMostMessageBytes) return Error(Code::exhausted, "the message is too large");
    out_ += '\n';
    return std::move(out_);
  }

 private:
  Result<void> element(const ElementRule& rule, const Group* group, const ReportRow* row) {
    const auto& groups = groups_[static_cast<std::size_t>(rule.kind)];
    switch (rule.repeat) {
      case ElementRule::Repeat::once: return one(rule, group, row);
      case ElementRule::Repeat::machines:
        for (const Group& each : groups) TRY_VOID(one(rule, &each, each.front()));
        return {};
      case ElementRule::Repeat::rows:
        for (const Group& each : groups) {
          for (const ReportRow* of_group : each) TRY_VOID(one(rule, &each, of_group));
        }
        return {};
      case ElementRule::Repeat::rows_of_machine: break;
    }
    khien_assert(group != nullptr);
    for (const ReportRow* of_group : *group) TRY_VOID(one(rule, group, of_group));
    return {};
  }

  Result<void> one(const ElementRule& rule, const Group* group, const ReportRow* row) {
    if (rule.signature) return {};
    out_ += '<' + rule.name;
    for (const auto& [prefix, uri] : rule.declares) attribute("xmlns:" + prefix, uri);
    for (const auto& [name, text] : rule.attributes) {
      TRY(const auto value, value_of(text, name, row));
      attribute(name, value);
    }
    out_ += '>';
    if (rule.text) {
      TRY(const auto value, value_of(*rule.text, rule.name, row));
      escape(value);
    }
    for (const ElementRule& child : rule.children) TRY_VOID(element(child, group, row));
    out_ += "</" + rule.name + '>';
    return {};
  }

  Result<std::string> value_of(const TextRule& rule, const std::string& name, const ReportRow* row) const {
    std::string value;
    if (row != nullptr) {
      value = of_row(rule, *row);
    } else {
      TRY(value, of_report(rule, name));
    }
    if (rule.kind == TextRule::Kind::word) {
      const auto found = std::ranges::find(rule.words, value, &std::pair<std::string, std::string>::first);
      if (found == rule.words.end()) return Error(Code::invalid, name + ": '" + value + "' has no word in the scheme");
      value = found->second;
    }
    if (rule.required && value.empty()) return Error(Code::invalid, name + ": must not be empty");
    return value;
  }

  // What machines say is mended: one row must not keep the others of its message from being sent.
  static std::string of_row(const TextRule& rule, const ReportRow& row) {
    std::string value = fitting(rule, clean_text(fact(row, rule.source), rule.most));
    const bool is_known = std::ranges::find(rule.words, value, &std::pair<std::string, std::string>::first) != rule.words.end();
    if (rule.kind == TextRule::Kind::word && !is_known) return "unknown";
    if (!rule.required || !value.empty()) return value;
    return rule.kind == TextRule::Kind::number ? "0" : "unknown";
  }

  // What people set is refused, not mended: they are to see it.
  Result<std::string> of_report(const TextRule& rule, const std::string& name) const {
    const std::string& source = rule.source;
    if (source == "at") return std::to_string(report_.at.ms / 1000);
    if (source == "not_updated") return std::to_string(std::max<std::int64_t>(report_.not_updated, 0));
    const std::string& value = text_of_report(source);
    if (code_points(value) > rule.most) return Error(Code::invalid, name + ": longer than " + std::to_string(rule.most) + " characters");
    if (clean_text(value, rule.most) != value) {
      return Error(Code::invalid, name + ": control characters, blanks around it, or no UTF-8");
    }
    return value;
  }

  const std::string& text_of_report(std::string_view source) const {
    const Organisation& from = report_.from;
    if (source == "from.id") return from.id;
    if (source == "from.name") return from.name;
    if (source == "from.address") return from.address;
    if (source == "from.email") return from.email;
    if (source == "from.telephone") return from.telephone;
    if (source == "from.fax") return from.fax;
    if (source == "from.website") return from.website;
    if (source == "from.in_charge") return from.in_charge;
    if (source == "subject") return report_.subject;
    khien_assert(source == "product");
    return report_.product;
  }

  void attribute(std::string_view name, std::string_view value) {
    out_ += ' ';
    out_ += name;
    out_ += "=\"";
    escape(value);
    out_ += '"';
  }

  void escape(std::string_view text) {
    for (const char c : text) {
      switch (c) {
        case '&': out_ += "&amp;"; break;
        case '<': out_ += "&lt;"; break;
        case '>': out_ += "&gt;"; break;
        case '"': out_ += "&quot;"; break;
        default: out_ += c;
      }
    }
  }

  const SchemeTable& table_;
  const AvReport& report_;
  std::array<std::vector<Group>, kRowKinds> groups_;
  std::string out_;
};

}  // namespace

Result<std::string> write_message(const SchemeTable& table, const AvReport& report) {
  if (report.rows.size() > kMostRows) return Error(Code::exhausted, "more than " + std::to_string(kMostRows) + " rows");
  return Writer(table, report).write();
}

}  // namespace khien::exchange
