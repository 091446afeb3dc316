#include "commands/advisory_compare.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "command.hpp"
#include "khien/advisory/version.hpp"
#include "khien/core/file.hpp"
#include "khien/core/text.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMaxBatchBytes = 64u << 20;

std::string_view sign_of(std::strong_ordering order) { return order < 0 ? "<" : order > 0 ? ">" : "="; }

struct Row {
  std::string_view a, sign, b;
};

// Its error names the field.
Result<Row> row_of(std::string_view line) {
  const auto first = line.find('\t');
  const auto second = first == line.npos ? first : line.find('\t', first + 1);
  if (second == line.npos) return Error(Code::invalid, "field op: a row has three fields, A<TAB>op<TAB>B");
  const Row row = {line.substr(0, first), line.substr(first + 1, second - first - 1), line.substr(second + 1)};
  if (row.b.find('\t') != row.b.npos) return Error(Code::invalid, "field B: a row has three fields, and a fourth stands behind it");
  if (row.sign != "<" && row.sign != "=" && row.sign != ">") return Error(Code::invalid, "field op: it is <, = or >");
  return row;
}

// What is wrong with a row; nothing if it is right.
std::optional<std::string> fault_of(advisory::VersionOrder order, const Row& row) {
  for (const auto& [name, text] : {std::pair("A", row.a), std::pair("B", row.b)}) {
    if (const auto checked = advisory::check_version(order, text); !checked) return std::string("field ") + name + ": " + checked.error().what();
  }
  const auto compared = advisory::compare_versions(order, row.a, row.b);
  if (!compared) return compared.error().what();
  const std::string_view sign = sign_of(*compared);
  return sign == row.sign ? std::nullopt : std::optional("it is " + std::string(sign));
}

int compare_batch(advisory::VersionOrder order, const std::string& file, Console& console) {
  const auto text = system_files().read(file, kMaxBatchBytes);
  if (!text) return console.unreadable(text.error());
  std::size_t number = 0, right = 0, wrong = 0;
  for (std::string_view rest = *text; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    const auto row = row_of(line);
    if (!row) return console.unreadable(Error(row.error()).within(file + ": row " + std::to_string(number)));
    const auto fault = fault_of(order, *row);
    fault ? ++wrong : ++right;
    if (fault) console.out(std::to_string(number) + ": " + printable(row->a) + " " + std::string(row->sign) + " " + printable(row->b) + ": " + printable(*fault) + "\n");
  }
  console.out(std::to_string(right) + " right, " + std::to_string(wrong) + " wrong\n");
  return wrong == 0 ? 0 : 1;
}

int compare_two(advisory::VersionOrder order, const std::string& a, const std::string& b, Console& console) {
  for (const auto& [name, text] : {std::pair("A", &a), std::pair("B", &b)}) {
    if (const auto checked = advisory::check_version(order, *text); !checked) return misunderstood(Error(checked.error()).within(name), console);
  }
  const auto compared = advisory::compare_versions(order, a, b);
  if (!compared) return misunderstood(compared.error(), console);
  console.out(std::string(sign_of(*compared)) + "\n");
  return 0;
}

}  // namespace

int compare_versions_of(const Arguments& arguments, Console& console) {
  const auto& words = arguments.positional();
  const auto batch = arguments.value("batch");
  if (words.size() != (batch ? 2u : 4u)) {
    return console.misuse({"cần hệ sinh thái và hai phiên bản, hoặc hệ sinh thái và --batch", "an ecosystem and two versions are needed, or an ecosystem and --batch"});
  }
  const auto order = advisory::order_of_ecosystem(words[1]);
  if (!order) return misunderstood(order.error(), console);
  return batch ? compare_batch(*order, *batch, console) : compare_two(*order, words[2], words[3], console);
}

}  // namespace khien::hub
