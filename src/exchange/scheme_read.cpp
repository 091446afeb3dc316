#include <algorithm>
#include <charconv>
#include <pugixml.hpp>

#include "clean_text.hpp"
#include "khien/core/text.hpp"
#include "scheme_table.hpp"
#include "signature_shape.hpp"

namespace khien::exchange {
namespace {

// Only what is one of XML's five, or stands for a character that the text may hold.
Result<std::string> without_references(std::string_view raw) {
  std::string out;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '<') return Error(Code::invalid, "'<' in a text");
    if (raw[i] != '&') {
      out += raw[i];
      continue;
    }
    const auto end = raw.find(';', i);
    if (end == raw.npos) return Error(Code::invalid, "'&' that refers to nothing");
    const auto name = raw.substr(i + 1, end - i - 1);
    constexpr std::array<std::pair<std::string_view, char>, 5> kKnown{
        {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
    const auto known = std::ranges::find(kKnown, name, &std::pair<std::string_view, char>::first);
    if (known == kKnown.end()) return Error(Code::invalid, "a reference that no message of ours has");
    out += known->second;
    i = end;
  }
  return out;
}

bool fits(TextRule::Kind kind, std::string_view text) {
  const auto all_of = [&](std::string_view allowed) { return text.find_first_not_of(allowed) == text.npos; };
  switch (kind) {
    case TextRule::Kind::number: return all_of("0123456789") && text.size() <= 18;
    case TextRule::Kind::ip: return all_of("0123456789abcdefABCDEF.:");
    case TextRule::Kind::hex: return all_of("0123456789abcdefABCDEF");
    case TextRule::Kind::word:
    case TextRule::Kind::text: break;
  }
  return true;
}

class Reader {
 public:
  Reader(const SchemeTable& table, Budget& budget, bool is_signed) : table_(table), budget_(budget), is_signed_(is_signed) {}

  Result<AvReport> read(const pugi::xml_document& document) {
    std::vector<pugi::xml_node> roots;
    for (const auto& node : document.children()) {
      if (node.type() == pugi::node_declaration) continue;
      if (node.type() != pugi::node_element) return refused("no comment, instruction or document type is allowed");
      roots.push_back(node);
    }
    if (roots.size() != 1) return refused("there must be one root");
    TRY_VOID(expect(table_.message, roots.front(), nullptr));
    TRY_VOID(gather());
    return std::move(report_);
  }

 private:
  Error refused(std::string what) const { return {Code::invalid, (path_.empty() ? "/" : path_) + ": " + std::move(what)}; }

  // The element is what the rule says. `row`: what its facts go into.
  Result<void> expect(const ElementRule& rule, const pugi::xml_node& node, Facts* row) {
    TRY_VOID(budget_.take_entries());
    if (node.name() != rule.name) return refused("expected " + rule.name + ", found " + printable(truncate(node.name(), 100)));
    const std::size_t before = path_.size();
    path_ += '/' + rule.name;
    TRY_VOID(rule.signature ? signature(node) : attributes(rule, node, row));
    if (!rule.signature) TRY_VOID(rule.text ? text(*rule.text, node, row) : children(rule, node, row));
    path_.resize(before);
    return {};
  }

  Result<void> signature(const pugi::xml_node& node) {
    const auto fault = signature_fault(node);
    return fault.empty() ? Result<void>() : Result<void>(refused(fault));
  }

  Result<void> attributes(const ElementRule& rule, const pugi::xml_node& node, Facts* row) {
    const auto count = std::distance(node.attributes_begin(), node.attributes_end());
    if (static_cast<std::size_t>(count) != rule.declares.size() + rule.attributes.size()) return refused("has other attributes");
    for (const auto& [prefix, uri] : rule.declares) {
      const auto found = node.attribute(("xmlns:" + prefix).c_str());
      if (!found || found.value() != uri) return refused("must declare " + prefix + " as " + uri);
    }
    for (const auto& [name, rule_of_text] : rule.attributes) {
      const auto found = node.attribute(name.c_str());
      if (!found) return refused("attribute " + name + " is missing");
      TRY_VOID(take(rule_of_text, found.value(), "@" + name, row));
    }
    return {};
  }

  Result<void> text(const TextRule& rule, const pugi::xml_node& node, Facts* row) {
    std::string_view raw;
    for (const auto& child : node.children()) {
      if (child.type() != pugi::node_pcdata || !raw.empty()) return refused("must hold text alone");
      raw = child.value();
    }
    return take(rule, raw, "", row);
  }

  Result<void> take(const TextRule& rule, std::string_view raw, const std::string& where, Facts* row) {
    auto value = without_references(raw);
    if (!value) return refused(where + value.error().what());
    if (clean_text(*value, rule.most) != *value) return refused(where + "a text that no message of ours has, or longer than it may be");
    if (rule.kind == TextRule::Kind::word) {
      const auto found = std::ranges::find(rule.words, *value, &std::pair<std::string, std::string>::second);
      if (found == rule.words.end()) return refused(where + "'" + printable(*value) + "' is none of the words");
      value = found->first;
    }
    if (!fits(rule.kind, *value)) return refused(where + "'" + printable(*value) + "' is not of its kind");
    if (rule.required && value->empty()) return refused(where + "must not be empty");
    return row != nullptr ? put(*row, rule.source, std::move(*value)) : put_report(rule.source, std::move(*value));
  }

  // What two elements say of one row must be the same.
  Result<void> put(Facts& row, const std::string& name, std::string value) {
    const auto [place, is_new] = row.try_emplace(name, value);
    if (!is_new && place->second != value) return refused(name + " differs from what was said before");
    return {};
  }

  Result<void> put_report(std::string_view source, std::string value) {
    Organisation& from = report_.from;
    if (source == "at" || source == "not_updated") return put_number(source, value);
    if (source == "from.id") from.id = std::move(value);
    else if (source == "from.name") from.name = std::move(value);
    else if (source == "from.address") from.address = std::move(value);
    else if (source == "from.email") from.email = std::move(value);
    else if (source == "from.telephone") from.telephone = std::move(value);
    else if (source == "from.fax") from.fax = std::move(value);
    else if (source == "from.website") from.website = std::move(value);
    else if (source == "from.in_charge") from.in_charge = std::move(value);
    else if (source == "subject") report_.subject = std::move(value);
    else report_.product = std::move(value);
    return {};
  }

  Result<void> put_number(std::string_view source, std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    // Seconds become milliseconds.
    if (error != std::errc() || end != text.data() + text.size() || text.size() > 12 || number < 0) return refused("must be a number");
    if (source == "at") report_.at = {number * 1000};
    else report_.not_updated = number;
    return {};
  }

  Result<void> children(const ElementRule& rule, const pugi::xml_node& node, Facts* row) {
    auto next = node.first_child();
    for (const ElementRule& child : rule.children) {
      if (child.signature && !is_signed_) continue;
      if (child.repeat == ElementRule::Repeat::once) {
        if (!next) return refused(child.name + " is missing");
        TRY_VOID(expect(child, next, row));
        next = next.next_sibling();
        continue;
      }
      TRY_VOID(repeated(child, next, row));
    }
    if (next) return refused("unexpected " + (next.type() == pugi::node_element ? printable(truncate(next.name(), 100)) : "text"));
    return {};
  }

  Result<void> repeated(const ElementRule& rule, pugi::xml_node& next, Facts* machine) {
    std::size_t index = 0;
    auto& rows = rows_[static_cast<std::size_t>(rule.kind)];
    const bool is_again = rule.repeat == ElementRule::Repeat::rows && seen_[static_cast<std::size_t>(rule.kind)];
    for (; next && next.name() == rule.name; next = next.next_sibling(), ++index) {
      if (rows.size() > kMostRows) return refused("more than " + std::to_string(kMostRows) + " rows");
      if (rule.repeat == ElementRule::Repeat::machines) {
        TRY_VOID(of_one_machine(rule, next));
      } else if (rule.repeat == ElementRule::Repeat::rows_of_machine) {
        rows.push_back(*machine);
        TRY_VOID(expect(rule, next, &rows.back()));
      } else {
        if (!is_again) rows.emplace_back();
        if (index >= rows.size()) return refused("names more machines than the section before");
        TRY_VOID(expect(rule, next, &rows[index]));
      }
    }
    if (is_again && index != rows.size()) return refused("names fewer machines than the section before");
    if (rule.repeat == ElementRule::Repeat::rows) seen_[static_cast<std::size_t>(rule.kind)] = true;
    if (rule.repeat == ElementRule::Repeat::rows_of_machine && index == 0) return refused(rule.name + " is missing");
    return {};
  }

  // One element a machine: two of the same would be one in our spelling.
  Result<void> of_one_machine(const ElementRule& rule, const pugi::xml_node& node) {
    Facts machine;
    TRY_VOID(expect(rule, node, &machine));
    auto& machines = machines_[static_cast<std::size_t>(rule.kind)];
    if (std::ranges::find(machines, machine) != machines.end()) return refused("the machine is named twice");
    machines.push_back(std::move(machine));
    return {};
  }

  Result<void> gather() {
    for (std::size_t kind = 0; kind < kRowKinds; ++kind) {
      for (Facts& facts : rows_[kind]) report_.rows.push_back({static_cast<RowKind>(kind), std::move(facts)});
    }
    return report_.rows.size() > kMostRows ? Result<void>(refused("more than " + std::to_string(kMostRows) + " rows")) : Result<void>();
  }

  const SchemeTable& table_;
  Budget& budget_;
  bool is_signed_;
  std::string path_;
  AvReport report_;
  std::array<std::vector<Facts>, kRowKinds> rows_;
  std::array<std::vector<Facts>, kRowKinds> machines_;
  std::array<bool, kRowKinds> seen_{};
};

}  // namespace

Result<AvReport> read_message(const SchemeTable& table, std::string_view xml, Budget& budget, bool is_signed) {
  TRY_VOID(budget.take_in(xml.size()));
  if (xml.size() > kMostMessageBytes) return Error(Code::exhausted, "the message is too large");
  if (!is_utf8(xml) || xml.contains('\0')) return Error(Code::invalid, "not UTF-8");
  pugi::xml_document document;
  constexpr unsigned kFlags = pugi::parse_doctype | pugi::parse_pi | pugi::parse_comments | pugi::parse_cdata | pugi::parse_declaration;
  const auto parsed = document.load_buffer(xml.data(), xml.size(), kFlags, pugi::encoding_utf8);
  if (!parsed) return Error(Code::invalid, std::string("not well formed: ") + parsed.description());
  return Reader(table, budget, is_signed).read(document);
}

}  // namespace khien::exchange
