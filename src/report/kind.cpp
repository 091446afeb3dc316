#include "khien/report/kind.hpp"

#include <algorithm>
#include <set>

#include "khien/core/budget.hpp"
#include "khien/core/text.hpp"
#include "khien/core/yaml.hpp"
#include "sentence.hpp"
#include "words.hpp"

namespace khien::report {
namespace {

constexpr std::size_t kMostText = 2'000;
constexpr std::size_t kMostItems = 200;

std::string shown(std::string_view text) { return printable(truncate(text, 60)); }

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

// A value of the file that knows where it stands.
class At {
 public:
  At(const Yaml& yaml, std::string key) : yaml_(&yaml), key_(std::move(key)) {}

  const Yaml& yaml() const { return *yaml_; }
  Error fault(std::string_view what) const {
    const std::string place = key_.empty() ? "" : key_ + ": ";
    return {Code::invalid, "line " + std::to_string(yaml_->line) + ": " + place + std::string(what)};
  }
  At member(std::string_view name) const {
    const Yaml* found = yaml_->find(name);
    return {found == nullptr ? *yaml_ : *found, inside(name)};
  }
  bool has(std::string_view name) const {
    const Yaml* found = yaml_->find(name);
    return found != nullptr && found->kind != Yaml::Kind::null;
  }

  // A map with these keys and no others; those of `optional` may be absent.
  Result<void> map(std::initializer_list<std::string_view> needed, std::initializer_list<std::string_view> optional = {}) const;
  Result<std::vector<At>> items() const;
  // One line, not blank, in normal form C.
  Result<std::string> text(std::size_t most = kMostText) const;
  Result<std::string> word(std::string_view beside) const;  // a-z, 0-9 and what is beside them
  Result<bool> yes() const;
  Result<int> integer(int least, int most) const;
  Result<LocalText> local(std::size_t most = kMostText) const;
  Result<std::vector<std::string>> words(std::string_view beside) const;  // distinct

 private:
  std::string inside(std::string_view name) const { return key_.empty() ? shown(name) : key_ + "." + shown(name); }

  const Yaml* yaml_;
  std::string key_;
};

Result<void> At::map(std::initializer_list<std::string_view> needed, std::initializer_list<std::string_view> optional) const {
  if (yaml_->kind != Yaml::Kind::map) return fault("must be a group of keys");
  for (const auto& [name, value] : yaml_->fields) {
    const bool known = std::ranges::find(needed, name) != needed.end() || std::ranges::find(optional, name) != optional.end();
    if (!known) return At(value, inside(name)).fault("there is no key of this name");
  }
  for (const std::string_view name : needed) {
    if (!has(name)) return At(*yaml_, inside(name)).fault("is missing");
  }
  return {};
}

Result<std::vector<At>> At::items() const {
  if (yaml_->kind != Yaml::Kind::list) return fault("must be a list");
  if (yaml_->items.size() > kMostItems) return fault("more than " + std::to_string(kMostItems) + " items");
  std::vector<At> all;
  for (std::size_t i = 0; i < yaml_->items.size(); ++i) all.emplace_back(yaml_->items[i], key_ + "[" + std::to_string(i) + "]");
  return all;
}

Result<std::string> At::text(std::size_t most) const {
  if (yaml_->kind != Yaml::Kind::text) return fault("must be text");
  auto normal = nfc(yaml_->text);
  if (!normal || normal->find_first_not_of(' ') == normal->npos) return fault("must not be empty");
  if (normal->contains('\n') || normal->contains('\t')) return fault("must be one line");
  if (characters(*normal) > most) return fault("longer than " + std::to_string(most) + " characters");
  return *std::move(normal);
}

Result<std::string> At::word(std::string_view beside) const {
  TRY(std::string name, text(80));
  const bool fits = std::ranges::all_of(name, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || beside.contains(c);
  });
  if (!fits) return fault("an id has a-z, 0-9 and " + std::string(beside) + " only");
  return name;
}

Result<bool> At::yes() const {
  if (yaml_->kind != Yaml::Kind::boolean) return fault("must be true or false");
  return yaml_->boolean;
}

Result<int> At::integer(int least, int most) const {
  const bool fits = yaml_->kind == Yaml::Kind::integer && yaml_->integer >= least && yaml_->integer <= most;
  if (!fits) return fault("must be a whole number within " + std::to_string(least) + " and " + std::to_string(most));
  return static_cast<int>(yaml_->integer);
}

Result<LocalText> At::local(std::size_t most) const {
  TRY_VOID(map({"vi", "en"}));
  TRY(std::string vi, member("vi").text(most));
  TRY(std::string en, member("en").text(most));
  return LocalText{std::move(vi), std::move(en)};
}

Result<std::vector<std::string>> At::words(std::string_view beside) const {
  TRY(const auto all, items());
  std::vector<std::string> names;
  for (const At& item : all) {
    TRY(std::string name, item.word(beside));
    if (std::ranges::find(names, name) != names.end()) return item.fault("'" + name + "' stands twice");
    names.push_back(std::move(name));
  }
  return names;
}

bool is_among(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// Reads the steps of a kind whose figures, tables and fields are read already.
class StepReader {
 public:
  explicit StepReader(const Kind& kind) : kind_(kind) {}

  Result<Step> read(const At& at) const;

 private:
  Result<Step::What> what(const At& at) const;
  Result<LocalText> sentence(const At& at) const;
  Result<std::set<std::string>> names(const At& at, std::string_view text) const;
  Result<void> known(const At& at, std::string_view name) const;
  Result<void> figures(const At& at, Step& step) const;
  Result<void> details(const At& at, Step& step) const;
  bool has_field(std::string_view id) const {
    return std::ranges::find(kind_.fields, id, &WordsField::id) != kind_.fields.end();
  }

  const Kind& kind_;
};

constexpr std::array<Word<Step::What>, 8> kWhats{{{"heading", Step::What::heading},
                                                  {"paragraph", Step::What::paragraph},
                                                  {"item", Step::What::item},
                                                  {"basis", Step::What::basis},
                                                  {"table", Step::What::table},
                                                  {"figures", Step::What::figures},
                                                  {"changes", Step::What::changes},
                                                  {"words", Step::What::words}}};

Result<Step::What> StepReader::what(const At& at) const {
  std::optional<Step::What> found;
  for (const auto& [word, one] : kWhats) {
    if (!at.has(word)) continue;
    if (found) return at.fault("one step is one of " + all_of(kWhats));
    found = one;
  }
  if (!found) return at.fault("a step is one of " + all_of(kWhats));
  return *found;
}

Result<void> StepReader::known(const At& at, std::string_view name) const {
  const std::string_view field = field_named(name);
  if (is_of_document(name) || has_field(field) || is_among(kind_.figures, name)) return {};
  return at.fault("{" + shown(name) + "} is no " + (field.empty() ? "figure" : "field") + " of this kind");
}

Result<std::set<std::string>> StepReader::names(const At& at, std::string_view text) const {
  const auto pieces = pieces_of(text);
  if (!pieces) return at.fault(pieces.error().what());
  std::set<std::string> found;
  for (const Piece& piece : *pieces) {
    if (!piece.is_name) continue;
    TRY_VOID(known(at, piece.text));
    found.insert(piece.text);
  }
  return found;
}

Result<LocalText> StepReader::sentence(const At& at) const {
  TRY(LocalText text, at.local());
  TRY(const auto in_vi, names(at.member("vi"), text.vi));
  TRY(const auto in_en, names(at.member("en"), text.en));
  if (in_vi != in_en) return at.member("en").fault("names other figures than the Vietnamese text");
  return text;
}

Result<void> StepReader::figures(const At& at, Step& step) const {
  TRY(step.figures, at.words("_."));
  if (step.figures.empty()) return at.fault("must not be empty");
  for (const std::string& id : step.figures) {
    if (!is_among(kind_.figures, id)) return at.fault("'" + id + "' is no figure of this kind");
  }
  return {};
}

Result<void> StepReader::details(const At& at, Step& step) const {
  const std::string_view key = word_of(kWhats, step.what);
  const At value = at.member(key);
  switch (step.what) {
    case Step::What::heading:
    case Step::What::paragraph:
    case Step::What::item: {
      TRY(step.text, sentence(value));
      return {};
    }
    case Step::What::table: {
      TRY(step.table, value.word("_."));
      if (!is_among(kind_.tables, step.table)) return value.fault("'" + step.table + "' is no table of this kind");
      return {};
    }
    case Step::What::figures:
      return figures(value, step);
    case Step::What::words: {
      TRY(step.field, value.word("_"));
      if (!has_field(step.field)) return value.fault("'" + step.field + "' is no field of this kind");
      return {};
    }
    case Step::What::basis:
    case Step::What::changes: {
      TRY(const bool yes, value.yes());
      if (!yes) return value.fault("must be true, or the step be left out");
      return {};
    }
  }
  return {};
}

Result<Step> StepReader::read(const At& at) const {
  TRY_VOID(at.map({}, {"heading", "paragraph", "item", "basis", "table", "figures", "changes", "words", "title", "empty", "only_if", "only_known", "before", "most_rows"}));
  Step step;
  TRY(step.what, what(at));
  TRY_VOID(details(at, step));
  if (at.has("title")) {
    const bool may = step.what >= Step::What::table;
    if (!may) return at.member("title").fault("this step has no title");
    TRY(step.text, sentence(at.member("title")));
  }
  if (at.has("empty")) {
    if (step.what != Step::What::table) return at.member("empty").fault("only a table can be empty");
    TRY(step.empty, sentence(at.member("empty")));
  }
  if (at.has("only_if")) {
    TRY(step.only_if, at.member("only_if").word("_."));
    if (!is_among(kind_.figures, step.only_if)) {
      return at.member("only_if").fault("'" + step.only_if + "' is no figure of this kind");
    }
  }
  if (at.has("before")) {
    if (step.what != Step::What::figures) return at.member("before").fault("only of a list of figures");
    TRY(step.before, at.member("before").yes());
  }
  if (at.has("most_rows")) {
    if (step.what != Step::What::table) return at.member("most_rows").fault("only of a table");
    TRY(const int most, at.member("most_rows").integer(1, 10'000));
    step.most_rows = static_cast<std::size_t>(most);
  }
  if (at.has("only_known")) {
    const bool may = step.what == Step::What::table || step.what == Step::What::figures;
    if (!may) return at.member("only_known").fault("only of a table or a list of figures");
    TRY(step.only_known, at.member("only_known").yes());
  }
  return step;
}

// Two empty texts on purpose: an official letter has no type.
Result<LocalText> type_of(const At& at) {
  TRY_VOID(at.map({"vi", "en"}));
  const bool letter = at.member("vi").yaml().text.empty() && at.member("en").yaml().text.empty();
  if (letter) return LocalText{};
  return at.local(80);
}

bool may_stand_in_subject(const Kind& kind, std::string_view name) {
  const std::string_view field = field_named(name);
  if (!field.empty()) return std::ranges::find(kind.fields, field, &WordsField::id) != kind.fields.end();
  return name == "period" || name == "scope" || name == "area" || name == "issuer";
}

Result<LocalText> subject_of(const At& at, const Kind& kind) {
  TRY(LocalText text, at.local(400));
  for (const std::string_view language : {"vi", "en"}) {
    const auto pieces = pieces_of(language == "vi" ? text.vi : text.en);
    if (!pieces) return at.member(language).fault(pieces.error().what());
    for (const Piece& piece : *pieces) {
      if (piece.is_name && !may_stand_in_subject(kind, piece.text)) {
        return at.member(language).fault("{" + shown(piece.text) + "}: a subject names {period}, {scope}, {area}, {issuer} and fields only");
      }
    }
  }
  return text;
}

Result<void> makers(const At& at, Kind& kind) {
  TRY(const auto all, at.words("_"));
  if (all.empty()) return at.fault("must not be empty");
  for (const std::string& maker : all) {
    if (maker != "tenant" && maker != "unit") return at.fault("'" + shown(maker) + "' is none of tenant, unit");
    (maker == "tenant" ? kind.of_tenant : kind.of_unit) = true;
  }
  return {};
}

// Ids of duties have letters of any script.
Result<std::vector<std::string>> duties_of(const At& at) {
  TRY(const auto all, at.items());
  std::vector<std::string> duties;
  for (const At& item : all) {
    TRY(std::string id, item.text(80));
    if (id.contains(' ')) return item.fault("an id has no spaces");
    if (is_among(duties, id)) return item.fault("'" + shown(id) + "' stands twice");
    duties.push_back(std::move(id));
  }
  return duties;
}

Result<WordsField> field(const At& at) {
  TRY_VOID(at.map({"id", "label"}, {"required", "most_characters"}));
  WordsField made;
  TRY(made.id, at.member("id").word("_"));
  TRY(made.label, at.member("label").local(200));
  if (at.has("required")) {
    TRY(made.required, at.member("required").yes());
  }
  if (at.has("most_characters")) {
    TRY(const int most, at.member("most_characters").integer(1, 20'000));
    made.most_characters = static_cast<std::size_t>(most);
  }
  return made;
}

Result<void> read_fields(const At& at, Kind& kind) {
  TRY(const auto all, at.items());
  for (const At& item : all) {
    TRY(WordsField made, field(item));
    if (std::ranges::find(kind.fields, made.id, &WordsField::id) != kind.fields.end()) {
      return item.member("id").fault("'" + made.id + "' stands twice");
    }
    kind.fields.push_back(std::move(made));
  }
  return {};
}

Result<void> read_signers(const At& at, Kind& kind) {
  constexpr std::size_t kMostSigners = 4;  // more columns have no room for a name
  TRY(const auto all, at.items());
  if (all.empty() || all.size() > kMostSigners) return at.fault("must be 1 to " + std::to_string(kMostSigners));
  for (const At& item : all) {
    TRY_VOID(item.map({"title"}, {"name"}));
    KindSigner made;
    TRY(made.title, item.member("title").local(100));
    if (item.has("name")) {
      TRY(made.field, item.member("name").word("_"));
      if (std::ranges::find(kind.fields, made.field, &WordsField::id) == kind.fields.end()) {
        return item.member("name").fault("'" + made.field + "' is no field of this kind");
      }
    }
    kind.signers.push_back(std::move(made));
  }
  return {};
}

// The words period or since_last, or a rule by which the year of data ends on a day of its own.
Result<std::optional<YearRule>> window(const At& at, bool& since_last) {
  const bool word = at.yaml().kind == Yaml::Kind::text;
  since_last = word && at.yaml().text == "since_last";
  if (since_last || (word && at.yaml().text == "period")) return std::optional<YearRule>();
  if (at.yaml().kind != Yaml::Kind::map) return at.fault("must be period, since_last, or a rule with its last_day");
  TRY_VOID(at.map({"rule", "last_day", "note"}));
  YearRule made;
  TRY(made.rule, at.member("rule").word("-"));
  TRY(made.note, at.member("note").local(400));
  TRY(const std::string day, at.member("last_day").text(5));
  // A year that has no 29 February: what ends on it would have no end.
  const auto last = Date::parse("2023-" + day);
  if (!last) return at.member("last_day").fault("'" + shown(day) + "' is no day of every year (MM-DD)");
  made.last_month = last->month();
  made.last_day = last->day();
  return std::optional(std::move(made));
}

Result<void> read_head(const At& at, Kind& kind) {
  TRY(kind.id, at.member("id").word("-"));
  TRY(kind.version, at.member("version").integer(1, 1'000'000));
  TRY(kind.name, at.member("name").local(200));
  TRY(kind.type, type_of(at.member("type")));
  TRY(kind.symbol, at.member("symbol").text(20));
  TRY(const std::string every, at.member("every").word("_"));
  const auto found = value_of(kEverys, every);
  if (!found) return at.member("every").fault("'" + every + "' is none of " + all_of(kEverys));
  kind.every = *found;
  TRY_VOID(makers(at.member("made_by"), kind));
  TRY(kind.duties, duties_of(at.member("duties")));
  TRY(kind.window, window(at.member("window"), kind.since_last));
  if (kind.since_last && kind.every == Every::once) return at.member("window").fault("since_last wants periods that follow on each other");
  if (at.has("meets")) {
    TRY(kind.meets, at.member("meets").words("_"));
    if (kind.meets.empty()) return at.member("meets").fault("must not be empty");
  }
  if (at.has("sources")) {
    TRY(const std::string sources, at.member("sources").word("_"));
    if (sources != "if_asked") return at.member("sources").fault("must be if_asked, or be left out");
    kind.sources_if_asked = true;
  }
  return {};
}

Result<void> read_body(const At& at, Kind& kind) {
  TRY(const auto recipients, at.member("recipients").items());
  for (const At& item : recipients) {
    TRY(std::string one, item.text(200));
    kind.recipients.push_back(std::move(one));
  }
  TRY_VOID(read_fields(at.member("fields"), kind));
  TRY(kind.subject, subject_of(at.member("subject"), kind));
  if (at.has("to")) {
    TRY(kind.to, at.member("to").local(400));
  }
  if (at.has("signers")) TRY_VOID(read_signers(at.member("signers"), kind));
  TRY(kind.figures, at.member("figures").words("_."));
  TRY(kind.tables, at.member("tables").words("_."));
  TRY(const auto steps, at.member("steps").items());
  if (steps.empty()) return at.member("steps").fault("must not be empty");
  const StepReader reader(kind);
  for (const At& item : steps) {
    TRY(Step step, reader.read(item));
    kind.steps.push_back(std::move(step));
  }
  return {};
}

}  // namespace

Result<Kind> read_kind(std::string_view yaml) {
  Budget budget({.bytes_in = kMostKindBytes, .depth = 12, .entries = 20'000});
  TRY(const Yaml tree, parse_yaml(yaml, budget));
  const At at(tree, "");
  TRY_VOID(at.map({"id", "version", "name", "type", "subject", "symbol", "every", "made_by", "duties", "window", "recipients", "fields",
                   "figures", "tables", "steps"}, {"to", "signers", "sources", "meets"}));
  Kind kind;
  TRY_VOID(read_head(at, kind));
  TRY_VOID(read_body(at, kind));
  return kind;
}

Window window_of(const Kind& kind, const Period& period) {
  if (!kind.window) return {period.from, period.to, std::string(kind.since_last ? kSinceLast : "")};
  const auto last_of = [&](int year) { return *Date::of(year, kind.window->last_month, kind.window->last_day); };
  const int year = period.to.year();
  return {year > 1 ? last_of(year - 1) + 1 : Date::first(), last_of(year), kind.window->rule};
}

}  // namespace khien::report
