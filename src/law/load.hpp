#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>

#include "catalogue_impl.hpp"
#include "fields.hpp"

namespace khien::law {

// What makes two directives one document: issuer, number and date, all known.
std::string identity_of(const Directive& directive);

// Reads files into a catalogue and checks them: each value as it is read, what it
// names (a metric, a role) when all is read. Used once.
class Loader {
 public:
  explicit Loader(Budget& budget);
  Loader(const Catalogue::Impl& base, Budget& budget);
  ~Loader();

  void add(const SourceFile& file);
  void add_directive(const SourceFile& file);
  Loading finish();

 private:
  // The names there can be. Ids of one kind are unique.
  enum class Names : unsigned char {
    role,
    metric,
    system,
    register_,
    directive,
    clause,
    duty,
    level_rule,
    requirement_set,
    requirement,
    clock_rule,
    score,
    index
  };
  struct Seen {
    std::string file;
    int line = 0;
  };
  // When something is in force, to find two of a kind at once.
  struct Validity {
    std::string group;
    std::string id;
    Date from;
    std::optional<Date> to;
  };

  void reserve(const Catalogue::Impl& base);
  const Yaml* parse(const SourceFile& file);
  void define(Names names, const std::string& id, const Value& at);
  // Checked by finish(): `id` must be defined.
  void refer(Names names, std::string id, const Value& at);
  void later(std::function<void()> check) { later_.push_back(std::move(check)); }
  void claim_validity(std::string group, std::string id, Date from, std::optional<Date> to, const Value& at);

  // Of the files read, or of the base; null where there is none.
  const Register* register_named(std::string_view name) const;
  const Metric* metric_named(std::string_view id) const;

  // One for each kind of file; load_*.cpp.
  void roles(const Value& file);
  void metrics(const Value& file);
  void systems(const Value& file);
  void registers(const Value& file);
  void calendar(const Value& file);
  void levels(const Value& file);
  void requirements(const Value& file);
  void clocks(const Value& file);
  void score(const Value& file);
  void index_definition(const Value& file);
  void directive(const Value& file);

  Role role(const Value& value);
  Metric metric(const Value& value);
  Expression expression(const Value& value);
  Aggregate aggregate(Fields& fields, const Value& at);
  std::vector<Condition> conditions(const Value& value);
  Condition condition(std::string_view field, const Value& value);
  Condition comparison(std::string_view field, std::string_view word, const Value& value);
  RegisterField register_field(std::string_view name, const Value& value);
  void register_schema(Register& made, const Value& value);
  RegisterCheck register_check(const Register& owner, const Value& value);
  void check_fields_of(const Aggregate& aggregate, const Value& at);
  void check_conditions(const std::string& register_name, const std::vector<Condition>& conditions,
                        const Value& at);
  Holiday holiday(const CalendarYear& year, const Value& value);
  LevelTest level_test(const LevelRules& rules, const Value& value, int depth);
  LevelCriterion criterion(const LevelRules& rules, const Value& value);
  IncidentClock clock(const ClockRules& rules, const Value& value);
  void identity(const Directive& directive, const Value& at);
  Clause clause(const Directive& directive, const Value& value);
  Duty duty(const Directive& directive, const Value& value);
  void how_met(Duty& duty, Fields& fields);
  void check_target(const Duty& duty, const Value& at);

  Faults faults_;
  Budget& budget_;
  const Catalogue::Impl* base_ = nullptr;  // the catalogue that is extended, if one is
  std::unique_ptr<Catalogue::Impl> made_;
  std::vector<CalendarYear> years_;
  std::vector<std::unique_ptr<std::pair<std::string, Yaml>>> parsed_;  // file name, tree: what Values borrow
  std::map<std::pair<Names, std::string>, Seen> names_;
  std::map<std::string, Seen> identities_;
  std::vector<Validity> validities_;
  std::vector<std::function<void()>> later_;
};

}  // namespace khien::law
