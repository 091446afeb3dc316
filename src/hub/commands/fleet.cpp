#include <charconv>

#include "command.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/fleet/fleet.hpp"
#include "khien/store/audit_log.hpp"

namespace khien::hub {
namespace {

fleet::Policy policy_of(const Office& office) {
  return {.agreement = static_cast<int>(office.config.fleet_agreement),
          .check_per_mille = static_cast<int>(office.config.fleet_check_per_mille)};
}

void write_machines(JsonWriter& out, std::string_view name, const std::vector<MachineId>& machines) {
  out.key(name).begin_array();
  for (const MachineId machine : machines) out.integer(machine.value);
  out.end_array();
}

std::string as_json(const fleet::Status& status, const fleet::Policy& policy) {
  JsonWriter out;
  out.begin_object()
      .field("agreement", std::int64_t{policy.agreement})
      .field("check_per_mille", std::int64_t{policy.check_per_mille})
      .field("branches", status.branches)
      .field("recall", status.recall)
      .field("contested", status.contested);
  write_machines(out, "distrusted", status.distrusted);
  out.key("contents").begin_array();
  for (const auto& content : status.contents) {
    out.begin_object()
        .field("content", content_name(content.content))
        .field("first_seen", content.first_seen)
        .field("last_seen", content.last_seen)
        .field("files", content.files)
        .field("agreed", content.agreed)
        .field("answers", content.answers)
        .end_object();
  }
  out.end_array().end_object();
  return out.take() + "\n";
}

int show_status(Office& office, const Arguments& arguments, Console& console) {
  const fleet::Policy policy = policy_of(office);
  fleet::Status status;
  const auto read = office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(status, fleet::status(connection, office.tenant, policy));
    return {};
  });
  if (!read) return console.fail(read.error());
  if (arguments.has("json")) {
    console.out(as_json(status, policy));
    return 0;
  }
  const std::string contested = std::to_string(status.contested);
  const std::string distrusted = std::to_string(status.distrusted.size());
  console.say({"Tệp không dùng chung kết luận: " + contested + "; máy không được tin: " + distrusted,
               "Files not shared: " + contested + "; machines not trusted: " + distrusted});
  if (status.branches < policy.agreement) {
    const std::string there_are = std::to_string(status.branches);
    const std::string wanted = std::to_string(policy.agreement);
    console.say({"Chưa dùng chung kết luận nào: chỉ có " + there_are + " đơn vị trực thuộc tỉnh có máy, cần " + wanted,
                 "Nothing is shared: " + there_are + " units directly below the province have machines, " + wanted +
                     " are needed"});
  }
  for (const auto& content : status.contents) {
    console.out(content_name(content.content) + "\t" + to_rfc3339(content.last_seen) + "\t" +
                std::to_string(content.agreed) + " / " + std::to_string(content.files) + "\n");
  }
  return 0;
}

int show_file(Office& office, const Arguments& arguments, Console& console) {
  const auto sha256 = Sha256::from_hex(arguments.positional()[1]);
  if (!sha256) return console.fail(sha256.error());
  fleet::FileReport found;
  const auto read = office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(found, fleet::report(connection, office.tenant, *sha256));
    return {};
  });
  if (!read) return console.fail(read.error());
  JsonWriter out;
  out.begin_object().field("sha256", sha256->hex()).field("contested", found.contested).key("contents").begin_array();
  for (const auto& here : found.contents) {
    out.begin_object().field("content", content_name(here.content)).field("answers", here.answers);
    write_machines(out, "voters", here.voters);
    out.end_object();
  }
  out.end_array().end_object();
  console.out(out.take() + "\n");
  return 0;
}

Result<MachineId> machine_from(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) {
    return Error(Code::invalid, "'" + printable(text) + "' is not a number");
  }
  return MachineId{number};
}

Result<void> recall_one(store::Connection& connection, TenantId tenant, std::string_view kind, std::string_view what,
                        std::string_view reason, Timestamp now) {
  if (kind == "file") {
    TRY(const auto sha256, Sha256::from_hex(what));
    TRY_VOID(fleet::recall_file(connection, tenant, sha256, reason, now));
  } else if (kind == "machine") {
    TRY(const auto machine, machine_from(what));
    TRY_VOID(fleet::recall_machine(connection, tenant, machine, reason, now));
  } else if (kind == "content") {
    TRY(const auto content, content_from_name(what));
    TRY_VOID(fleet::recall_content(connection, tenant, content, reason, now));
  } else {
    return Error(Code::invalid, "file, machine or content is needed");
  }
  return {};
}

Result<void> audit(store::Connection& connection, TenantId tenant, std::string_view action, std::string object,
                   std::string detail, Timestamp now) {
  TRY_VOID(store::append_audit(connection, tenant,
                               {.at = now,
                                .who = "system",
                                .action = std::string(action),
                                .object = std::move(object),
                                .detail = std::move(detail),
                                .address = "local"}));
  return {};
}

int recall(Office& office, const Arguments& arguments, Console& console) {
  const auto& words = arguments.positional();
  const std::string reason = arguments.value_or("reason", "");
  if (words.size() != 3 || reason.empty()) {
    return console.misuse({"cần file|machine|content, giá trị và --reason", "file|machine|content, a value and --reason are needed"});
  }
  const Timestamp now = office.env.clock.now();
  const auto done = office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(recall_one(connection, office.tenant, words[1], words[2], reason, now));
    return audit(connection, office.tenant, "fleet.recall", words[1] + ":" + words[2], reason, now);
  });
  if (!done) return console.fail(done.error());
  console.say({"Đã thu hồi; các máy sẽ tự kết luận lại.", "Recalled; machines will judge again."});
  return 0;
}

int trust(Office& office, const Arguments& arguments, Console& console) {
  const auto machine = machine_from(arguments.positional()[1]);
  if (!machine) return console.fail(machine.error());
  const Timestamp now = office.env.clock.now();
  const auto done = office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(fleet::trust_machine(connection, office.tenant, *machine));
    return audit(connection, office.tenant, "fleet.trust", "machine:" + std::to_string(machine->value), "", now);
  });
  if (!done) return console.fail(done.error());
  console.say({"Kết luận của máy lại được tính.", "The machine's word counts again."});
  return 0;
}

int run(Office& office, const Arguments& arguments, Console& console) {
  const auto& words = arguments.positional();
  const std::string verb = words.empty() ? "" : words[0];
  if (verb == "status" && words.size() == 1) return show_status(office, arguments, console);
  if (verb == "file" && words.size() == 2) return show_file(office, arguments, console);
  if (verb == "recall") return recall(office, arguments, console);
  if (verb == "trust" && words.size() == 2) return trust(office, arguments, console);
  return console.misuse({"cần status, file, recall hoặc trust", "status, file, recall or trust is needed"});
}

}  // namespace

Command fleet_command() {
  return {.name = "fleet",
          .synopsis = "fleet status [--json] | fleet file SHA256 | fleet recall file|machine|content VALUE --reason TEXT | "
                      "fleet trust ID",
          .summary = {"kết luận về tệp mà các máy dùng chung", "what machines share about files"},
          .details = {"Một tệp được coi là sạch cho máy khác khi máy của đủ số đơn vị đã tự quét và cùng kết luận.\n"
                      "recall: thu hồi theo tệp, theo máy đã kết luận, hoặc theo bộ quy tắc; mọi máy kết luận lại.\n"
                      "Ví dụ: khien fleet recall machine 12 --reason \"máy bị xâm nhập\"",
                      "A file counts as clean for other machines once machines of enough units judged it themselves.\n"
                      "recall: by file, by the machine that judged, or by rule set; every machine judges again.\n"
                      "Example: khien fleet recall machine 12 --reason \"machine was broken into\""},
          .options = with_folder({{"json", "", {"in JSON", "print JSON"}},
                                  {"reason", "TEXT", {"lý do, ghi vào nhật ký", "why; goes into the audit log"}}}),
          .office = run};
}

}  // namespace khien::hub
