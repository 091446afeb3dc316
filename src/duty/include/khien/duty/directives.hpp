#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/duty/catalogues.hpp"
#include "khien/duty/record_state.hpp"
#include "khien/law/catalogue.hpp"
#include "khien/model/local_text.hpp"
#include "khien/store/scope.hpp"

namespace khien::duty {

// The register of directives of a tenant: what binds it, what waits, what was ended.
enum class DirectiveState : unsigned char { draft, waiting, in_force, refused, ended };
std::string_view to_string(DirectiveState state);

// What a text says of itself, as far as it can be read: a draft may have faults.
struct DirectiveOutline {
  std::string key;
  std::optional<std::string> number;
  std::optional<LocalText> issuer;
  std::optional<Date> date;
  LocalText title;
  std::optional<Date> valid_from;
  std::optional<Date> valid_to;
  std::int64_t clauses = 0;  // without scope notes
  std::int64_t duties = 0;
};
DirectiveOutline outline_of(std::string_view text);
DirectiveOutline outline_of(const law::Directive& directive);

struct DirectiveRecord {
  DirectiveId id;
  std::string key;
  bool shipped = false;
  DirectiveState state = DirectiveState::draft;  // on the day of asking
  std::string text;                              // empty: the shipped file's
  DirectiveOutline outline;                      // valid_to: as it is ended, or as its text says
  std::optional<UserId> entered_by;              // none: shipped
  Timestamp entered_at;
  std::optional<UserId> decided_by;
  std::optional<Timestamp> decided_at;
  std::string decision_note;
  std::string end_decision;

  bool may_change(const Actor& actor) const;  // a draft, or one that was sent back
  bool may_decide(const Actor& actor) const;  // a second person
};

// Puts the shipped directives that the tenant does not have yet into its register,
// in force. How many there were. Set-up and every start.
Result<std::int64_t> adopt_shipped(store::Connection& connection, const Catalogues& catalogues, TenantId tenant,
                                   Timestamp now);

// Newest first. Directives are the whole tenant's: a scope says which tenant, and
// every person of it may read them.
Result<std::vector<DirectiveRecord>> list_directives(store::Connection& connection, const store::TenantScope& scope,
                                                     const Catalogues& catalogues, Date today);
Result<DirectiveRecord> get_directive(store::Connection& connection, const store::TenantScope& scope,
                                      const Catalogues& catalogues, DirectiveId id, Date today);

// Faults of a text beside what binds the tenant now, by the rules of shipped files.
// None: it could be put into force.
Result<std::vector<law::Fault>> check_directive(store::Connection& connection, const store::TenantScope& scope,
                                                const Catalogues& catalogues, std::string_view text);

// A draft beside what binds: its faults, and if there are none a law in which the
// draft binds, to be looked at.
struct Draft {
  std::shared_ptr<const TenantLaw> law;
  std::vector<law::Fault> faults;
};
Result<Draft> read_draft(const TenantLaw& beside, const DirectiveRecord& record);

// A draft may have faults; `submit` hands it to a second person and is refused
// (Code::invalid) while there are any.
Result<DirectiveId> enter_directive(store::Connection& connection, const store::TenantScope& scope,
                                    const Catalogues& catalogues, std::string_view text, bool submit,
                                    const Actor& actor, Timestamp now);
// Code::conflict unless it is a draft or was refused.
Result<void> change_directive(store::Connection& connection, const store::TenantScope& scope,
                              const Catalogues& catalogues, DirectiveId id, std::string_view text, bool submit,
                              const Actor& actor, Timestamp now);

// By a second person who read the text whose hash is `read`: one that was sent back and
// rewritten meanwhile is Code::conflict. Approving checks once more, puts it into force,
// and ends what it replaces the day before it begins; those are returned.
Result<std::vector<DirectiveId>> decide_directive(store::Connection& connection, const store::TenantScope& scope,
                                                  const Catalogues& catalogues, DirectiveId id, const Sha256& read,
                                                  const Decision& decision, const Actor& actor, Timestamp now);
// Code::conflict unless in force; invalid if the day lies before its first one.
Result<void> end_directive(store::Connection& connection, const store::TenantScope& scope,
                           const Catalogues& catalogues, DirectiveId id, Date last_day, std::string_view decision,
                           const Actor& actor, Timestamp now);

// The directives of the register that a relation speaks of, newest first.
std::vector<DirectiveId> related(const std::vector<DirectiveRecord>& all, const law::Relation& relation);

}  // namespace khien::duty
