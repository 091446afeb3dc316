#include <algorithm>
#include <utility>

#include "call.hpp"
#include "dto.hpp"
#include "dto_advisory.hpp"
#include "dto_duty.hpp"
#include "dto_site.hpp"
#include "duty_call.hpp"
#include "khien/duty/agenda.hpp"
#include "khien/duty/duty_records.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/machines.hpp"
#include "khien/flow/findings.hpp"
#include "khien/request/help.hpp"
#include "khien/request/requests.hpp"
#include "problem.hpp"
#include "rule_words.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

constexpr std::size_t kMostTasks = 50;
constexpr std::size_t kMostOfAKind = 5;
constexpr std::size_t kMostLookedAt = 100;

struct Link {
  std::optional<std::string> duty = {};
  std::optional<std::string> clause = {};
  std::optional<std::string> register_name = {};
  std::optional<std::int64_t> unit = {};
  std::optional<std::int64_t> finding = {};
  std::optional<std::int64_t> machine = {};
  std::optional<std::int64_t> site_case = {};
  std::optional<std::int64_t> advisory = {};
  std::optional<std::int64_t> request = {};
  std::optional<std::int64_t> help = {};
  std::optional<std::string> rule = {};
};

struct Task {
  std::string_view kind;
  bool urgent = false;
  LocalText title;
  LocalText why;
  std::optional<Date> due = {};
  LocalText due_text = {};
  std::optional<int> minutes = {};
  std::vector<LocalText> steps = {};
  LocalText proof = {};
  Link link = {};
};

// How the task ends: what will be seen, and by whom.
LocalText proof_of(JudgeId judge) {
  if (judge == JudgeId::law) {
    return {"Máy tự xem lại cấu hình trong vòng 4 giờ và tự xác nhận.",
            "The machine looks again within four hours and confirms by itself."};
  }
  if (judge == JudgeId::watch) {
    return {"Lần quét sau thấy trang sạch với cả bốn kiểu khách; hệ thống tự xác nhận.",
            "The next look finds the page clean for all four kinds of visitors; confirmed by itself."};
  }
  return {"Lần quét sau không còn thấy tệp; hệ thống tự xác nhận.", "The next scan does not find it; confirmed by itself."};
}

void write_id_or_null(JsonWriter& json, std::string_view name, std::optional<std::int64_t> id) {
  json.key(name);
  id ? json.integer(*id) : json.null();
}

void write_task(JsonWriter& json, const Task& task) {
  json.begin_object().field("kind", task.kind).field("urgent", task.urgent);
  write_words(json, "title", task.title);
  write_words(json, "why", task.why);
  write_date(json, "due", task.due);
  write_words(json, "due_text", task.due_text);
  json.key("minutes");
  task.minutes ? json.integer(*task.minutes) : json.null();
  json.key("steps").begin_array();
  for (const auto& step : task.steps) write_text(json, step);
  json.end_array();
  write_words(json, "proof", task.proof);
  json.key("link").begin_object();
  write_text_or_null(json, "duty", task.link.duty);
  write_text_or_null(json, "clause", task.link.clause);
  write_text_or_null(json, "register", task.link.register_name);
  write_id_or_null(json, "unit", task.link.unit);
  write_id_or_null(json, "finding", task.link.finding);
  write_id_or_null(json, "machine", task.link.machine);
  write_id_or_null(json, "site_case", task.link.site_case);
  write_id_or_null(json, "advisory", task.link.advisory);
  write_id_or_null(json, "request", task.link.request);
  write_id_or_null(json, "help", task.link.help);
  write_text_or_null(json, "rule", task.link.rule);
  json.end_object().end_object();
}

class Today {
 public:
  Today(const Call& call, store::Connection& connection, UnitId unit) : call_(call), connection_(connection), unit_(unit) {}

  // What is wrong on machines comes first: it spreads while reports wait.
  Result<void> collect(const duty::Agenda& agenda) {
    TRY_VOID(add_findings());
    TRY_VOID(add_site_cases());
    TRY_VOID(add_escalations());
    TRY_VOID(add_advisories());
    TRY_VOID(add_checks());
    TRY_VOID(add_requests());
    TRY_VOID(add_help());
    for (const auto& task : agenda.tasks) {
      if (task.state == duty::DutyState::overdue) add_duty(task);
    }
    TRY_VOID(add_machines());
    TRY_VOID(add_approvals());
    for (const auto& task : agenda.tasks) {
      if (task.state != duty::DutyState::overdue) add_duty(task);
    }
    if (tasks_.size() > kMostTasks) tasks_.resize(kMostTasks);
    return {};
  }

  const std::vector<Task>& tasks() const { return tasks_; }

 private:
  Result<void> add_findings() {
    flow::FindingQuery query;
    query.me = call_.who->user;
    query.unit = unit_;
    query.severities = {Severity::critical, Severity::high};
    query.limit = kMostLookedAt;
    TRY(const auto page, flow::list_findings(connection_, call_.scope(), query));
    std::size_t taken = 0;
    for (const auto& finding : page.items) {
      if (finding.asset.site()) continue;  // its case is the task
      // How machines are set up is one task for all of them.
      if (finding.judge == JudgeId::law) continue;
      if (finding.judge == JudgeId::advisory) continue;  // its advisory is the task
      if (++taken > kMostOfAKind) break;
      const auto text = words_for(call_.services.options, finding.rule);
      const auto where = finding.asset_name + " · " + finding.unit_name;
      Task task{.kind = "finding", .urgent = true, .title = text.title, .why = {where, where}};
      task.steps = text.what_to_do;
      task.proof = proof_of(finding.judge);
      task.link.finding = finding.id.value;
      task.link.unit = finding.unit.value;
      tasks_.push_back(std::move(task));
    }
    return {};
  }

  Result<void> add_site_cases() {
    site::CaseQuery query{.unit = unit_, .waits_only = true, .limit = kMostOfAKind};
    TRY(const auto page, site::list_cases(connection_, call_.scope(), query));
    for (const auto& record : page.items) {
      auto words = words_for_case(record);
      const auto where = record.address + " · " + record.unit_name;
      Task task{.kind = "site_case", .urgent = true, .title = std::move(words.title), .why = {where, where}};
      task.steps = std::move(words.steps);
      task.proof = std::move(words.proof);
      task.link.site_case = record.id.value;
      task.link.unit = record.unit.value;
      tasks_.push_back(std::move(task));
    }
    return {};
  }

  // One task an advisory, however many machines have it.
  Result<void> add_advisories() {
    patch::AdvisoryQuery query{.view = patch::AdvisoryQuery::View::open, .unit = unit_, .kind = {}, .severities = {}, .words = {},
                               .cursor = {}, .limit = kMostOfAKind};
    TRY(const auto page, patch::list_advisories(connection_, call_.scope(), query, call_.now));
    for (const auto& record : page.items) {
      auto words = words_for_advisory(record.name, record.title);
      const auto machines = std::to_string(record.counts.open);
      const auto units = std::to_string(record.units);
      Task task{.kind = "advisory", .urgent = record.overdue || record.ransomware, .title = std::move(words.title),
                .why = {machines + " máy chưa vá, " + units + " cơ quan liên quan",
                        machines + (record.counts.open == 1 ? " machine" : " machines") + " not patched, " + units +
                            (record.units == 1 ? " body" : " bodies") + " concerned"},
                .due = record.due};
      if (record.overdue) task.due_text = {"Quá hạn", "Overdue"};
      task.steps = std::move(words.what_to_do);
      task.proof = {"Lần kiểm kê sau của máy thấy bản đã vá; hệ thống tự xác nhận.",
                    "The machine's next inventory shows the fix; confirmed by itself."};
      task.link.advisory = record.id.value;
      task.link.unit = unit_.value;
      tasks_.push_back(std::move(task));
    }
    return {};
  }

  // What units below did not do in time is the task of the unit above.
  Result<void> add_escalations() {
    TRY(const auto escalations, patch::escalations_to(connection_, call_.scope(), unit_, kMostOfAKind, call_.now));
    for (const auto& one : escalations) {
      const auto machines = std::to_string(one.open);
      Task task{.kind = "advisory", .urgent = true,
                .title = {one.unit_name + " quá hạn xử lý " + one.name, one.unit_name + " is overdue with " + one.name},
                .why = {machines + " máy chưa vá", machines + (one.open == 1 ? " machine" : " machines") + " not patched"},
                .due = one.due, .due_text = {"Quá hạn", "Overdue"}};
      task.steps = {{"Gọi đầu mối của cơ quan, hỏi vướng mắc.", "Call the body's contact and ask what is in the way."},
                    {"Cử người hỗ trợ vá, hoặc quyết định biện pháp thay thế có ngày kết thúc.",
                     "Send help to patch, or decide on another measure with an end day."}};
      task.proof = {"Máy của cơ quan báo bản đã vá; hệ thống tự xác nhận.", "Its machines show the fix; confirmed by itself."};
      task.link.advisory = one.advisory.value;
      task.link.unit = one.unit.value;
      tasks_.push_back(std::move(task));
    }
    return {};
  }

  Result<void> add_checks() {
    flow::FindingQuery query;
    query.unit = unit_;
    query.severities = {Severity::critical, Severity::high};
    query.judge = JudgeId::law;
    query.limit = kMostOfAKind;
    TRY(const auto groups, flow::group_findings(connection_, call_.scope(), query));
    for (const auto& group : groups) add_check(group);
    return {};
  }

  void add_check(const flow::FindingGroup& group) {
    const auto text = words_for(call_.services.options, group.rule);
    const auto machines = std::to_string(group.assets), units = std::to_string(group.units);
    Task task{.kind = "finding",
              .urgent = true,
              .title = text.title,
              .why = {machines + " máy thuộc " + units + " cơ quan",
                      machines + (group.assets == 1 ? " machine of " : " machines of ") + units +
                          (group.units == 1 ? " body" : " bodies")}};
    task.steps = text.what_to_do;
    task.proof = {"Máy tự xem lại cấu hình trong vòng 4 giờ và tự xác nhận.",
                  "The machine looks again within four hours and confirms by itself."};
    task.link.rule = group.rule;
    task.link.unit = unit_.value;
    tasks_.push_back(std::move(task));
  }

  Result<void> add_machines() {
    for (const auto health : {estate::MachineHealth::attention, estate::MachineHealth::silent}) {
      estate::MachineQuery query;
      query.unit = unit_;
      query.health = health;
      query.limit = kMostOfAKind;
      TRY(const auto page, estate::list_machines(connection_, call_.scope(), query, call_.now));
      for (const auto& machine : page.items) add_machine(machine, health);
    }
    return {};
  }

  void add_machine(const estate::Machine& machine, estate::MachineHealth health) {
    const bool silent = health == estate::MachineHealth::silent;
    const auto where = machine.seen.hostname + " · " + machine.unit_name;
    Task task{.kind = "machine",
              .title = silent ? LocalText{"Máy mất liên lạc", "Machine is silent"}
                              : LocalText{"Máy chưa được bảo vệ đầy đủ", "Machine is short of protection"},
              .why = {where, where}};
    task.steps = silent ? std::vector<LocalText>{{"Kiểm tra máy có bật và có mạng không.", "See whether the machine is on and has a network."}}
                        : health_reasons(machine, call_.now);
    task.proof = {"Máy báo về; hệ thống tự xác nhận.", "The machine reports; confirmed by itself."};
    task.link.machine = machine.id.value;
    task.link.unit = machine.unit.value;
    tasks_.push_back(std::move(task));
  }

  // What the standing body asked of this unit; for the standing body, answers that wait.
  Result<void> add_requests() {
    if (is_standing_body()) return add_answers();
    TRY(const auto owed, request::owed_by(connection_, call_.scope(), unit_, kMostOfAKind));
    const auto today = vietnam_day(call_.now);
    for (const auto& one : owed) {
      const bool late = one.due && *one.due < today;
      Task task{.kind = "request", .urgent = late, .title = {"Trả lời yêu cầu: " + one.title, "Answer the request: " + one.title},
                .why = {one.unit_name, one.unit_name}, .due = one.due};
      if (late) task.due_text = {"Quá hạn", "Overdue"};
      if (one.state == request::State::returned) task.why = {one.unit_name + " · được yêu cầu bổ sung", one.unit_name + " · more is asked for"};
      task.proof = {"Đơn vị gửi yêu cầu xem và chấp nhận câu trả lời.", "Who asked looks at the answer and accepts it."};
      task.link.request = one.request.value;
      task.link.unit = one.unit.value;
      tasks_.push_back(std::move(task));
    }
    return {};
  }

  Result<void> add_answers() {
    TRY(const auto waiting, request::count_to_decide(connection_, call_.scope(), unit_));
    if (waiting == 0) return {};
    const auto number = std::to_string(waiting);
    Task task{.kind = "request",
              .title = {number + " câu trả lời chờ xem xét", number + (waiting == 1 ? " answer waits" : " answers wait") + " to be looked at"},
              .why = {"Các đơn vị đã trả lời yêu cầu.", "Units have answered requests."}};
    task.link.unit = unit_.value;
    tasks_.push_back(std::move(task));
    return {};
  }

  // For the standing body: who is stuck; for a unit: an answer that waits for its word.
  Result<void> add_help() {
    TRY(const auto figures, request::help_figures(connection_, call_.scope(), unit_, call_.now));
    const auto of = [&](request::HelpState state) { return figures.by_state[static_cast<std::size_t>(state)]; };
    const bool standing = is_standing_body();
    const auto count = standing ? of(request::HelpState::asked) + of(request::HelpState::taken) + of(request::HelpState::unsolved) : of(request::HelpState::answered);
    if (count == 0) return {};
    const auto number = std::to_string(count);
    Task task{.kind = "help",
              .title = standing ? LocalText{number + " yêu cầu hỗ trợ chờ trả lời", number + (count == 1 ? " request" : " requests") + " for help to answer"}
                                : LocalText{number + " câu trả lời hỗ trợ chờ đơn vị xác nhận", number + (count == 1 ? " answer waits" : " answers wait") + " for your word"},
              .why = standing ? LocalText{"Yêu cầu hỗ trợ chưa được trả lời, cũ nhất ở trên.", "Not answered yet, the oldest first."}
                              : LocalText{"Cho biết câu trả lời đã giải quyết được chưa.", "Say whether the answer solved it."}};
    task.link.unit = unit_.value;
    tasks_.push_back(std::move(task));
    return {};
  }

  bool is_standing_body() const {
    const auto role = call_.who->role;
    return role == Role::province_admin || role == Role::soc_operator;
  }

  Result<void> add_approvals() {
    const auto role = call_.who->role;
    if (role != Role::province_admin && role != Role::soc_operator && role != Role::leader) return {};
    TRY(const auto waiting, duty::count_waiting(connection_, call_.scope(), unit_, call_.who->user));
    const auto count = waiting.duty_records + waiting.register_records;
    if (count == 0) return {};
    const auto number = std::to_string(count);
    Task task{.kind = "approval",
              .title = {number + " bản ghi chờ duyệt", number + (count == 1 ? " record waits" : " records wait") + " for approval"},
              .why = {"Người khác đã ghi nhận; cần người thứ hai xác nhận.", "Others recorded them; a second person must confirm."}};
    task.link.unit = unit_.value;
    tasks_.push_back(std::move(task));
    return {};
  }

  void add_duty(const duty::DutyTask& one) {
    Task task{.kind = "duty", .urgent = one.state == duty::DutyState::overdue, .title = one.duty->title, .why = one.why, .due = one.due};
    task.due_text = law::describe(one.duty->due, one.duty->recurrence);
    task.minutes = one.duty->minutes;
    task.steps = one.duty->steps;
    task.proof = one.duty->proof;
    task.link.duty = one.duty->id;
    task.link.clause = one.clause->id;
    if (!one.duty->register_name.empty()) task.link.register_name = one.duty->register_name;
    task.link.unit = unit_.value;
    tasks_.push_back(std::move(task));
  }

  const Call& call_;
  store::Connection& connection_;
  UnitId unit_;
  std::vector<Task> tasks_;
};

void write_rest(JsonWriter& json, const duty::Agenda& agenda, const estate::DeviceCounts& devices,
                const estate::MachineCounts& machines, const estate::ProtectionCounts& protection,
                const std::optional<duty::Helper>& helper) {
  json.key("next_due");
  if (agenda.next_due) {
    json.begin_object();
    write_date(json, "date", agenda.next_due->date);
    write_words(json, "title", agenda.next_due->title);
    json.end_object();
  } else {
    json.null();
  }
  json.key("done").begin_array();
  for (const auto& done : agenda.done) {
    json.begin_object();
    write_words(json, "title", done.title);
    write_date(json, "on", done.on);
    json.field("by", "person").end_object();
  }
  json.end_array().key("figures").begin_object();
  json.field("devices", devices.expected).field("protected", devices.protected_).field("infected", machines.infected);
  json.field("machines", protection.machines).field("not_updated", protection.not_updated);
  json.field("duties", agenda.duties).field("duties_met", agenda.duties_met).end_object().key("help");
  if (helper) {
    json.begin_object().field("name", helper->name).field("phone", helper->phone).field("email", helper->email).end_object();
  } else {
    json.null();
  }
}

}  // namespace

Reply route::get_today(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto asked, unit_in_query(call, connection));
    const auto unit = asked.value_or(call.scope().roots().front());
    TRY(const auto known, estate::get_unit(connection, call.scope(), unit));
    TRY(const auto law, law_of(call, connection));
    const auto today = vietnam_day(call.now);
    TRY(const auto agenda, duty::read_agenda(connection, call.scope(), law, unit, call.now));
    TRY(const auto devices, estate::count_devices(connection, call.scope(), unit, call.now));
    TRY(const auto machines, estate::count_machines(connection, call.scope(), unit, call.now));
    TRY(const auto protection, estate::count_protection(connection, call.scope(), unit, call.now));
    TRY(const auto helper, duty::read_helper(connection, call.scope(), unit, today));
    Today tasks(call, connection, unit);
    TRY_VOID(tasks.collect(agenda));
    JsonWriter json;
    json.begin_object();
    write_date(json, "as_of", today);
    json.key("unit");
    write_ref(json, unit.value, known.name);
    json.key("tasks").begin_array();
    for (const auto& task : tasks.tasks()) write_task(json, task);
    json.end_array();
    write_rest(json, agenda, devices, machines, protection, helper);
    json.end_object();
    return call.json(json);
  });
}

}  // namespace khien::api
