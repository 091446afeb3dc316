// Bytes as a message: what the strict reader takes is written by us to the byte as it was read the
// second time, and nothing else is taken. Bytes as rows: whatever machines say, the message is one that
// the strict reader takes, and no control character is in it.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "../test/sample_report.hpp"

namespace {

using namespace khien;
using namespace khien::exchange;

void ask(bool holds) {
  if (!holds) std::abort();
}

const Scheme& scheme(bool first) {
  static const Scheme old = scheme_of("2290");
  static const Scheme present = scheme_of("8676");
  return first ? old : present;
}

void read_as_message(const Scheme& by, std::string_view xml) {
  for (const auto is_signed : {Scheme::Signed::no, Scheme::Signed::yes}) {
    Budget budget({.bytes_in = 1u << 20, .entries = 100'000});
    const auto read = by.read(xml, budget, is_signed);
    if (!read) continue;
    const auto written = by.write(*read);
    ask(written.has_value());
    Budget again({.bytes_in = 1u << 24, .entries = 1'000'000});
    const auto same = by.read(*written, again, Scheme::Signed::no);
    ask(same.has_value() && *same == *read);
  }
}

void write_rows(const Scheme& by, std::string_view bytes) {
  AvReport report = sample_report();
  report.rows.clear();
  for (std::size_t row = 0; row < 8 && bytes.size() > 2; ++row) {
    const auto kind = static_cast<RowKind>(static_cast<unsigned char>(bytes[0]) % kRowKinds);
    bytes.remove_prefix(1);
    ReportRow made{kind, {}};
    for (const auto name : fact_names(kind)) {
      if (bytes.empty()) break;
      const std::size_t size = std::min<std::size_t>(static_cast<unsigned char>(bytes[0]), bytes.size() - 1);
      made.facts[std::string(name)] = std::string(bytes.substr(1, size));
      bytes.remove_prefix(1 + size);
    }
    report.rows.push_back(std::move(made));
  }
  const auto written = by.write(report);
  if (!written) return;
  for (const char c : *written) ask(static_cast<unsigned char>(c) >= 0x20 || c == '\n');
  Budget budget({.bytes_in = 1u << 24, .entries = 1'000'000});
  const auto read = by.read(*written, budget, Scheme::Signed::no);
  ask(read.has_value() && read->rows.size() == report.rows.size());
  const auto again = by.write(*read);
  ask(again.has_value() && *again == *written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Scheme& by = scheme((data[0] & 1u) == 0);
  if ((data[0] & 2u) == 0) read_as_message(by, bytes);
  else write_rows(by, bytes);
  return 0;
}
