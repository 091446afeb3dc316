#include "commands/advisory_office.hpp"

#include <cerrno>
#include <climits>
#include <cstdlib>

#include <algorithm>
#include <array>

#include "advisory_desk.hpp"
#include "commands/advisory_table.hpp"
#include "feed_fetcher.hpp"
#include "feed_import.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/file.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/hub/installation.hpp"
#include "khien/patch/advisories.hpp"
#include "khien/store/audit_log.hpp"
#include "open_file.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMostWhyBytes = 400;

std::string name_of(const std::string& path) { return printable(path.substr(path.rfind('/') + 1)); }

Result<void> audit(const Office& office, const std::string& object, const std::string& detail) {
  return office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(store::append_audit(connection, office.tenant,
                                 {.at = office.env.clock.now(),
                                  .who = "system",
                                  .action = "advisory.import",
                                  .object = object,
                                  .detail = detail,
                                  .address = "local"}));
    return {};
  });
}

// The running hub's library, or the folder's own.
Result<std::shared_ptr<patch::Library>> library_of(const Office& office) {
  if (office.advisories != nullptr) return office.advisories->library();
  TRY(const auto content, find_content());
  TRY(const auto settings, read_advisory_settings(content));
  TRY(auto library, patch::Library::open(office.config.folder + "/advisories", patch::following_of(settings)));
  return std::shared_ptr<patch::Library>(std::move(library));
}

void say_passed_over(const feed::FeedSummary& summary, Console& console) {
  if (summary.named.empty()) return;
  const std::string count = std::to_string(summary.passed_over), replaced = std::to_string(summary.replaced);
  console.say({"  Bỏ qua " + count + " mục không hợp lệ, " + replaced + " bản ghi trùng mã:",
               "  Passed over " + count + " that are not right, " + replaced + " records had an id that was there before:"});
  for (const auto& one : summary.named) console.out("    " + printable(one.where) + ": " + printable(one.why) + "\n");
}

Result<FeedImported> open_and_import(patch::Library& library, const std::string& path, const std::string& name, Timestamp now,
                                     const std::function<void(const feed::FeedSummary&)>& on_read) {
  auto file = open_for_reading(path, feed::kMostFileBytes);
  if (file) return import_feed(library, *file, name, now, on_read);
  TRY_VOID(library.note_failure(name, "unknown", name, std::string(truncate(file.error().what(), kMostWhyBytes)), now));
  return std::move(file).error();
}

// One file into the library. True if it changed what is in force.
Result<bool> import_one(Office& office, patch::Library& library, const std::string& path, Console& console) {
  const std::string name = name_of(path);
  console.say({"Đang đọc " + name + "…", "Reading " + name + "…"});
  const Timestamp now = office.env.clock.now();
  const auto say_read = [&](const feed::FeedSummary& summary) {
    const std::string counts = std::string(to_string(summary.kind)) + ", " + std::to_string(summary.taken);
    console.say({"  " + counts + " bản ghi; đang dựng sổ tra cứu…", "  " + counts + " records; compiling the book…"});
    say_passed_over(summary, console);
  };
  auto imported = open_and_import(library, path, name, now, say_read);
  if (!imported) {
    TRY_VOID(audit(office, "file:" + name, "failed: " + std::string(truncate(imported.error().what(), kMostWhyBytes))));
    return std::move(imported).error().within(name);
  }
  const std::string changed = std::to_string(imported->vulnerabilities);
  if (imported->changed) {
    console.say({"  " + changed + " lỗ hổng mới hoặc thay đổi.", "  " + changed + " vulnerabilities are new or changed."});
  } else {
    console.say({"  Không có gì thay đổi.", "  Nothing changed."});
  }
  const std::string counts = std::string(to_string(imported->summary.kind)) + ", " + std::to_string(imported->summary.taken);
  TRY_VOID(audit(office, "feed:" + printable(imported->summary.name), name + ": " + counts + " records, " + changed + " changed"));
  return imported->changed;
}

Result<void> judge(Office& office, Console& console) {
  if (office.advisories == nullptr) {
    console.say({"Trung tâm chưa chạy: khi chạy sẽ đối chiếu với mọi máy.", "No hub runs: it will judge all machines when it does."});
    return {};
  }
  std::int64_t said = -1;
  TRY_VOID(office.advisories->judge([&](std::int64_t done, std::int64_t total) {
    const std::int64_t tenth = total == 0 ? 10 : done * 10 / total;
    if (tenth == said) return;
    said = tenth;
    const std::string at = std::to_string(done) + " / " + std::to_string(total);
    console.say({"Đang đối chiếu: " + at, "Judging: " + at});
  }));
  console.say({"Đã đối chiếu xong với mọi máy.", "All machines are judged by it."});
  return {};
}

int run_import(Office& office, const Arguments& arguments, Console& console) {
  const auto paths = arguments.values("at");
  if (paths.empty()) return console.misuse({"cần ít nhất một tệp", "at least one file is needed"});
  const auto library = library_of(office);
  if (!library) return console.fail(library.error());
  int failed = 0;
  bool changed = false;
  for (const auto& path : paths) {
    const auto done = import_one(office, **library, path, console);
    if (!done) failed = console.fail(done.error());
    if (!done && done.error().code() == Code::denied) {
      console.say({"Trung tâm đọc tệp bằng người dùng của nó (khien): hãy để tệp ở nơi người dùng đó đọc được.",
                   "The hub reads files as its own user (khien): put the file where that user can read it."});
    }
    changed = changed || (done && *done);
  }
  if (changed) {
    if (const auto judged = judge(office, console); !judged) return console.fail(judged.error());
  }
  return failed;
}

void say_fetched(const FeedFetcher::Fetched& one, Console& console) {
  using Outcome = FeedFetcher::Fetched::Outcome;
  const std::string name = name_of_feed_url(one.url), changed = std::to_string(one.vulnerabilities);
  if (one.outcome == Outcome::failed) {
    console.say({"  " + name + ": không tải được: " + printable(one.failure), "  " + name + ": not fetched: " + printable(one.failure)});
  } else if (one.outcome == Outcome::unchanged) {
    console.say({"  " + name + ": không có gì thay đổi.", "  " + name + ": nothing changed."});
  } else {
    console.say({"  " + name + ": " + changed + " lỗ hổng mới hoặc thay đổi.", "  " + name + ": " + changed + " vulnerabilities are new or changed."});
  }
}

int run_fetch(Office& office, Console& console) {
  if (office.config.feeds.urls.empty()) {
    return console.misuse({"khien.toml chưa nêu nguồn nào (mục [feeds], khóa urls)", "khien.toml names no feed ([feeds], urls)"});
  }
  const auto library = library_of(office);
  if (!library) return console.fail(library.error());
  std::unique_ptr<FeedFetcher> own;
  if (office.feeds == nullptr) {
    auto key = nvd_key_in(office.config.feeds.nvd_key_file, office.env.files);
    if (!key) return console.fail(key.error());
    own = std::make_unique<FeedFetcher>(**library, office.env.clock,
                                        FeedFetcher::Options{.config = office.config.feeds, .folder = office.config.folder + "/advisories", .on_imported = {},
                                                             .nvd_key = std::move(key).value()});
  }
  FeedFetcher& fetcher = own ? *own : *office.feeds;
  const auto all = fetcher.fetch_all([&](const std::string& url) {
    const std::string name = name_of_feed_url(url);
    console.say({"Đang tải " + name + "…", "Fetching " + name + "…"});
  });
  int failed = 0;
  bool changed = false;
  for (const auto& one : all) {
    say_fetched(one, console);
    const bool is_failed = one.outcome == FeedFetcher::Fetched::Outcome::failed;
    if (is_failed) failed = 1;
    changed = changed || one.changed;
    const std::string what = is_failed ? "failed: " + std::string(truncate(one.failure, kMostWhyBytes)) : std::to_string(one.vulnerabilities) + " changed";
    if (const auto noted = audit(office, "url:" + name_of_feed_url(one.url), what); !noted) return console.fail(noted.error());
  }
  if (changed) {
    if (const auto judged = judge(office, console); !judged) return console.fail(judged.error());
  }
  return failed;
}

void write_counts(JsonWriter& out, const patch::PatchCounts& counts) {
  out.key("machines").begin_object().field("open", counts.open).field("overdue", counts.overdue).field("mitigated", counts.mitigated);
  out.field("accepted", counts.accepted).field("patched", counts.patched).field("not_affected", counts.not_affected);
  out.field("unknown", counts.unknown).end_object();
}

void write_record(JsonWriter& out, const patch::AdvisoryRecord& record) {
  out.field("name", record.name).field("kind", to_string(record.kind)).field("title", record.title);
  out.field("severity", to_string(record.severity)).key("reasons").begin_array();
  for (const auto reason : record.reasons) out.string(to_string(reason));
  out.end_array().field("due", record.due ? to_string(*record.due) : "").field("due_by", to_string(record.due_by));
  out.field("overdue", record.overdue).field("units", record.units).field("units_acknowledged", record.units_acknowledged);
  out.field("units_done", record.units_done);
  write_counts(out, record.counts);
}

Result<std::vector<patch::AdvisoryRecord>> all_records(Office& office, patch::AdvisoryQuery query) {
  std::vector<patch::AdvisoryRecord> all;
  TRY_VOID(office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    for (;;) {
      TRY(auto page, patch::list_advisories(connection, scope, query, office.env.clock.now()));
      for (auto& one : page.items) all.push_back(std::move(one));
      if (!page.next) return {};
      query.cursor = *page.next;
    }
  }));
  return all;
}

LocalText overdue_words() { return {"quá hạn", "overdue"}; }

std::string due_words(const patch::AdvisoryRecord& record, const Console& console) {
  if (!record.due) return "-";
  return to_string(*record.due) + (record.overdue ? " (" + pick(overdue_words(), console.language()) + ")" : "");
}

int list(Office& office, const Arguments& arguments, Console& console) {
  patch::AdvisoryQuery query{.view = arguments.has("all") ? patch::AdvisoryQuery::View::all : patch::AdvisoryQuery::View::open,
                             .unit = {}, .kind = {}, .severities = {}, .words = {}, .cursor = {}, .limit = 500};
  const auto records = all_records(office, query);
  if (!records) return console.fail(records.error());
  if (arguments.has("json")) {
    JsonWriter out;
    out.begin_array();
    for (const auto& record : *records) {
      out.begin_object();
      write_record(out, record);
      out.end_object();
    }
    out.end_array();
    console.out(out.take() + "\n");
    return 0;
  }
  if (records->empty()) console.say({"Không có cảnh báo nào đang mở.", "No advisory is open."});
  else console.say({"mã\tmức\thạn\tmáy chưa vá\tmáy chưa rõ\ttiêu đề", "name\tseverity\tdue\tnot patched\tunknown\ttitle"});
  for (const auto& record : *records) {
    console.out(printable(record.name) + "\t" + pick(severity_words(record.severity), console.language()) + "\t" + due_words(record, console) + "\t" +
                std::to_string(record.counts.open) + "\t" + std::to_string(record.counts.unknown) + "\t" + printable(record.title) + "\n");
  }
  return 0;
}

void say_detail(const patch::AdvisoryDetail& detail, Console& console) {
  const auto& record = detail.record;
  console.out(printable(record.name) + "\t" + pick(severity_words(record.severity), console.language()) + "\t" + printable(record.title) + "\n");
  const std::string due = due_words(record, console);
  console.say({"Hạn: " + due, "Due: " + due});
  if (detail.kernel) console.say({"Nhân hệ điều hành: vá xong phải khởi động lại máy.", "A kernel: a machine must be started anew when it is patched."});
  console.say(detail.fixes.empty() ? LocalText{"Bản vá: chưa biết gói nào.", "Fixes: no package is known."}
                                   : LocalText{"Bản vá (gói < bản vá, số máy, theo bản ghi):", "Fixes (package < version that mends it, machines, by which record):"});
  for (const auto& fix : detail.fixes) {
    console.out("  " + printable(fix.package) + " < " + printable(fix.fixed.empty() ? "?" : fix.fixed) + "\t" +
                std::to_string(fix.machines) + "\t" + printable(fix.record) + ": " + printable(fix.rule) + "\n");
  }
  if (!detail.units.empty()) console.say({"Cơ quan (máy chưa vá / đã vá / chưa rõ):", "Bodies (machines not patched / patched / unknown):"});
  for (const auto& unit : detail.units) {
    console.out("  " + printable(unit.name) + "\t" + std::to_string(unit.counts.open) + " / " + std::to_string(unit.counts.patched) +
                " / " + std::to_string(unit.counts.unknown) + (unit.overdue ? "\t" + pick(overdue_words(), console.language()) : "") + "\n");
  }
}

void write_detail(JsonWriter& out, const patch::AdvisoryDetail& detail) {
  out.begin_object();
  write_record(out, detail.record);
  out.field("reboot", detail.kernel).key("fixes").begin_array();
  for (const auto& fix : detail.fixes) {
    out.begin_object().field("package", fix.package).field("fixed", fix.fixed).field("machines", fix.machines);
    out.field("record", fix.record).field("rule", fix.rule).end_object();
  }
  out.end_array().key("units").begin_array();
  for (const auto& unit : detail.units) {
    out.begin_object().field("unit", unit.name).field("acknowledged", unit.acknowledged_at.has_value()).field("overdue", unit.overdue);
    write_counts(out, unit.counts);
    out.end_object();
  }
  out.end_array().end_object();
}

int show(Office& office, const Arguments& arguments, Console& console) {
  const auto& words = arguments.positional();
  if (words.size() != 2) return console.misuse({"cần mã CVE hoặc số hiệu công văn", "a CVE or a letter's number is needed"});
  const auto records = all_records(office, {.view = patch::AdvisoryQuery::View::all, .unit = {}, .kind = {}, .severities = {},
                                            .words = words[1], .cursor = {}, .limit = 500});
  if (!records) return console.fail(records.error());
  const auto found = std::ranges::find(*records, words[1], &patch::AdvisoryRecord::name);
  if (found == records->end()) return console.fail({"không có cảnh báo này", "there is no such advisory"});
  std::optional<patch::AdvisoryDetail> detail;
  const auto read = office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(detail, patch::get_advisory(connection, scope, found->id, {}, office.env.clock.now()));
    return {};
  });
  if (!read) return console.fail(read.error());
  if (!arguments.has("json")) {
    say_detail(*detail, console);
    return 0;
  }
  JsonWriter out;
  write_detail(out, *detail);
  console.out(out.take() + "\n");
  return 0;
}

}  // namespace

bool advisory_at_the_office(const Arguments& arguments) {
  constexpr std::array<std::string_view, 4> kWords{"import", "fetch", "list", "show"};
  const auto& words = arguments.positional();
  return !words.empty() && std::ranges::find(kWords, words[0]) != kWords.end();
}

Result<void> prepare_advisory(const Arguments& arguments, std::vector<std::string>& words) {
  const auto& typed = arguments.positional();
  if (typed.empty() || typed[0] != "import") return {};
  for (std::size_t i = 1; i < typed.size(); ++i) {
    std::string whole(PATH_MAX, '\0');
    if (::realpath(typed[i].c_str(), whole.data()) == nullptr) return system_error(typed[i], errno);
    words.push_back("--at=" + std::string(whole.c_str()));
  }
  return {};
}

int advisory_office(Office& office, const Arguments& arguments, Console& console) {
  const std::string& verb = arguments.positional().front();
  if (verb == "import") return run_import(office, arguments, console);
  if (verb == "fetch") return run_fetch(office, console);
  if (verb == "show") return show(office, arguments, console);
  return list(office, arguments, console);
}

}  // namespace khien::hub
