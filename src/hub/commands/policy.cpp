#include <charconv>
#include <optional>
#include <utility>

#include "command.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/date.hpp"
#include "khien/core/file.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/units.hpp"
#include "khien/policy/machine_policies.hpp"
#include "khien/policy/policies.hpp"
#include "khien/store/audit_log.hpp"

namespace khien::hub {
namespace {

Result<std::int64_t> number_from(const std::string& digits, std::string_view of_what) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (problem != std::errc() || end != digits.data() + digits.size() || number < 1) {
    return Error(Code::invalid, "the number of " + std::string(of_what) + " is needed");
  }
  return number;
}

// Who may do it in the interface may be named here, and nobody else.
Result<UserId> person_named(store::Connection& connection, TenantId tenant, const std::optional<std::string>& name) {
  if (!name) return Error(Code::invalid, "say on whose word: --as USER");
  TRY(const auto accounts, api::list_accounts(connection, tenant));
  for (const auto& account : accounts) {
    if (account.username != *name) continue;
    const bool may = account.role == Role::province_admin || account.role == Role::soc_operator;
    if (account.disabled || !may) return Error(Code::denied, "that person may not decide policies");
    return account.id;
  }
  return Error(Code::not_found, "there is no such person");
}

std::string role_word(std::optional<MachineRole> role) { return role ? std::string(to_string(*role)) : "any"; }

Result<std::optional<MachineRole>> role_from(const Arguments& arguments) {
  const auto word = arguments.value_or("role", "any");
  if (word == "any") return std::optional<MachineRole>();
  TRY(const auto role, machine_role_from_string(word));
  return std::optional(role);
}

// The unit that is named, or the one above all.
Result<UnitId> unit_from(store::Connection& connection, TenantId tenant, const Arguments& arguments) {
  if (const auto digits = arguments.value("unit")) {
    TRY(const auto number, number_from(*digits, "a unit"));
    return UnitId{number};
  }
  return estate::root_unit(connection, tenant);
}

Result<policy::Draft> draft_from(const Arguments& arguments, Date today) {
  policy::Draft draft;
  TRY(const auto bytes, from_base64(arguments.value_or("content", "")));
  TRY(draft.policy, policy_from_json(as_text(bytes)));
  draft.valid_from = today;
  if (const auto from = arguments.value("from")) {
    TRY(draft.valid_from, Date::parse(*from));
  }
  if (const auto until = arguments.value("until")) {
    TRY(const auto day, Date::parse(*until));
    draft.valid_until = day;
  }
  draft.reason = arguments.value_or("reason", "");
  return draft;
}

Result<void> audit(store::Connection& connection, const Office& office, std::string_view action, PolicyId id,
                   std::string detail) {
  TRY_VOID(store::append_audit(connection, office.tenant,
                               {.at = office.env.clock.now(),
                                .who = "system",
                                .action = std::string(action),
                                .object = "policy:" + std::to_string(id.value),
                                .detail = std::move(detail),
                                .address = "local"}));
  return {};
}

std::string days_of(const policy::PolicyVersion& version) {
  return khien::to_string(version.valid_from) + " – " + (version.valid_until ? khien::to_string(*version.valid_until) : "…");
}

std::string state_of(const policy::PolicyRecord& record, const policy::PolicyVersion& version, Date today) {
  if (&version == record.in_force(today)) return "in_force";
  return std::string(to_string(version.state));
}

void write_version(JsonWriter& out, const policy::PolicyRecord& record, const policy::PolicyVersion& version, Date today) {
  out.begin_object().field("number", std::int64_t{version.number}).field("state", state_of(record, version, today));
  out.field("valid_from", khien::to_string(version.valid_from)).key("valid_until");
  if (version.valid_until) {
    out.string(khien::to_string(*version.valid_until));
  } else {
    out.null();
  }
  out.field("reason", version.reason).key("policy").raw(version.text).end_object();
}

std::string json_of(const policy::PolicyRecord& record, Date today) {
  JsonWriter out;
  out.begin_object().field("id", record.id.value).field("unit", record.unit_name).field("unit_id", record.unit.value);
  out.field("role", role_word(record.role)).key("versions").begin_array();
  for (const auto& version : record.versions) write_version(out, record, version, today);
  out.end_array().end_object();
  return out.take();
}

int list(Office& office, const Arguments& arguments, Console& console) {
  const Date today = vietnam_day(office.env.clock.now());
  std::vector<policy::PolicyRecord> all;
  const auto read = office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    std::optional<UnitId> unit;
    if (arguments.has("unit")) {
      TRY(unit, unit_from(connection, office.tenant, arguments));
    }
    TRY(all, policy::list_policies(connection, scope, unit));
    return {};
  });
  if (!read) return console.fail(read.error());
  std::string lines;
  for (const auto& record : all) {
    if (arguments.has("json")) {
      lines += json_of(record, today) + "\n";
      continue;
    }
    const auto* shown = record.in_force(today) != nullptr ? record.in_force(today) : &record.versions.front();
    lines += std::to_string(record.id.value) + "\t" + printable(record.unit_name) + "\t" + role_word(record.role) + "\t" +
             std::to_string(shown->number) + "\t" + state_of(record, *shown, today) + "\t" + days_of(*shown) +
             (record.draft() != nullptr ? "\tdraft" : "") + "\n";
  }
  console.out(lines);
  return 0;
}

int show(Office& office, const Arguments& arguments, Console& console) {
  const auto id = number_from(arguments.positional().size() == 2 ? arguments.positional()[1] : "", "a policy");
  if (!id) return console.fail(id.error());
  const Date today = vietnam_day(office.env.clock.now());
  std::optional<policy::PolicyRecord> record;
  const auto read = office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(record, policy::get_policy(connection, scope, PolicyId{*id}));
    return {};
  });
  if (!read) return console.fail(read.error());
  console.out(json_of(*record, today) + "\n");
  return 0;
}

int set(Office& office, const Arguments& arguments, Console& console) {
  const Timestamp now = office.env.clock.now();
  PolicyId id;
  const auto done = office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(const auto person, person_named(connection, office.tenant, arguments.value("as")));
    TRY(const auto draft, draft_from(arguments, vietnam_day(now)));
    TRY(const auto role, role_from(arguments));
    TRY(const auto unit, unit_from(connection, office.tenant, arguments));
    TRY(const auto all, policy::list_policies(connection, scope, unit));
    const policy::PolicyRecord* known = nullptr;
    for (const auto& record : all) {
      if (record.unit == unit && record.role == role) known = &record;
    }
    if (known != nullptr) {
      id = known->id;
      TRY_VOID(policy::write_draft(connection, scope, id, person, draft, now));
    } else {
      TRY(id, policy::begin_draft(connection, scope, unit, role, person, draft, now));
    }
    return audit(connection, office, "policy.draft", id, "as " + arguments.value_or("as", ""));
  });
  if (!done) return console.fail(done.error());
  const std::string number = std::to_string(id.value);
  console.say({"Đã soạn chính sách " + number + ". Người thứ hai công bố: khien policy publish " + number + " --as NGƯỜI-KHÁC",
               "Policy " + number + " is drafted. A second person publishes it: khien policy publish " + number + " --as ANOTHER"});
  return 0;
}

void say_preview(const policy::Preview& seen, bool json, Console& console) {
  if (json) {
    JsonWriter out;
    out.begin_object().field("machines", seen.machines).field("touched", seen.touched).field("held_by_lock", seen.held_by_lock);
    out.key("changes").begin_array();
    for (const auto& change : seen.changes) {
      out.begin_object().field("setting", to_string(change.setting)).key("before").raw(change.before);
      out.key("after").raw(change.after).field("machines", change.machines).end_object();
    }
    out.end_array().end_object();
    console.out(out.take() + "\n");
    return;
  }
  const std::string machines = std::to_string(seen.machines), touched = std::to_string(seen.touched);
  console.say({touched + " trong " + machines + " máy thay đổi.", touched + " of " + machines + " machines change."});
  if (seen.held_by_lock > 0) {
    const std::string held = std::to_string(seen.held_by_lock);
    console.say({held + " máy: có thiết lập bị đơn vị cấp trên khóa.", held + " machines: a unit above has locked a setting."});
  }
  for (const auto& change : seen.changes) {
    console.out(std::string(to_string(change.setting)) + "\t" + printable(change.before) + " → " + printable(change.after) + "\t" +
                std::to_string(change.machines) + "\n");
  }
}

int preview(Office& office, const Arguments& arguments, Console& console) {
  const Timestamp now = office.env.clock.now();
  policy::Preview seen;
  const auto read = office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(const auto draft, draft_from(arguments, vietnam_day(now)));
    TRY(const auto role, role_from(arguments));
    TRY(const auto unit, unit_from(connection, office.tenant, arguments));
    TRY(seen, policy::preview(connection, scope, unit, role, draft, now));
    return {};
  });
  if (!read) return console.fail(read.error());
  say_preview(seen, arguments.has("json"), console);
  return 0;
}

int publish(Office& office, const Arguments& arguments, Console& console) {
  const auto id = number_from(arguments.positional().size() == 2 ? arguments.positional()[1] : "", "a policy");
  if (!id) return console.fail(id.error());
  const bool declines = arguments.has("decline");
  const Timestamp now = office.env.clock.now();
  const auto done = office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(const auto person, person_named(connection, office.tenant, arguments.value("as")));
    TRY(const auto record, policy::get_policy(connection, scope, PolicyId{*id}));
    const auto* draft = record.draft();
    if (draft == nullptr) return Error(Code::conflict, "it has no draft");
    const policy::Decision decision{.publish = !declines, .read = draft->digest(), .note = arguments.value_or("reason", "")};
    TRY_VOID(policy::decide_draft(connection, scope, record.id, person, decision, now));
    return audit(connection, office, declines ? "policy.decline" : "policy.publish", record.id, "as " + arguments.value_or("as", ""));
  });
  if (!done) return console.fail(done.error());
  if (declines) {
    console.say({"Đã không chấp nhận bản dự thảo.", "The draft is declined."});
  } else {
    console.say({"Đã công bố. Các máy nhận trong vài phút.", "Published. The machines take it within minutes."});
  }
  return 0;
}

void write_effective(JsonWriter& out, const policy::MachinePolicyRecord& record) {
  out.begin_object().field("role", record.role ? to_string(*record.role) : "unknown");
  out.field("version", record.desired ? record.desired->version : 0);
  out.field("seen_version", record.seen ? record.seen->seen.version : 0).key("settings").begin_object();
  for (std::size_t i = 0; i < kPolicySettings; ++i) {
    const auto setting = static_cast<PolicySetting>(i);
    const auto& origin = record.effective.origins.at(i);
    if (!origin) continue;
    out.key(to_string(setting)).begin_object().key("value").raw(to_json(record.effective.settings, setting));
    const auto unit = record.units.find(origin->unit);
    out.field("unit", unit == record.units.end() ? "" : unit->second).field("role", role_word(origin->role));
    out.field("policy", origin->id.value).field("number", std::int64_t{origin->number}).field("locked", origin->locked).end_object();
  }
  out.end_object().key("drift").begin_array();
  for (const Claim& claim : record.drift) out.string(claim.rule + " " + claim.subject);
  out.end_array().end_object();
}

int effective(Office& office, const Arguments& arguments, Console& console) {
  const auto id = number_from(arguments.positional().size() == 2 ? arguments.positional()[1] : "", "a machine");
  if (!id) return console.fail(id.error());
  std::optional<policy::MachinePolicyRecord> record;
  const auto read = office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(record, policy::machine_policy(connection, scope, MachineId{*id}, office.env.clock.now()));
    return {};
  });
  if (!read) return console.fail(read.error());
  JsonWriter out;
  write_effective(out, *record);
  console.out(out.take() + "\n");
  return record->drift.empty() ? 0 : 1;
}

int run(Office& office, const Arguments& arguments, Console& console) {
  const std::string verb = arguments.positional().empty() ? "" : arguments.positional()[0];
  if (verb == "list") return list(office, arguments, console);
  if (verb == "show") return show(office, arguments, console);
  if (verb == "set" && arguments.has("content")) return set(office, arguments, console);
  if (verb == "preview" && arguments.has("content")) return preview(office, arguments, console);
  if (verb == "publish") return publish(office, arguments, console);
  if (verb == "effective") return effective(office, arguments, console);
  return console.misuse({"cần list, show SỐ, set TỆP, preview TỆP, publish SỐ hoặc effective MÁY",
                         "list, show ID, set FILE, preview FILE, publish ID or effective MACHINE is needed"});
}

// The file lies with whoever calls: its bytes travel, as the hub may not read it.
Result<void> prepare(const Arguments& arguments, std::vector<std::string>& words) {
  const auto& given = arguments.positional();
  const bool has_file = given.size() == 2 && (given[0] == "set" || given[0] == "preview");
  if (!has_file || arguments.has("content")) return {};
  TRY(const auto bytes, system_files().read(given[1], kMaxPolicyBytes));
  words.push_back("--content=" + to_base64(as_bytes(bytes)));
  return {};
}

}  // namespace

Command policy_command() {
  return {.name = "policy",
          .synopsis = "policy list [--unit ID] [--json] | policy show ID | "
                      "policy preview FILE [--unit ID] [--role ROLE] [--from DAY] [--json] | "
                      "policy set FILE [--unit ID] [--role ROLE] [--from DAY] [--until DAY] --reason TEXT --as USER | "
                      "policy publish ID --as USER [--decline --reason TEXT] | policy effective MACHINE",
          .summary = {"chính sách của đơn vị cho các máy", "what units want of their machines"},
          .details = {"FILE là chính sách dạng JSON (docs/reference/policy.md). Bản dự thảo do người thứ hai công bố, khác người "
                      "soạn; bản đã công bố không sửa được, chỉ thay bằng phiên bản sau.\n"
                      "effective: máy phải làm gì, theo lời ai, và khác ở đâu; mã kết thúc 1 nếu có chỗ khác.\n"
                      "Ví dụ: khien policy preview chinh-sach.json --unit 12 --role server",
                      "FILE is a policy as JSON (docs/reference/policy.md). A draft is published by a second person, another than "
                      "who wrote it; what is published never changes, a later version replaces it.\n"
                      "effective: what a machine is to do, who says so, and where it differs; exit code 1 if it does.\n"
                      "Example: khien policy preview policy.json --unit 12 --role server"},
          .options = with_folder({{"unit", "ID", {"đơn vị (mặc định: cao nhất)", "the unit (default: the one above all)"}},
                                  {"role", "ROLE", {"any, workstation, server hoặc other", "any, workstation, server or other"}},
                                  {"from", "DAY", {"từ ngày (năm-tháng-ngày; mặc định: hôm nay)", "from this day (year-month-day; default: today)"}},
                                  {"until", "DAY", {"đến hết ngày", "to the end of this day"}},
                                  {"reason", "TEXT", {"vì sao", "why"}},
                                  {"as", "USER", {"theo lời của ai", "on whose word"}},
                                  {"decline", "", {"không chấp nhận", "decline it"}},
                                  {"json", "", {"in JSON", "print JSON"}},
                                  {.name = "content", .value = "BASE64", .help = {"nội dung tệp", "the file's content"}, .own = true}}),
          .office = run,
          .prepare = prepare};
}

}  // namespace khien::hub
