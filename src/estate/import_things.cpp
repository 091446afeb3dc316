#include <charconv>
#include <initializer_list>
#include <utility>

#include "changes.hpp"
#include "contact_rows.hpp"
#include "days.hpp"
#include "import_run.hpp"
#include "ip_range.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/address_ranges.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/sites.hpp"
#include "khien/estate/systems.hpp"
#include "plain_text.hpp"
#include "refusals.hpp"
#include "site_rows.hpp"
#include "system_rows.hpp"

namespace khien::estate {
namespace {

// Reads one row; a cell that is empty says nothing.
class Cells {
 public:
  Cells(ImportRun& run, const TableRow& row) : run_(run), row_(row) {}
  std::string plain(std::string_view key) const { return run_.list.value(row_, key); }
  std::optional<std::string> text(std::string_view key) const {
    auto value = plain(key);
    return value.empty() ? std::nullopt : std::optional(std::move(value));
  }
  Result<std::optional<std::optional<Date>>> date(std::string_view key) const {
    const auto value = plain(key);
    if (value.empty()) return std::optional<std::optional<Date>>();
    TRY(const auto date, date_from_words(value));
    return std::optional<std::optional<Date>>(date);
  }

  Result<std::optional<Date>> day(std::string_view key) const { return date_from_words(plain(key)); }
  void look_at_days(std::initializer_list<std::string_view> keys) const {
    for (const std::string_view key : keys) run_.look_at(key, day(key));
  }
  void look_at_unit() const { run_.look_at("unit", run_.unit_named(plain("unit"))); }
  void look_at_name(const Refusal& missing) const {
    auto name = line_from_text(plain("name"));
    run_.look_at("name", name && name->empty() ? Result<std::string>(refuse(missing)) : std::move(name));
  }

 private:
  ImportRun& run_;
  const TableRow& row_;
};

template <class IdType>
Result<std::optional<IdType>> one_id(store::Connection& connection, store::Sql sql, store::Connection::Values values) {
  std::optional<IdType> found;
  TRY_VOID(connection.query(sql, values, [&](const store::Row& row) -> Result<void> {
    found = IdType{row.integer(0)};
    return {};
  }));
  return found;
}

std::string text_of(const std::optional<Date>& date) { return date ? to_string(*date) : ""; }

std::string known_as(UnitId unit, std::string_view name) { return std::to_string(unit.value) + "/" + lower(name); }

Result<void> know_systems(ImportRun& run) {
  return run.connection.query(
      "SELECT id, unit_id, name FROM information_system WHERE tenant_id = ?1 AND ended_on IS NULL "
      "AND unit_id IN " KHIEN_UNITS_IN_SCOPE " ORDER BY id",
      {run.scope.tenant(), run.scope.roots_json()}, [&](const store::Row& row) -> Result<void> {
        run.know(known_as(UnitId{row.integer(1)}, row.text(2)), row.integer(0));
        return {};
      });
}

std::string written(const SystemRow& row) {
  std::string all = std::to_string(row.unit.value);
  for (const std::string* text : {&row.name, &row.purpose, &row.operator_, &row.monitor, &row.assessor}) {
    (all += '|') += *text;
  }
  for (const auto& date : {row.dossier_at, row.approved_at, row.plan_deployed_at, row.assessed_at}) {
    (all += '|') += text_of(date);
  }
  return all;
}

Result<SystemChange> system_change(const Cells& cells, UnitId unit) {
  SystemChange change{.unit = unit, .name = cells.plain("name")};
  change.purpose = cells.text("purpose");
  change.operator_ = cells.text("operator");
  change.monitor = cells.text("monitor");
  change.assessor = cells.text("assessor");
  TRY(change.dossier_at, cells.date("dossier_at"));
  TRY(change.approved_at, cells.date("approved_at"));
  TRY(change.plan_deployed_at, cells.date("plan_deployed_at"));
  TRY(change.assessed_at, cells.date("assessed_at"));
  return change;
}

Result<std::optional<SystemLevel>> level_of(const Cells& cells, Timestamp now) {
  const std::string text = cells.plain("level");
  if (text.empty()) return std::optional<SystemLevel>();
  SystemLevel level;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), level.level);
  if (problem != std::errc() || end != text.data() + text.size()) return refuse(refusals::kBadLevel);
  level.rule = cells.plain("level_rule");
  TRY(const auto from, cells.day("level_from"));
  level.valid_from = from.value_or(vietnam_day(now));
  TRY(auto checked, checked_level(level, now));
  return std::optional(std::move(checked));
}

Result<RowOutcome> one_system(ImportRun& run, const TableRow& row) {
  const Cells cells(run, row);
  cells.look_at_unit();
  cells.look_at_name(refusals::kNeedsSystemName);
  cells.look_at_days({"level_from", "dossier_at", "approved_at", "plan_deployed_at", "assessed_at"});
  TRY_VOID(run.all_well());
  TRY(const auto unit, run.unit_named(cells.plain("unit")));
  TRY(auto change, system_change(cells, unit));
  TRY(const auto name, line_from_text(cells.plain("name")));
  TRY(const auto level, level_of(cells, run.now));
  const std::string key = known_as(unit, name);
  const auto known = run.known_by(key);
  std::optional<SystemId> id;
  if (!known.empty()) id = SystemId{known.front()};
  RowOutcome outcome{.text = name};
  if (!id) {
    TRY(const auto made, create_system(run.connection, run.scope, change, run.now));
    id = made;
    outcome.action = RowOutcome::Action::add;
  }
  TRY_VOID(run.first_time("system:" + std::to_string(id->value)));
  TRY(const auto before, get_system(run.connection, run.scope, *id, run.now));
  // Another case is the same name.
  change.name.reset();
  TRY(const auto after, changed_row(row_of(before), change, run.now));
  outcome.written = written(after);
  const bool other_level = level && (!before.level || before.level->level != level->level || before.level->rule != level->rule);
  if (level) outcome.written += "|" + std::to_string(level->level) + "|" + level->rule;
  if (outcome.action == RowOutcome::Action::same && (after != row_of(before) || other_level)) {
    outcome.action = RowOutcome::Action::change;
  }
  if (after != row_of(before)) TRY_VOID(update_system(run.connection, run.scope, *id, change, run.now));
  if (other_level) TRY_VOID(set_system_level(run.connection, run.scope, *id, *level, run.now));
  if (known.empty()) run.know(key, id->value);
  return outcome;
}

Result<RowOutcome> one_site(ImportRun& run, const TableRow& row) {
  const Cells cells(run, row);
  run.look_at("address", site_address_from_text(cells.plain("address")));
  cells.look_at_unit();
  cells.look_at_days({"label_valid_to", "domain_valid_to"});
  TRY_VOID(run.all_well());
  TRY(const auto address, site_address_from_text(cells.plain("address")));
  SiteChange change{.address = address, .title = cells.text("title"), .label = cells.text("label")};
  TRY(change.label_valid_to, cells.date("label_valid_to"));
  TRY(change.domain_valid_to, cells.date("domain_valid_to"));
  TRY(const auto id, one_id<SiteId>(run.connection,
                                    "SELECT id FROM site WHERE tenant_id = ?1 AND address = ?2 "
                                    "AND (valid_to IS NULL OR valid_to >= ?3)",
                                    {run.scope.tenant(), address, day(vietnam_day(run.now))}));
  if (!id || !cells.plain("unit").empty()) {
    TRY(change.unit, run.unit_named(cells.plain("unit")));
  }
  RowOutcome outcome{.text = address};
  TRY_VOID(run.first_time("site:" + address));
  if (!id) {
    outcome.action = RowOutcome::Action::add;
    TRY_VOID(create_site(run.connection, run.scope, change, run.now));
  }
  Site before;
  if (id) {
    auto known = get_site(run.connection, run.scope, *id);
    if (!known) return refuse(refusals::kHeldElsewhere);
    before = std::move(known).value();
  }
  TRY(const auto after, changed_site(before, change));
  const auto all = [](const Site& site) {
    return std::to_string(site.unit.value) + "|" + site.address + "|" + site.title + "|" + site.label + "|" +
           text_of(site.label_valid_to) + "|" + text_of(site.domain_valid_to);
  };
  outcome.written = all(after);
  if (id && all(before) != all(after)) {
    outcome.action = RowOutcome::Action::change;
    TRY_VOID(update_site(run.connection, run.scope, *id, change));
  }
  return outcome;
}

std::string written(const Contact& contact) {
  return std::to_string(contact.unit.value) + "|" + std::string(to_string(contact.purpose)) + "|" + contact.name + "|" +
         contact.title + "|" + contact.phone + "|" + contact.email + "|" + (contact.around_the_clock ? "1" : "0") + "|" +
         text_of(contact.valid_from) + "|" + text_of(contact.valid_to);
}

std::string known_as(const Contact& contact) {
  return std::to_string(contact.unit.value) + "/" + std::string(to_string(contact.purpose)) + "/" + lower(contact.name);
}

// Past ones too, or a list that has them would add them each time anew.
Result<void> know_contacts(ImportRun& run) {
  return run.connection.query(
      "SELECT id, unit_id, purpose, name FROM contact WHERE tenant_id = ?1 AND unit_id IN " KHIEN_UNITS_IN_SCOPE
      " ORDER BY valid_from DESC, id DESC",
      {run.scope.tenant(), run.scope.roots_json()}, [&](const store::Row& row) -> Result<void> {
        Contact contact{.unit = UnitId{row.integer(1)}, .name = std::string(row.text(3))};
        TRY(contact.purpose, contact_purpose_from_string(row.text(2)));
        run.know(known_as(contact), row.integer(0));
        return {};
      });
}

// The contact whose days the row's share.
Result<std::optional<ContactId>> contact_of(ImportRun& run, const std::string& key, const Contact& wanted) {
  for (const std::int64_t id : run.known_by(key)) {
    TRY(const auto known, get_contact(run.connection, run.scope, {id}));
    const bool begins_before = !wanted.valid_to || known.valid_from <= *wanted.valid_to;
    const bool ends_behind = !known.valid_to || *known.valid_to >= wanted.valid_from;
    if (begins_before && ends_behind) return std::optional(known.id);
  }
  return std::optional<ContactId>();
}

Result<ContactChange> contact_change(const ImportRun& run, const Cells& cells) {
  ContactChange change{.name = cells.plain("name"), .title = cells.text("title"), .phone = cells.text("phone"),
                       .email = cells.text("email")};
  TRY(change.purpose, purpose_from_words(cells.plain("purpose")));
  if (run.list.has("around_the_clock")) {
    TRY(change.around_the_clock, flag_from_words(cells.plain("around_the_clock")));
  }
  TRY(change.valid_from, cells.day("valid_from"));
  TRY(change.valid_to, cells.date("valid_to"));
  return change;
}

Result<RowOutcome> one_contact(ImportRun& run, const TableRow& row) {
  const Cells cells(run, row);
  cells.look_at_unit();
  cells.look_at_name(refusals::kNeedsPersonName);
  run.look_at("purpose", purpose_from_words(cells.plain("purpose")));
  run.look_at("phone", phone_from_text(cells.plain("phone")));
  run.look_at("email", email_from_text(cells.plain("email")));
  run.look_at("around_the_clock", flag_from_words(cells.plain("around_the_clock")));
  cells.look_at_days({"valid_from", "valid_to"});
  TRY_VOID(run.all_well());
  TRY(const auto unit, run.unit_named(cells.plain("unit")));
  TRY(auto change, contact_change(run, cells));
  change.unit = unit;
  TRY(const auto name, line_from_text(*change.name));
  const Contact wanted{.unit = unit,
                       .purpose = *change.purpose,
                       .name = name,
                       .valid_from = change.valid_from.value_or(vietnam_day(run.now)),
                       .valid_to = changed(change.valid_to, std::optional<Date>())};
  const std::string key = known_as(wanted);
  TRY(const auto id, contact_of(run, key, wanted));
  RowOutcome outcome{.text = name};
  if (!id) {
    outcome.action = RowOutcome::Action::add;
    TRY(const auto as_new, changed_contact({.valid_from = vietnam_day(run.now)}, change));
    outcome.written = written(as_new);
    TRY(const auto made, create_contact(run.connection, run.scope, change, run.now));
    run.know(key, made.value);
    TRY_VOID(run.first_time("contact:" + std::to_string(made.value)));
    return outcome;
  }
  TRY_VOID(run.first_time("contact:" + std::to_string(id->value)));
  // Another case is the same name.
  change.name.reset();
  TRY(const auto before, get_contact(run.connection, run.scope, *id));
  TRY(const auto after, changed_contact(before, change));
  outcome.written = written(after);
  if (written(before) == outcome.written) return outcome;
  outcome.action = RowOutcome::Action::change;
  TRY_VOID(update_contact(run.connection, run.scope, *id, change));
  return outcome;
}

Result<RowOutcome> one_range(ImportRun& run, const TableRow& row) {
  const Cells cells(run, row);
  cells.look_at_unit();
  run.look_at("range", IpRange::from_text(cells.plain("range")));
  TRY_VOID(run.all_well());
  TRY(const auto unit, run.unit_named(cells.plain("unit")));
  TRY(const auto range, IpRange::from_text(cells.plain("range")));
  TRY(const auto purpose, line_from_text(cells.plain("purpose")));
  TRY_VOID(run.first_time(range.text));
  TRY(const auto id, one_id<AddressRangeId>(run.connection,
                                            "SELECT id FROM address_range WHERE tenant_id = ?1 AND unit_id = ?2 AND range = ?3",
                                            {run.scope.tenant(), unit, range.text}));
  RowOutcome outcome{.text = range.text};
  outcome.written = std::to_string(unit.value) + "|" + range.text + "|" + purpose;
  if (id) {
    TRY(const auto before, get_address_range(run.connection, run.scope, *id));
    if (purpose.empty() || before.purpose == purpose) return outcome;
    TRY_VOID(delete_address_range(run.connection, run.scope, *id));
    outcome.action = RowOutcome::Action::change;
  } else {
    outcome.action = RowOutcome::Action::add;
  }
  TRY_VOID(create_address_range(run.connection, run.scope, unit, range.text, purpose, run.now));
  return outcome;
}

template <class One>
Result<void> each(ImportRun& run, One one) {
  TRY_VOID(run.load_units());
  for (const TableRow& row : run.list.rows()) {
    if (run.list.is_blank(row)) continue;
    TRY_VOID(run.row(row, [&] { return one(run, row); }));
  }
  return {};
}

}  // namespace

Result<void> import_systems(ImportRun& run) {
  TRY_VOID(know_systems(run));
  return each(run, one_system);
}

Result<void> import_sites(ImportRun& run) { return each(run, one_site); }
Result<void> import_contacts(ImportRun& run) {
  TRY_VOID(know_contacts(run));
  return each(run, one_contact);
}

Result<void> import_ranges(ImportRun& run) { return each(run, one_range); }

}  // namespace khien::estate
