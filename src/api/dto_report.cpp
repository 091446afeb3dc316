#include "dto_report.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "dto.hpp"
#include "dto_duty.hpp"

namespace khien::api {
namespace {

constexpr std::size_t kMostPreviewRows = 200;
constexpr std::string_view kDots = "…………………………";

std::string_view every_of(report::Every every) {
  switch (every) {
    case report::Every::quarter: return "quarter";
    case report::Every::half_year: return "half_year";
    case report::Every::year: return "year";
    case report::Every::once: break;
  }
  return "once";
}

void write_duty(JsonWriter& json, const std::string& duty, const law::Catalogue& law) {
  const auto ref = law.duty(duty);
  json.field("duty", duty).field("clause", ref ? ref.clause->id : std::string());
  write_words(json, "title", ref ? ref.duty->title : LocalText{duty, duty});
}

void write_period(JsonWriter& json, const report::Period& period) {
  json.key("period").begin_object().field("id", period.id);
  write_words(json, "name", period.name);
  write_date(json, "from", period.from);
  write_date(json, "to", period.to);
  json.end_object();
}

void write_strings(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  json.key(name).begin_array();
  for (const auto& text : texts) json.string(text);
  json.end_array();
}

std::string text_of(const std::vector<report::Run>& runs) {
  std::string text;
  for (const auto& run : runs) text += run.text;
  return text;
}

void write_runs(JsonWriter& json, const std::vector<report::Run>& runs) {
  json.key("runs").begin_array();
  for (const auto& run : runs) {
    json.begin_object().field("text", run.text).field("bold", run.bold).field("italic", run.italic).key("note");
    run.note ? json.integer(static_cast<std::int64_t>(*run.note)) : json.null();
    json.end_object();
  }
  json.end_array();
}

std::string_view role_of(report::Paragraph::Role role) {
  switch (role) {
    case report::Paragraph::Role::heading: return "heading";
    case report::Paragraph::Role::item: return "item";
    case report::Paragraph::Role::caption: return "caption";
    case report::Paragraph::Role::centred: return "centred";
    case report::Paragraph::Role::body: break;
  }
  return "body";
}

void write_cells(JsonWriter& json, const std::vector<report::Cell>& cells) {
  json.begin_array();
  for (const auto& cell : cells) json.string(text_of(cell.runs));
  json.end_array();
}

void write_block(JsonWriter& json, const report::Block& block) {
  json.begin_object();
  if (const auto* paragraph = std::get_if<report::Paragraph>(&block)) {
    json.field("role", role_of(paragraph->role));
    write_runs(json, paragraph->runs);
    json.field("title", "").key("head").begin_array().end_array().key("rows").begin_array().end_array();
  } else {
    const auto& table = std::get<report::TableBlock>(block);
    json.field("role", "table").key("runs").begin_array().end_array().field("title", table.title).key("head");
    write_cells(json, table.head);
    json.key("rows").begin_array();
    for (std::size_t i = 0; i < std::min(table.rows.size(), kMostPreviewRows); ++i) write_cells(json, table.rows[i]);
    json.end_array();
  }
  json.end_object();
}

// "3. Số máy …: truy vấn …": the figure by its name, if it tells of one.
const report::Figure* figure_of(const report::Snapshot& snapshot, std::string_view note) {
  const auto dot = note.find(". ");
  if (dot == note.npos) return nullptr;
  note.remove_prefix(dot + 2);
  for (const auto& figure : snapshot.figures) {
    if (note.starts_with(figure.label.vi + ": ")) return &figure;
  }
  return nullptr;
}

void write_preview(JsonWriter& json, const report::Document& document, const report::Snapshot& snapshot) {
  const auto& head = document.letterhead;
  json.key("preview").begin_object().field("parent_agency", head.parent_agency).field("agency", head.agency).field("number", head.number);
  json.field("place_and_day", head.place_and_day).field("type", head.type).field("subject", head.subject).field("to", head.to).key("blocks").begin_array();
  for (const auto& block : document.blocks) write_block(json, block);
  json.end_array();
  write_strings(json, "titles", document.signature.titles);
  json.field("signer", document.signature.name).key("columns").begin_array();
  for (const auto& one : document.signature.columns) json.begin_object().field("title", one.title).field("name", one.name).end_object();
  json.end_array();
  write_strings(json, "recipients", document.signature.recipients);
  json.key("notes").begin_array();
  for (const auto& note : document.notes) {
    const auto* figure = figure_of(snapshot, note);
    json.begin_object().field("text", note).key("figure");
    figure != nullptr ? json.string(figure->id) : json.null();
    json.end_object();
  }
  json.end_array().field("draft", document.draft).end_object();
}

void write_issuer(JsonWriter& json, const report::Issuer& issuer) {
  json.key("issuer").begin_object().field("parent_agency", issuer.parent_agency).field("agency", issuer.agency).field("place", issuer.place);
  json.field("symbol", issuer.symbol).field("signer_mode", issuer.signer_mode).field("signer_mode_title", issuer.signer_mode_title);
  json.field("signer_title", issuer.signer_title).field("signer_name", issuer.signer_name);
  write_strings(json, "recipients", issuer.recipients);
  json.end_object();
}

void write_figures(JsonWriter& json, const report::Snapshot& snapshot) {
  json.key("figures").begin_array();
  for (const auto& figure : snapshot.figures) {
    json.begin_object().field("id", figure.id);
    write_words(json, "label", figure.label);
    write_words(json, "words", report::describe(figure.value, figure.unit));
    json.field("known", !std::holds_alternative<report::Unknown>(figure.value)).field("query", figure.query);
    json.field("row_count", static_cast<std::int64_t>(figure.row_count));
    std::optional<LocalText> before;
    bool changed = false;
    if (snapshot.previous) {
      const auto found = snapshot.previous->figures.find(figure.id);
      if (found != snapshot.previous->figures.end()) {
        before = report::describe(found->second.value, found->second.unit);
        changed = found->second.value != figure.value;
      }
    }
    write_words_or_null(json, "before", before);
    json.field("changed", changed).end_object();
  }
  json.end_array();
}

std::string_view state_of(seal::SignatureState state) {
  using State = seal::SignatureState;
  switch (state) {
    case State::valid: return "valid";
    case State::digest_mismatch:
    case State::bad_signature:
    case State::changed_after: return "altered";
    case State::untrusted: return "untrusted";
    case State::expired: return "expired";
    case State::revoked: return "revoked";
    case State::not_yet_valid: return "not_yet_valid";
    case State::weak_algorithm: return "weak";
    case State::covers_part_only: return "partial";
    case State::malformed: break;
  }
  return "malformed";
}

}  // namespace

void write_report_kind(JsonWriter& json, const report::Kind& kind, const law::Catalogue& law) {
  json.begin_object().field("id", kind.id).field("version", std::int64_t{kind.version});
  write_words(json, "name", kind.name);
  json.field("every", every_of(kind.every)).field("of_unit", kind.of_unit).field("of_tenant", kind.of_tenant).key("duties").begin_array();
  for (const auto& duty : kind.duties) {
    json.begin_object();
    write_duty(json, duty, law);
    json.end_object();
  }
  json.end_array().key("fields").begin_array();
  for (const auto& field : kind.fields) {
    json.begin_object().field("id", field.id);
    write_words(json, "label", field.label);
    json.field("required", field.required).field("most_characters", static_cast<std::int64_t>(field.most_characters)).end_object();
  }
  json.end_array().end_object();
}

void write_report(JsonWriter& json, const reporting::Report& report, const LocalText& name, const NameMap& names) {
  json.begin_object().field("id", report.id.value).field("kind", report.kind);
  write_words(json, "name", name);
  json.key("unit");
  report.of_whole ? static_cast<void>(json.null()) : write_ref(json, report.unit.value, report.unit_name);
  write_period(json, reporting::period_of(report));
  json.field("state", to_string(report.state)).field("number", report.number_words());
  write_date(json, "issued_on", report.issued_on);
  json.field("cut_off", report.cut_off).field("digest", report.digest.hex()).key("made_by");
  write_person(json, report.made_by, names);
  json.field("made_at", report.made_at);
  write_date(json, "sent_on", report.sent_on);
  json.field("signer", report.signer).key("replaces");
  report.replaces ? static_cast<void>(json.integer(report.replaces->value)) : static_cast<void>(json.null());
  json.key("replaced_by");
  report.replaced_by ? static_cast<void>(json.integer(report.replaced_by->value)) : static_cast<void>(json.null());
  json.key("incident");
  report.incident ? static_cast<void>(json.integer(report.incident->value)) : static_cast<void>(json.null());
  json.end_object();
}

Result<report::Document> composed(const reporting::ReportDetail& detail, report::Language language, bool sources) {
  auto snapshot = detail.snapshot;
  if (detail.report.state == reporting::ReportState::draft) {
    for (const auto& field : detail.kind.fields) {
      auto& word = snapshot.words[field.id];
      if (field.required && word.find_first_not_of(" \n\t") == std::string::npos) word = kDots;
      if (word.empty()) snapshot.words.erase(field.id);
    }
  }
  auto issue = detail.issue();
  issue.sources = sources;
  return report::compose(detail.kind, snapshot, issue, language);
}

Result<void> write_report_detail(JsonWriter& json, const reporting::ReportDetail& detail, const law::Catalogue& law, bool may_edit,
                                 const NameMap& names) {
  // On the screen each figure opens to its source.
  TRY(const auto document, composed(detail, report::Language::vi, true));
  const bool is_draft = detail.report.state == reporting::ReportState::draft;
  json.begin_object().key("report");
  write_report(json, detail.report, detail.kind.name, names);
  json.key("words").begin_array();
  for (const auto& [field, text] : detail.snapshot.words) json.begin_object().field("field", field).field("text", text).end_object();
  json.end_array().key("missing").begin_array();
  if (is_draft) {
    for (const auto& one : missing_of(detail)) write_text(json, one);
  }
  json.end_array();
  write_issuer(json, detail.snapshot.issuer);
  write_figures(json, detail.snapshot);
  write_preview(json, document, detail.snapshot);
  json.key("history").begin_array();
  for (const auto& event : detail.history) {
    json.begin_object().field("what", event.what).field("at", event.at).key("by");
    write_person(json, event.by, names);
    json.field("words", event.words).end_object();
  }
  json.end_array().key("previous_period");
  detail.snapshot.previous ? json.string(detail.snapshot.previous->period) : json.null();
  json.key("duties").begin_array();
  for (const auto& made : detail.duties) {
    json.begin_object();
    write_duty(json, made.duty, law);
    json.field("record", made.record.value).end_object();
  }
  json.end_array().field("may_edit", may_edit).end_object();
  return {};
}

void write_calendar_item(JsonWriter& json, const reporting::CalendarItem& item) {
  json.begin_object().field("kind", item.kind->kind.id);
  write_words(json, "name", item.kind->kind.name);
  json.field("duty", item.duty->id).field("clause", item.clause->id).key("unit");
  write_ref(json, item.unit.value, item.unit_name);
  write_period(json, item.period);
  write_date(json, "due_on", item.due);
  json.field("state", to_string(item.state)).key("report");
  item.report ? json.integer(item.report->value) : json.null();
  json.end_object();
}

void write_report_rows(JsonWriter& json, const reporting::RowPage& page) {
  json.begin_object().key("items").begin_array();
  for (const auto& row : page.items) json.begin_object().field("key", row.key).field("name", row.name).field("link", row.link).end_object();
  json.end_array();
  write_next(json, page.total, page.next);
  json.end_object();
}

void write_signatures(JsonWriter& json, const std::vector<seal::SignatureFinding>& signatures) {
  json.key("signatures").begin_array();
  for (const auto& one : signatures) {
    if (one.is_time_stamp) continue;  // nobody's signature: the words tell
    json.begin_object().field("signer", one.signer).field("issuer", one.issuer).field("serial", one.serial);
    write_time(json, "signed_at", one.signed_at);
    write_time(json, "timestamped_at", one.timestamped_at);
    json.field("state", state_of(one.state));
    write_words(json, "words", seal::words_of(one.state));
    json.end_object();
  }
  json.end_array();
}

}  // namespace khien::api
