#pragma once

#include "account_records.hpp"
#include "khien/core/json.hpp"
#include "khien/duty/catalogues.hpp"
#include "khien/reporting/calendar.hpp"
#include "khien/reporting/reports.hpp"
#include "khien/reporting/rows.hpp"
#include "khien/seal/verify.hpp"

namespace khien::api {

// How documents that leave the house look in the interface. Writers only.

void write_report_kind(JsonWriter& json, const report::Kind& kind, const law::Catalogue& law);
void write_report(JsonWriter& json, const reporting::Report& report, const LocalText& name, const NameMap& names);
// The document as it reads in Vietnamese; the draft of one that is not whole yet has dots
// where words are missing.
Result<report::Document> composed(const reporting::ReportDetail& detail, report::Language language, bool sources = false);
Result<void> write_report_detail(JsonWriter& json, const reporting::ReportDetail& detail, const law::Catalogue& law, bool may_edit,
                                 const NameMap& names);
void write_calendar_item(JsonWriter& json, const reporting::CalendarItem& item);
void write_report_rows(JsonWriter& json, const reporting::RowPage& page);
void write_signatures(JsonWriter& json, const std::vector<seal::SignatureFinding>& signatures);

}  // namespace khien::api
