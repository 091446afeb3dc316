#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/core/hash.hpp"
#include "khien/core/result.hpp"
#include "khien/law/catalogue.hpp"
#include "khien/law/due.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"

namespace khien::duty {

// A directive that binds a tenant, with its line in the tenant's register.
struct Binding {
  DirectiveId id;
  const law::Directive* directive = nullptr;
  // The directive without its clauses, its last day brought forward where the
  // province ended it before its text does.
  law::Directive dated;
};

// One duty with what of it is at stake on a day.
struct ScheduledDuty {
  const law::Duty* duty = nullptr;
  std::optional<law::Occurrence> past;  // the newest whose last day in time is over
  std::optional<law::Occurrence> next;  // the one whose turn it is; once, continuous, on_event: the only one
  bool on_event = false;
};
struct ScheduledClause {
  const Binding* binding = nullptr;
  const law::Clause* clause = nullptr;
  std::vector<std::string> roles;   // that it binds on the day
  std::vector<std::size_t> duties;  // into Schedule::duties
};
// Everything that is at stake on one day, for every unit alike: computed once.
struct Schedule {
  Date as_of;
  std::vector<ScheduledClause> clauses;  // those of a directive beside each other; no scope notes
  std::vector<ScheduledDuty> duties;
};

// What binds one tenant: the shipped directives and those it entered and put into
// force. Immutable but for the schedules it remembers; safe from many threads.
class TenantLaw {
 public:
  TenantLaw(std::shared_ptr<const law::Catalogue> catalogue, std::vector<Binding> bindings, const Sha256& revision);
  ~TenantLaw();

  const law::Catalogue& catalogue() const { return *catalogue_; }
  const std::vector<Binding>& bindings() const { return bindings_; }  // by valid_from, then key
  const Binding* binding(std::string_view key) const;
  const Binding* binding(DirectiveId id) const;
  const Sha256& revision() const { return revision_; }

  // The roles a clause binds on a day, moved by what binds this tenant on it.
  std::vector<std::string> addressees(const law::Clause& clause, Date day) const;

  // Those of the last few days that were asked for are kept.
  std::shared_ptr<const Schedule> schedule(Date as_of) const;
  // Every occurrence of a duty whose days meet [from, to].
  std::vector<law::Occurrence> occurrences(const law::DutyRef& duty, Date from, Date to) const;

 private:
  struct Remembered;
  std::shared_ptr<const law::Catalogue> catalogue_;
  std::vector<Binding> bindings_;
  Sha256 revision_;
  std::unique_ptr<Remembered> remembered_;
};

// The catalogue of each tenant, built anew when its register of directives changed.
// Thread-safe. A reader asks once a request and keeps what it got.
class Catalogues {
 public:
  // Code::invalid with the first fault if the files are not a whole catalogue, or
  // name a live metric that no code computes.
  static Result<std::shared_ptr<Catalogues>> create(const std::vector<law::SourceFile>& shipped);
  ~Catalogues();

  const law::Catalogue& shipped() const;

  // As of the connection's snapshot. An entered directive that does not fit the
  // shipped files any more is left out and logged.
  Result<std::shared_ptr<const TenantLaw>> of(store::Connection& connection, TenantId tenant) const;

 private:
  struct Impl;
  explicit Catalogues(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::duty
