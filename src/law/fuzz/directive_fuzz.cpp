// Input: one directive's text, entered beside the content that is shipped. Either
// there are faults, each with words and a place in the text, or a catalogue whose
// every duty can be asked for its deadlines, each within its directive's validity.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "khien/core/text.hpp"
#include "khien/law/due.hpp"
#include "test/content.hpp"

using namespace khien;
using namespace khien::law;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

const Catalogue& base() {
  static const auto loaded = load(shipped_files()).catalogue;
  require(loaded != nullptr);
  return *loaded;
}

void check_faults(const std::vector<Fault>& faults, std::string_view text) {
  const auto lines = std::ranges::count(text, '\n') + std::ranges::count(text, '\r') + 2;
  for (const Fault& fault : faults) {
    require(!fault.message.vi.empty() && !fault.message.en.empty());
    require(is_utf8(fault.field) && is_utf8(fault.message.vi) && is_utf8(fault.message.en));
    require(fault.line >= 0 && fault.line <= lines);
    require(fault.file == "entered" || fault.file.empty());
  }
}

void check_deadlines(const Catalogue& catalogue, const Directive& directive, const Duty& duty) {
  const Date from = *Date::of(2018, 1, 1);
  const Date to = *Date::of(2030, 12, 31);
  for (const Occurrence& one : occurrences(duty, directive, catalogue.calendar(), from, to)) {
    require(one.last_day() >= from);
    const auto decides = one.due ? one.due : one.period_to;
    require(!decides || *decides >= directive.valid_from);
    require(!directive.valid_to || one.period_from <= *directive.valid_to);
    require(!one.period_to || *one.period_to >= one.period_from);
  }
  const LocalText words = describe(duty.due, duty.recurrence);
  require(!words.vi.empty() && !words.en.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  Budget budget({.bytes_in = 1 << 18, .depth = 16, .entries = 20'000});
  const Loading loading = base().with({{"entered", text}}, budget);
  require((loading.catalogue == nullptr) != loading.faults.empty());
  check_faults(loading.faults, text);
  if (!loading.catalogue) return 0;

  require(loading.catalogue->directives().size() == base().directives().size() + 1);
  for (const Directive& directive : loading.catalogue->directives()) {
    if (directive.file != "entered") continue;
    for (const Clause& clause : directive.clauses) {
      require(loading.catalogue->clause(clause.id).clause == &clause);
      require(clause.quote.empty() == clause.second_hand.has_value() && !clause.addressees.empty());
      for (const Duty& duty : clause.duties) check_deadlines(*loading.catalogue, directive, duty);
    }
  }
  return 0;
}
