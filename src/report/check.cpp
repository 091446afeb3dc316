#include <algorithm>

#include "khien/report/kind.hpp"
#include "sentence.hpp"
#include "words.hpp"

namespace khien::report {
namespace {

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

// What is wrong, gathered: a person mends it once.
class Faults {
 public:
  void add(const std::string& fault) { all_ += (all_.empty() ? "" : "; ") + fault; }
  Result<void> done() const {
    if (all_.empty()) return {};
    return Error(Code::invalid, all_);
  }

 private:
  std::string all_;
};

void check_fields(const Kind& kind, const Snapshot& snapshot, Faults& faults) {
  for (const WordsField& field : kind.fields) {
    const auto found = snapshot.words.find(field.id);
    const bool blank = found == snapshot.words.end() || is_blank(found->second);
    if (blank && field.required) faults.add("words." + field.id + " is missing");
    if (!blank && characters(found->second) > field.most_characters) {
      faults.add("words." + field.id + " is longer than " + std::to_string(field.most_characters) + " characters");
    }
  }
}

}  // namespace

bool tells_index(const Kind& kind) {
  return std::ranges::any_of(kind.steps, [](const Step& step) {
    const auto pieces = pieces_of(step.text.vi);
    return pieces && std::ranges::any_of(*pieces, [](const Piece& one) { return one.is_name && is_of_index(one.text); });
  });
}

Result<void> check(const Kind& kind, const Snapshot& snapshot) {
  TRY_VOID(validate(snapshot));
  Faults faults;
  if (snapshot.kind != kind.id || snapshot.kind_version != kind.version) {
    faults.add("the snapshot is of " + snapshot.kind + "@" + std::to_string(snapshot.kind_version) + ", not of " + kind.id + "@" +
               std::to_string(kind.version));
  }
  for (const std::string& id : kind.figures) {
    if (snapshot.figure(id) == nullptr) faults.add("figure " + id + " is missing");
  }
  for (const std::string& id : kind.tables) {
    if (snapshot.table(id) == nullptr) faults.add("table " + id + " is missing");
  }
  check_fields(kind, snapshot, faults);
  if (tells_index(kind) && !snapshot.index) faults.add("the definition of the index is missing");
  return faults.done();
}

}  // namespace khien::report
