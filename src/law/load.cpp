#include "load.hpp"

#include <algorithm>
#include <iterator>

#include "khien/core/text.hpp"

namespace khien::law {
namespace {

bool is_data_file(std::string_view name) {
  return name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json");
}

// "line 12: what" of the YAML parser, taken apart.
std::pair<int, std::string> place_of(std::string_view what) {
  int line = 0;
  if (what.starts_with("line ")) {
    std::size_t at = 5;
    while (at < what.size() && what[at] >= '0' && what[at] <= '9' && line < 100'000'000) {
      line = line * 10 + (what[at++] - '0');
    }
    what.remove_prefix(std::min(what.size(), at + 2));
  }
  return {line, std::string(what)};
}

}  // namespace

Loader::Loader(Budget& budget) : budget_(budget), made_(std::make_unique<Catalogue::Impl>()) {}

Loader::Loader(const Catalogue::Impl& base, Budget& budget)
    : budget_(budget), base_(&base), made_(std::make_unique<Catalogue::Impl>()) {
  reserve(base);
}

Loader::~Loader() = default;

// What the base has is defined already.
void Loader::reserve(const Catalogue::Impl& base) {
  const auto take = [this](Names names, const std::string& id, const std::string& file = {}) {
    names_.emplace(std::pair(names, id), Seen{file, 0});
  };
  for (const Role& one : base.roles) take(Names::role, one.id);
  for (const Metric& one : base.metrics) take(Names::metric, one.id);
  for (const NamedSystem& one : base.systems) take(Names::system, std::to_string(one.id));
  for (const Register& one : base.registers) take(Names::register_, one.name);
  for (const Directive& one : base.directives) {
    take(Names::directive, one.key, one.file);
    if (one.issuer && one.number && one.date) identities_.emplace(identity_of(one), Seen{one.file, 0});
    for (const Clause& clause : one.clauses) {
      take(Names::clause, clause.id, one.file);
      for (const Duty& duty : clause.duties) take(Names::duty, duty.id, one.file);
    }
  }
}

const Yaml* Loader::parse(const SourceFile& file) {
  auto parsed = parse_yaml(file.text, budget_);
  if (parsed) {
    parsed_.push_back(std::make_unique<std::pair<std::string, Yaml>>(file.path, std::move(*parsed)));
    return &parsed_.back()->second;
  }
  const auto [line, what] = place_of(parsed.error().what());
  faults_.add(file.path, line, "", {"không đọc được: " + what, "cannot be read: " + what});
  return nullptr;
}

void Loader::add(const SourceFile& file) {
  using Read = void (Loader::*)(const Value&);
  static const std::map<std::string_view, Read> kFiles{
      {"law/roles", &Loader::roles}, {"law/metrics", &Loader::metrics}, {"law/systems", &Loader::systems}};
  static const std::map<std::string_view, Read> kFolders{{"directives", &Loader::directive},
                                                         {"registers", &Loader::registers},
                                                         {"calendars", &Loader::calendar},
                                                         {"levels", &Loader::levels},
                                                         {"requirements", &Loader::requirements},
                                                         {"clocks", &Loader::clocks},
                                                         {"scores", &Loader::score},
                                                         {"indexes", &Loader::index_definition}};
  const std::string_view path = file.path;
  if (!is_data_file(path)) return;
  const std::string_view stem = path.substr(0, path.rfind('.'));
  const std::string_view folder = path.substr(0, path.find('/'));
  Read read = nullptr;
  if (const auto found = kFiles.find(stem); found != kFiles.end()) read = found->second;
  if (const auto found = kFolders.find(folder); found != kFolders.end()) read = found->second;
  if (read == nullptr) {
    if (folder == "law") faults_.add(path, 0, "", {"tệp này không được dùng", "this file is not used"});
    return;
  }
  if (const Yaml* tree = parse(file)) (this->*read)(Value(faults_, parsed_.back()->first, *tree));
}

void Loader::add_directive(const SourceFile& file) {
  if (const Yaml* tree = parse(file)) directive(Value(faults_, parsed_.back()->first, *tree));
}

void Loader::define(Names names, const std::string& id, const Value& at) {
  if (id.empty()) return;
  const auto [found, fresh] =
      names_.emplace(std::pair(names, id), Seen{std::string(at.file()), static_cast<int>(at.yaml().line)});
  if (fresh) return;
  const Seen& seen = found->second;
  const std::string where =
      seen.file.empty() ? ""
                        : " (" + seen.file + (seen.line > 0 ? ":" + std::to_string(seen.line) : "") + ")";
  at.fault({"'" + id + "' đã có rồi" + where, "'" + id + "' is there already" + where});
}

void Loader::refer(Names names, std::string id, const Value& at) {
  if (id.empty()) return;
  later([this, names, id = std::move(id), at] {
    if (names_.contains({names, id})) return;
    static const std::map<Names, LocalText> kWhat{
        {Names::role, {"vai trò", "role"}},        {Names::metric, {"chỉ số", "metric"}},
        {Names::system, {"hệ thống", "system"}},   {Names::register_, {"sổ", "register"}},
        {Names::clause, {"điều khoản", "clause"}}, {Names::level_rule, {"bộ quy tắc cấp độ", "level rule"}}};
    const LocalText& what = kWhat.at(names);
    at.fault({"không có " + what.vi + " '" + id + "'", "there is no " + what.en + " '" + id + "'"});
  });
}

void Loader::claim_validity(std::string group, std::string id, Date from, std::optional<Date> to,
                            const Value& at) {
  for (const Validity& other : validities_) {
    if (other.group != group) continue;
    const bool apart = (to && *to < other.from) || (other.to && *other.to < from);
    if (apart) continue;
    at.fault({"hiệu lực chồng với '" + other.id + "'", "is in force at the same time as '" + other.id + "'"});
  }
  validities_.push_back({std::move(group), std::move(id), from, to});
}

const Register* Loader::register_named(std::string_view name) const {
  for (const Catalogue::Impl* impl : {static_cast<const Catalogue::Impl*>(made_.get()), base_}) {
    if (impl == nullptr) continue;
    const auto found = std::ranges::find(impl->registers, name, &Register::name);
    if (found != impl->registers.end()) return &*found;
  }
  return nullptr;
}

const Metric* Loader::metric_named(std::string_view id) const {
  for (const Catalogue::Impl* impl : {static_cast<const Catalogue::Impl*>(made_.get()), base_}) {
    if (impl == nullptr) continue;
    const auto found = std::ranges::find(impl->metrics, id, &Metric::id);
    if (found != impl->metrics.end()) return &*found;
  }
  return nullptr;
}

Loading Loader::finish() {
  for (const auto& check : later_) check();
  if (!faults_.empty()) return {.faults = faults_.take()};
  if (base_ != nullptr) {
    auto whole = std::make_unique<Catalogue::Impl>(*base_);
    whole->clauses_by_id.clear();
    whole->duties_by_id.clear();
    std::ranges::move(made_->directives, std::back_inserter(whole->directives));
    made_ = std::move(whole);
  } else {
    made_->calendar = Calendar(std::move(years_));
  }
  made_->index();
  return {.catalogue = std::shared_ptr<const Catalogue>(new Catalogue(std::move(made_)))};
}

}  // namespace khien::law
