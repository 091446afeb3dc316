#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/yaml.hpp"
#include "khien/law/catalogue.hpp"
#include "words.hpp"

namespace khien::law {

// Where faults gather. Loading never stops at one: a person mends a file once.
class Faults {
 public:
  static constexpr std::size_t kMost = 200;

  void add(std::string_view file, int line, std::string_view field, LocalText message);
  bool empty() const { return faults_.empty(); }
  std::vector<Fault> take();  // by file, line and field

 private:
  std::vector<Fault> faults_;
  std::size_t dropped_ = 0;
};

LocalText not_among(std::string_view what, std::string_view allowed);

// A value of a file that is being read: it knows where it stands, and every question
// that it cannot answer becomes a fault. Borrows the tree, the file's name and Faults.
class Value {
 public:
  Value(Faults& faults, std::string_view file, const Yaml& yaml, std::string path = {})
      : faults_(&faults), file_(file), yaml_(&yaml), path_(std::move(path)) {}

  const Yaml& yaml() const { return *yaml_; }
  std::string_view file() const { return file_; }
  void fault(LocalText message) const {
    faults_->add(file_, static_cast<int>(yaml_->line), path_, std::move(message));
  }

  // The member `name` of this map: it becomes part of the path.
  Value member(std::string_view name, const Yaml& yaml) const;
  std::vector<Value> items(std::size_t most = 2000) const;  // of a list

  // Each is a fault and a harmless value where the value has another form.
  std::string text(std::size_t most_characters = 4000) const;  // NFC, not blank
  std::string id() const;                                      // letters, digits, . _ -
  bool boolean() const;
  int integer(int least, int most) const;
  double number() const;
  Date date() const;
  MonthDay month_day() const;
  int time_of_day() const;  // minutes
  LocalText local_text(std::size_t most_characters = 4000) const;
  std::vector<std::string> texts() const;
  std::vector<std::string> ids() const;  // distinct

  template <class Enum, std::size_t N>
  Enum word(const std::array<Word<Enum>, N>& words) const {
    std::string allowed;
    const std::string wanted = plain_word();
    for (const auto& entry : words) {
      if (entry.word == wanted) return entry.value;
      allowed += (allowed.empty() ? "" : ", ") + std::string(entry.word);
    }
    fault(not_among(wanted, allowed));
    return words.front().value;
  }

 private:
  std::string plain_word() const;
  bool want(Yaml::Kind kind) const;

  Faults* faults_;
  std::string_view file_;
  const Yaml* yaml_;
  std::string path_;
};

// The members of a map. Asking names a member as known; done() reports the others.
class Fields {
 public:
  explicit Fields(Value value);

  const Value& whole() const { return value_; }
  // Nothing where the member is absent or null.
  std::optional<Value> optional(std::string_view name);
  // A fault where it is.
  std::optional<Value> required(std::string_view name);
  bool has(std::string_view name) const;

  std::string text(std::string_view name, std::size_t most_characters = 4000);
  std::string id(std::string_view name);
  Date date(std::string_view name);
  LocalText local_text(std::string_view name, std::size_t most_characters = 4000);
  int integer(std::string_view name, int least, int most);
  std::optional<LocalText> optional_local_text(std::string_view name);
  std::string optional_text(std::string_view name);  // empty where absent
  // Needed but may be the bare word "unknown": then nothing.
  std::optional<Value> known(std::string_view name);

  template <class Enum, std::size_t N>
  Enum word(std::string_view name, const std::array<Word<Enum>, N>& words) {
    const auto found = required(name);
    return found ? found->word(words) : words.front().value;
  }

  // valid_from (needed) and valid_to, which must not lie before it.
  void validity(Date& from, std::optional<Date>& to);
  void done();

 private:
  Value value_;
  std::vector<std::string> asked_;
};

}  // namespace khien::law
