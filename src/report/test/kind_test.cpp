#include <doctest/doctest.h>

#include "test/shipped.hpp"

namespace khien::report {
namespace {

constexpr std::string_view kKind = R"yaml(id: sample-kind
version: 1
name: { vi: Báo cáo mẫu, en: Sample report }
type: { vi: BÁO CÁO, en: REPORT }
subject: { vi: "Tình hình {period} của {scope}", en: "{scope} in {period}" }
symbol: BC
every: quarter
made_by: [tenant, unit]
duties: [KG-1.5b.quarterly, ĐN-2.3.review]
window: { rule: sample-rule, last_day: 12-14, note: { vi: Theo quy tắc mẫu., en: By a sample rule. } }
recipients: ["UBND tỉnh (để báo cáo)"]
fields:
  - { id: reason, label: { vi: Lý do, en: Reason }, required: true, most_characters: 50 }
figures: [machines_protected_share, detections.total]
tables: [units.overview]
steps:
  - heading: { vi: I. MÁY TÍNH, en: I. MACHINES }
  - paragraph: { vi: "Tỷ lệ {machines_protected_share}, {words.reason}.", en: "Share {machines_protected_share}, {words.reason}." }
    only_if: detections.total
  - item: { vi: "Có {detections.total}", en: "There are {detections.total}" }
  - basis: true
  - table: units.overview
    title: { vi: "Bảng của {scope}", en: "Table of {scope}" }
    empty: { vi: "không có.", en: "none." }
  - figures: [detections.total]
    title: { vi: Số liệu, en: Figures }
  - changes: true
    title: { vi: So sánh, en: Compared }
  - words: reason
    title: { vi: Lý do, en: Reason }
)yaml";

std::string with(std::string_view from, std::string_view to) {
  std::string text(kKind);
  const auto at = text.find(from);
  REQUIRE_MESSAGE(at != text.npos, from);
  return text.replace(at, from.size(), to);
}

std::string fault(std::string_view from, std::string_view to) {
  const auto read = read_kind(with(from, to));
  return read ? "none" : read.error().what();
}

std::vector<std::string> folder_of(const std::string& path) {
  std::vector<std::string> names;
  const auto folder = DirFd::open(std::string(KHIEN_SOURCE_DIR) + "/" + path);
  const auto read = folder->each_name([&](std::string_view name, FileStatus::Kind) -> Result<void> {
    names.emplace_back(name);
    return {};
  });
  REQUIRE(read.has_value());
  return names;
}

}  // namespace

TEST_CASE("a kind is read with all that its file says") {
  const auto read = read_kind(kKind);
  REQUIRE_MESSAGE(read.has_value(), read.error().what());
  const Kind& kind = *read;
  CHECK(kind.id == "sample-kind");
  CHECK(kind.type.vi == "BÁO CÁO");
  CHECK(kind.every == Every::quarter);
  CHECK(kind.of_unit);
  CHECK(kind.of_tenant);
  CHECK(kind.duties == std::vector<std::string>{"KG-1.5b.quarterly", "ĐN-2.3.review"});
  REQUIRE(kind.fields.size() == 1);
  CHECK(kind.fields[0].required);
  REQUIRE(kind.window);
  CHECK(kind.window->rule == "sample-rule");
  CHECK(kind.window->note.en == "By a sample rule.");
  CHECK(kind.fields[0].most_characters == 50);
  REQUIRE(kind.steps.size() == 8);
  CHECK(kind.steps[1].only_if == "detections.total");
  CHECK(kind.steps[4].what == Step::What::table);
  CHECK(kind.steps[4].empty.vi == "không có.");
  CHECK(kind.steps[5].figures == std::vector<std::string>{"detections.total"});
  CHECK(kind.steps[7].field == "reason");
  CHECK(read_kind(with("{ vi: BÁO CÁO, en: REPORT }", "{ vi: \"\", en: \"\" }"))->type == LocalText{});
  const Kind unit = read_kind(with("[tenant, unit]", "[unit]")).value();
  CHECK(unit.of_unit);
  CHECK_FALSE(unit.of_tenant);
}

TEST_CASE("each fault of a kind's file is named by its line and key") {
  CHECK(fault("version: 1", "version: 0") == "line 2: version: must be a whole number within 1 and 1000000");
  CHECK(fault("version: 1", "versoin: 1") == "line 2: versoin: there is no key of this name");
  CHECK(fault("symbol: BC\n", "") == "line 1: symbol: is missing");
  CHECK(fault("id: sample-kind", "id: Sample") == "line 1: id: an id has a-z, 0-9 and - only");
  CHECK(fault("en: Sample report", "fr: x") == "line 3: name.fr: there is no key of this name");
  CHECK(fault(", en: Sample report", "") == "line 3: name.en: is missing");
  CHECK(fault("en: REPORT", "en: \"\"") == "line 4: type.en: must not be empty");
  CHECK(fault("{scope} in {period}", "{scope} {cut_off}") == "line 5: subject.en: {cut_off}: a subject names {period}, {scope}, {area}, {issuer} and fields only");
  CHECK(fault("{scope} in {period}", "{scope") == "line 5: subject.en: a brace without its partner");
  CHECK(fault("every: quarter", "every: month") == "line 7: every: 'month' is none of quarter, half_year, year, once");
  CHECK(fault("[tenant, unit]", "[]") == "line 8: made_by: must not be empty");
  CHECK(fault("[tenant, unit]", "[tenant, all]") == "line 8: made_by: 'all' is none of tenant, unit");
  CHECK(fault(", ĐN-2.3.review", ", KG-1.5b.quarterly") == "line 9: duties[1]: 'KG-1.5b.quarterly' stands twice");
  CHECK(fault("window: {", "window: december # {") == "line 10: window: must be period, since_last, or a rule with its last_day");
  CHECK(fault("last_day: 12-14", "last_day: 02-29") == "line 10: window.last_day: '02-29' is no day of every year (MM-DD)");
  CHECK(fault("last_day: 12-14", "last_day: 31/12") == "line 10: window.last_day: '31/12' is no day of every year (MM-DD)");
  CHECK(fault("rule: sample-rule, ", "") == "line 10: window.rule: is missing");
  CHECK(fault("recipients: [\"UBND tỉnh (để báo cáo)\"]", "recipients: UBND") == "line 11: recipients: must be a list");
  CHECK(fault("id: reason", "id: Reason") == "line 13: fields[0].id: an id has a-z, 0-9 and _ only");
  CHECK(fault("required: true", "required: yes") == "line 13: fields[0].required: must be true or false");
  CHECK(fault("most_characters: 50", "most_characters: 50000") ==
        "line 13: fields[0].most_characters: must be a whole number within 1 and 20000");
  CHECK(fault("figures: [machines_protected_share, detections.total]", "figures: [machines_protected_share, machines_protected_share]") ==
        "line 14: figures[1]: 'machines_protected_share' stands twice");
  CHECK(fault("tables: [units.overview]", "tables: [Units]") == "line 15: tables[0]: an id has a-z, 0-9 and _. only");
}

TEST_CASE("each fault of a step is named by its line and key") {
  CHECK(fault("  - basis: true", "  - basis: false") == "line 21: steps[3].basis: must be true, or the step be left out");
  CHECK(fault("  - basis: true", "  - base: true") == "line 21: steps[3].base: there is no key of this name");
  CHECK(fault("  - basis: true", "  - title: { vi: a, en: b }").starts_with("line 21: steps[3]: a step is one of heading, "));
  CHECK(fault("  - basis: true", "  - basis: true\n    changes: true").starts_with("line 21: steps[3]: one step is one of "));
  CHECK(fault("  - basis: true", "  - basis: true\n    title: { vi: a, en: b }") == "line 22: steps[3].title: this step has no title");
  CHECK(fault("Có {detections.total}", "Có {detections.all}") == "line 20: steps[2].item.vi: {detections.all} is no figure of this kind");
  CHECK(fault("{words.reason}.\", en", "{words.cause}.\", en") == "line 18: steps[1].paragraph.vi: {words.cause} is no field of this kind");
  CHECK(fault("There are {detections.total}", "There are some") ==
        "line 20: steps[2].item.en: names other figures than the Vietnamese text");
  CHECK(fault("There are {detections.total}", "There are {}") == "line 20: steps[2].item.en: nothing stands between the braces");
  CHECK(fault("Có {detections.total}", "Có {{detections.total}") == "line 20: steps[2].item.vi: a brace without its partner");
  CHECK(fault("Có {detections.total}", "Có }{detections.total}") == "line 20: steps[2].item.vi: a brace without its partner");
  CHECK(fault("only_if: detections.total", "only_if: detections.open") ==
        "line 19: steps[1].only_if: 'detections.open' is no figure of this kind");
  CHECK(fault("table: units.overview", "table: units") == "line 22: steps[4].table: 'units' is no table of this kind");
  CHECK(fault("    title: { vi: Số liệu, en: Figures }", "    empty: { vi: a, en: b }") == "line 26: steps[5].empty: only a table can be empty");
  CHECK(fault("figures: [detections.total]", "figures: []") == "line 25: steps[5].figures: must not be empty");
  CHECK(fault("figures: [detections.total]", "figures: [sites.total]") == "line 25: steps[5].figures: 'sites.total' is no figure of this kind");
  CHECK(fault("words: reason", "words: cause") == "line 29: steps[7].words: 'cause' is no field of this kind");
  CHECK(fault("vi: I. MÁY TÍNH", "vi: \"a\\nb\"") == "line 17: steps[0].heading.vi: must be one line");
  CHECK(read_kind("steps: [").error().what().starts_with("line "));
  CHECK(read_kind("- 1").error().what() == "line 1: must be a group of keys");
  CHECK(read_kind(std::string(kMostKindBytes + 1, '#')).error().code() == Code::exhausted);
}

TEST_CASE("whom it goes to, who signs, and what is left out where it is not known") {
  const Kind kind = read_kind(with("figures: [machines", "to: { vi: Bộ Công an, en: Ministry }\nsigners:\n  - { title: { vi: A, en: B }, name: reason }\n  - { title: { vi: C, en: D } }\nfigures: [machines")).value();
  CHECK(kind.to.vi == "Bộ Công an");
  REQUIRE(kind.signers.size() == 2);
  CHECK(kind.signers[0].field == "reason");
  CHECK(kind.signers[1].title.en == "D");
  CHECK(read_kind(with("của {scope}\"", "của {words.reason}\"")).has_value());
  CHECK(fault("của {scope}\"", "của {words.cause}\"").contains("{words.cause}: a subject names "));
  CHECK(fault("tables: [units", "signers: [{ title: { vi: A, en: B }, name: cause }]\ntables: [units") == "line 15: signers[0].name: 'cause' is no field of this kind");
  CHECK(fault("tables: [units", "signers: []\ntables: [units") == "line 15: signers: must be 1 to 4");
  CHECK(fault("  - basis: true", "  - basis: true\n    only_known: true") == "line 22: steps[3].only_known: only of a table or a list of figures");
  CHECK(read_kind(with("  - basis: true", "  - table: units.overview\n    only_known: true")).value().steps[3].only_known);
}

TEST_CASE("the window of data is the period, or the year to 14 December") {
  Kind kind = read_kind(kKind).value();
  CHECK(window_of(kind, *read_period("2026")) == Window{*Date::of(2025, 12, 15), *Date::of(2026, 12, 14), "sample-rule"});
  CHECK(window_of(kind, *read_period("2026-Q4")).from == *Date::of(2025, 12, 15));
  CHECK(window_of(kind, *read_period("0001")).from == Date::first());
  kind.window = {};
  CHECK(window_of(kind, *read_period("2026-Q3")) == Window{*Date::of(2026, 7, 1), *Date::of(2026, 9, 30), ""});
}

TEST_CASE("documents that follow on each other, of one incident, of one page") {
  const auto since = read_kind(with("window: { rule: sample-rule, last_day: 12-14, note: { vi: Theo quy tắc mẫu., en: By a sample rule. } }",
                                    "window: since_last\nsources: if_asked\nmeets: [initial, report]")).value();
  CHECK(since.since_last);
  CHECK(since.sources_if_asked);
  CHECK(since.meets == std::vector<std::string>{"initial", "report"});
  CHECK(window_of(since, *read_period("2026-Q3")) == Window{*Date::of(2026, 7, 1), *Date::of(2026, 9, 30), std::string(kSinceLast)});
  CHECK(fault("window: {", "sources: never\nwindow: {").ends_with("sources: must be if_asked, or be left out"));
  CHECK(fault("window: {", "meets: []\nwindow: {").ends_with("meets: must not be empty"));
  CHECK_FALSE(read_kind(with("every: quarter", "every: once")).value().since_last);
  const auto figures = read_kind(with("  - figures: [detections.total]", "  - figures: [detections.total]\n    before: true")).value();
  CHECK(figures.steps[5].before);
  const auto table = read_kind(with("  - table: units.overview", "  - table: units.overview\n    most_rows: 4")).value();
  CHECK(table.steps[4].most_rows == 4);
  CHECK(fault("  - basis: true", "  - basis: true\n    before: true").ends_with("before: only of a list of figures"));
  CHECK(fault("  - basis: true", "  - basis: true\n    most_rows: 1").ends_with("most_rows: only of a table"));
}

TEST_CASE("the kinds that are shipped can be read, and each is named as its file") {
  const auto names = shipped_names();
  CHECK(names.size() == 20);
  for (const std::string& name : names) {
    const auto kind = shipped_kind(name);
    REQUIRE_MESSAGE(kind.has_value(), name << ": " << kind.error().what());
    CHECK(kind->id == name);
    CHECK(!kind->recipients.empty());
  }
}

TEST_CASE("a duty that a kind proves is one of the directives', and met by a record") {
  std::string directives;
  for (const std::string& name : folder_of("content/directives")) directives += text_of("content/directives/" + name);
  std::vector<std::string> proven;
  for (const std::string& name : shipped_names()) {
    for (const std::string& duty : shipped_kind(name)->duties) {
      CAPTURE(duty);
      const auto at = directives.find("- id: " + duty + "\n");
      REQUIRE(at != directives.npos);
      const auto met = directives.find("met_by: ", at);
      const auto by = directives.substr(met, directives.find('\n', met) - met);
      CHECK((by == "met_by: record" || by == "met_by: record_and_metric"));
      proven.push_back(duty);
    }
  }
  CHECK(proven.size() == 14);
  std::ranges::sort(proven);
  CHECK(std::ranges::adjacent_find(proven) == proven.end());
}

TEST_CASE("every figure and table of the kinds is told in the README and stands in the sample") {
  const std::string readme = text_of("content/reports/README.md");
  const std::string metrics = text_of("content/law/metrics.yaml");
  const Snapshot sample = sample_province();
  std::vector<std::string> used;
  const auto told = [&](const std::string& id) {
    const bool level = id.starts_with("systems.level_") && id.size() == 15;  // systems.level_1 … systems.level_5
    return level || readme.contains("`" + id + "`");
  };
  for (const std::string& name : shipped_names()) {
    const Kind kind = shipped_kind(name).value();
    for (const std::string& id : kind.figures) {
      CAPTURE(id);
      CHECK(told(id));
      CHECK(sample.figure(id) != nullptr);
      // A name without a dot is a metric's.
      const bool is_metric = id.contains('.') || metrics.contains("- id: " + id + "\n");
      CHECK(is_metric);
      used.push_back(id);
    }
    for (const std::string& id : kind.tables) {
      CAPTURE(id);
      CHECK(told(id));
      CHECK(sample.table(id) != nullptr);
      used.push_back(id);
    }
  }
  // And nobody gathers what no document tells.
  for (const Figure& figure : sample.figures) CHECK_MESSAGE(std::ranges::find(used, figure.id) != used.end(), figure.id);
  for (const Table& table : sample.tables) CHECK_MESSAGE(std::ranges::find(used, table.id) != used.end(), table.id);
}

TEST_CASE("the sample is canonical: the JSON of snapshots stays as it is") {
  CHECK(to_json(sample_province()) == text_of("src/report/test/data/sample.json"));
}

}  // namespace khien::report
