#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <cstdlib>
#include <utility>

#include "commands/content.hpp"
#include "content_import.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/probe/bundle.hpp"
#include "khien/probe/content.hpp"
#include "khien/rollout/rollout.hpp"
#include "khien/store/audit_log.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMaxSignedBytes = probe::kMaxBundleBytes + kMaxEnvelopeBytes;

Result<void> audit(store::Connection& connection, const Office& office, std::string action, std::string object, std::string detail) {
  TRY_VOID(store::append_audit(connection, office.tenant,
                               {.at = office.env.clock.now(),
                                .who = "system",
                                .action = std::move(action),
                                .object = std::move(object),
                                .detail = std::move(detail),
                                .address = "local"}));
  return {};
}

Result<std::int64_t> number_from(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size() || number < 1) {
    return Error(Code::invalid, "'" + printable(text) + "' is not a number");
  }
  return number;
}

std::string object_of(std::int64_t version) { return "content:" + std::to_string(version); }

int take_root(Office& office, const Arguments& arguments, Console& console) {
  const auto text = arguments.value("text");
  if (!text) return console.misuse({"cần tệp gốc tin cậy đã ký", "the signed root's file is needed"});
  const auto signed_root = from_base64(*text);
  if (!signed_root) return console.fail(signed_root.error());
  const auto done = office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(rollout::take_root(connection, as_text(*signed_root)));
    TRY(const auto trust, rollout::trust(connection));
    return audit(connection, office, "content.trust", "root:" + std::to_string(trust.root_version()), "");
  });
  if (!done) return console.fail(done.error());
  console.say({"Trung tâm tin gốc này; các máy nhận gốc mới khi hỏi lần sau.",
               "The hub believes this root; machines get it when they ask next."});
  return 0;
}

Result<std::string> import(Office& office, const std::string& path, bool emergency) {
  TRY(const auto bytes, probe::MappedFile::open(path, kMaxSignedBytes));
  TRY(const auto file, read_signed_file(bytes->bytes()));
  const ContentImport parts{.hub = office.hub,
                            .env = office.env,
                            .folder = office.config.folder,
                            .audit = [&office](auto& connection, auto action, auto object, auto detail) {
                              return audit(connection, office, std::string(action), std::string(object), std::string(detail));
                            }};
  return import_content(parts, file, emergency);
}

int run_import(Office& office, const Arguments& arguments, Console& console) {
  const auto path = arguments.value("at");
  if (!path) return console.misuse({"cần tệp .khienpack", "a .khienpack file is needed"});
  console.say({"Đang kiểm tra chữ ký và chạy thử trên trung tâm…", "Checking signatures and trying it on the hub…"});
  const auto note = import(office, *path, arguments.has("emergency"));
  if (!note) return console.fail(note.error());
  console.say({"Đã nhận; bắt đầu từ vòng thử nghiệm. " + *note, "Taken; it begins with the lab ring. " + *note});
  return 0;
}

void write_release(JsonWriter& out, const rollout::Release& one, const std::array<rollout::RingCount, rollout::kRings>& rings,
                   const rollout::Vitals& vitals) {
  out.begin_object().field("version", one.version).field("sha256", one.sha256.hex());
  out.field("standing", to_string(one.rollout.standing)).field("ring", to_string(one.rollout.ring));
  out.field("baked_ms", one.rollout.baked.ms).field("emergency", one.emergency).field("why", one.why);
  out.field("gate", one.gate_note).field("imported_at", one.imported_at).field("changed_at", one.changed_at);
  out.field("carrying", vitals.carrying).field("silent", vitals.silent).field("failures", vitals.failures);
  out.key("rings").begin_array();
  for (std::size_t i = 0; i < rings.size(); ++i) {
    const auto ring = static_cast<rollout::Ring>(i);
    out.begin_object().field("ring", to_string(ring)).field("members", rings[i].members);
    out.field("probation", rings[i].probation).field("good", rings[i].good);
    if (ring != rollout::Ring::critical) out.field("bake_ms", one.rollout.plan.bake(ring).ms);
    out.end_object();
  }
  out.end_array().end_object();
}

void say_release(Console& console, const rollout::Release& one, const std::array<rollout::RingCount, rollout::kRings>& rings,
                 const rollout::Vitals& vitals) {
  std::string line = std::to_string(one.version) + "\t" + std::string(to_string(one.rollout.standing)) + "\t" +
                     std::string(to_string(one.rollout.ring)) + "\t" + std::to_string(one.rollout.baked.ms / 60'000) + " min";
  for (std::size_t i = 0; i < rings.size(); ++i) {
    line += "\t" + std::string(to_string(static_cast<rollout::Ring>(i))) + " " +
            std::to_string(rings[i].good + rings[i].probation) + "/" + std::to_string(rings[i].members);
  }
  line += "\tfailures " + std::to_string(vitals.failures);
  if (!one.why.empty()) line += "\t" + printable(one.why);
  console.out(line + "\n");
}

int show_status(Office& office, const Arguments& arguments, Console& console) {
  JsonWriter json;
  json.begin_object().key("releases").begin_array();
  const Timestamp now = office.env.clock.now();
  const auto read = office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto all, rollout::releases(connection));
    for (const auto& one : all) {
      TRY(const auto rings, rollout::ring_counts(connection, one));
      TRY(const auto vitals, rollout::vitals_of(connection, one, now));
      arguments.has("json") ? write_release(json, one, rings, vitals) : say_release(console, one, rings, vitals);
    }
    return {};
  });
  if (!read) return console.fail(read.error());
  json.end_array().end_object();
  if (arguments.has("json")) console.out(json.take() + "\n");
  return 0;
}

// halt, resume and rollback: VERSION, and for two of them why.
int decide_by_hand(Office& office, const Arguments& arguments, Console& console) {
  const auto& words = arguments.positional();
  const std::string why = arguments.value_or("reason", "");
  if (words.size() != 2 || (words[0] != "resume" && why.empty())) {
    return console.misuse({"cần số phiên bản, và --reason", "a version, and --reason are needed"});
  }
  const auto version = number_from(words[1]);
  if (!version) return console.fail(version.error());
  const Timestamp now = office.env.clock.now();
  const auto done = office.hub.write([&](store::Connection& connection) -> Result<void> {
    auto changed = words[0] == "halt"     ? rollout::pause(connection, *version, why, now)
                   : words[0] == "resume" ? rollout::resume(connection, *version, now)
                                          : rollout::roll_back(connection, *version, why, now);
    TRY_VOID(std::move(changed));
    return audit(connection, office, "content." + words[0], object_of(*version), why);
  });
  if (!done) return console.fail(done.error());
  if (words[0] == "halt") console.say({"Không máy nào nhận thêm phiên bản này.", "No more machines get this version."});
  if (words[0] == "resume") console.say({"Tiếp tục; vòng hiện tại được theo dõi lại từ đầu.", "It goes on; its ring is watched from the beginning."});
  if (words[0] == "rollback") console.say({"Các máy quay về nội dung tốt trước đó khi hỏi lần sau.", "Machines go back to what was good when they ask next."});
  return 0;
}

Result<rollout::Hold> hold_from(const std::vector<std::string>& words) {
  rollout::Hold hold;
  if (words.size() == 2 && words[1] == "none") return hold;
  if (words.size() == 2 && words[1] == "freeze") {
    hold.kind = rollout::Hold::Kind::freeze;
    return hold;
  }
  if (words.size() != 3 || (words[1] != "pin" && words[1] != "delay")) {
    return Error(Code::invalid, "none, freeze, pin VERSION or delay HOURS is needed");
  }
  TRY(const auto number, number_from(words[2]));
  hold.kind = words[1] == "pin" ? rollout::Hold::Kind::pin : rollout::Hold::Kind::delay;
  (hold.kind == rollout::Hold::Kind::pin ? hold.version : hold.delay_hours) = number;
  return hold;
}

int set_hold(Office& office, const Arguments& arguments, Console& console) {
  const auto& words = arguments.positional();
  const auto hold = hold_from(words);
  if (!hold) return console.fail(hold.error());
  const auto done = office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(rollout::set_hold(connection, office.tenant, *hold, office.env.clock.now()));
    return audit(connection, office, "content.hold", words[1], words.size() == 3 ? words[2] : "");
  });
  if (!done) return console.fail(done.error());
  console.say({"Đã đặt.", "Set."});
  return 0;
}

int mark(Office& office, const Arguments& arguments, Console& console) {
  const auto& words = arguments.positional();
  if (words.size() != 3) return console.misuse({"cần số máy, và lab, critical hoặc none", "a machine, and lab, critical or none are needed"});
  const auto machine = number_from(words[1]);
  if (!machine) return console.fail(machine.error());
  const auto done = office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(rollout::mark(connection, office.tenant, MachineId{*machine}, words[2] == "none" ? "" : words[2]));
    return audit(connection, office, "content.mark", "machine:" + words[1], words[2]);
  });
  if (!done) return console.fail(done.error());
  console.say({"Đã đặt; có hiệu lực từ phiên bản sau.", "Set; it counts from the next release on."});
  return 0;
}

}  // namespace

// What only the caller can read or name.
Result<void> prepare_content(const Arguments& arguments, std::vector<std::string>& words) {
  const auto& typed = arguments.positional();
  if (typed.size() != 2) return {};
  if (typed[0] == "trust") {
    TRY(const auto text, system_files().read(typed[1], kMaxRootBytes + kMaxEnvelopeBytes));
    words.push_back("--text=" + to_base64(as_bytes(text)));
  }
  if (typed[0] == "import") {
    std::string whole(PATH_MAX, '\0');
    if (::realpath(typed[1].c_str(), whole.data()) == nullptr) return system_error(typed[1], errno);
    words.push_back("--at=" + std::string(whole.c_str()));
  }
  return {};
}

int content_office(Office& office, const Arguments& arguments, Console& console) {
  const auto& words = arguments.positional();
  const std::string& verb = words.front();
  if (verb == "trust") return take_root(office, arguments, console);
  if (verb == "import") return run_import(office, arguments, console);
  if (verb == "status") return show_status(office, arguments, console);
  if (verb == "hold") return set_hold(office, arguments, console);
  if (verb == "mark") return mark(office, arguments, console);
  return decide_by_hand(office, arguments, console);
}

}  // namespace khien::hub
