#include "proving.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/duty/duty_records.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/estate/unit_roles.hpp"
#include "periods.hpp"
#include "report_rows.hpp"

namespace khien::reporting {
namespace {

// A document that was counted earlier than so many days before its duty is due, or its period
// ends, says too little of the period to prove it.
constexpr int kMostDaysUncounted = 31;

bool is_assigned(const law::Catalogue& catalogue, const std::vector<std::string>& addressed, const std::string& id) {
  const auto* role = catalogue.role(id);
  return role != nullptr && role->by == law::Role::By::assignment && std::ranges::find(addressed, id) != addressed.end();
}

// Units that act for the whole by an assigned role that the clause binds.
Result<std::vector<UnitId>> acting_for_whole(store::Connection& connection, const store::TenantScope& scope, const duty::TenantLaw& law,
                                             const law::DutyRef& ref, Date day) {
  const auto addressed = law.addressees(*ref.clause, day);
  TRY(const auto held, estate::list_unit_roles(connection, scope, {}));
  std::vector<UnitId> units;
  for (const auto& one : held) {
    const bool then = one.valid_from <= day && (!one.valid_to || *one.valid_to >= day);
    const bool acts = then && is_assigned(law.catalogue(), addressed, one.role);
    if (acts && std::ranges::find(units, one.unit) == units.end()) units.push_back(one.unit);
  }
  return units;
}

std::string why_refused(const Error& error) {
  const auto refusal = duty::refusal_of(error);
  return refusal ? refusal->message.vi : "Đơn vị không có nghĩa vụ này.";
}

// A record of the document that is replaced, or of one that that one replaced.
struct Standing {
  DutyRecordId record;
  UnitId unit;
  std::string duty;
};

Result<std::vector<Standing>> standing_records(store::Connection& connection, TenantId tenant, ReportId replaced) {
  std::vector<Standing> standing;
  TRY_VOID(connection.query(
      "WITH RECURSIVE earlier (id) AS (SELECT ?2 UNION SELECT r.replaces_id FROM report r JOIN earlier e ON r.id = e.id "
      "WHERE r.tenant_id = ?1 AND r.replaces_id IS NOT NULL) "
      "SELECT d.record_id, d.unit_id, d.duty FROM earlier e JOIN report_duty d ON d.tenant_id = ?1 AND d.report_id = e.id ORDER BY d.record_id",
      {tenant, replaced}, [&](const store::Row& row) -> Result<void> {
        standing.push_back({row.id<DutyRecordTag>(0), row.id<UnitTag>(1), std::string(row.text(2))});
        return {};
      }));
  return standing;
}

class Proving {
 public:
  Proving(store::Connection& connection, const store::TenantScope& scope, const duty::TenantLaw& law, const ReportDetail& detail,
          const Sending& sending, const duty::Actor& actor, Timestamp now)
      : connection_(connection), scope_(scope), law_(law), detail_(detail), sending_(sending), actor_(actor), now_(now) {}

  Result<Proof> prove() {
    TRY_VOID(withdraw_replaced());
    for (const auto& id : detail_.kind.duties) {
      const auto ref = law_.catalogue().duty(id);
      if (ref && law_.binding(ref.directive->key) != nullptr) TRY_VOID(prove_duty(ref));
    }
    return Proof{told_};
  }

 private:
  using Done = std::tuple<UnitId, std::string, Date>;  // unit, duty, first day of the period

  void tell(const law::DutyRef& ref, std::string_view what) {
    told_ += (told_.empty() ? "" : "\n") + ref.duty->id + ": " + std::string(what);
  }
  void tell_not(const law::DutyRef& ref, std::string_view why) { tell(ref, "không ghi nhận hoàn thành. " + std::string(why)); }

  // What a replaced document proved it proves no more; when it was done is remembered.
  Result<void> withdraw_replaced() {
    if (!detail_.report.replaces) return {};
    TRY(const auto all, standing_records(connection_, scope_.tenant(), *detail_.report.replaces));
    for (const auto& one : all) {
      TRY(const auto record, duty::get_duty_record(connection_, scope_, one.record));
      const auto state = record.handling.state;
      if (state != duty::RecordState::waiting && state != duty::RecordState::approved) continue;
      TRY_VOID(duty::withdraw_duty_record(connection_, scope_, one.record, actor_, now_));
      done_.insert_or_assign({one.unit, one.duty, record.period_from}, record.done_on);
    }
    return {};
  }

  // A document of one unit says nothing of what the unit owes for all others.
  Result<void> prove_duty(const law::DutyRef& ref) {
    TRY(const auto acting, acting_for_whole(connection_, scope_, law_, ref, vietnam_day(now_)));
    const auto& report = detail_.report;
    if (report.of_whole) {
      if (acting.empty()) tell_not(ref, "Chưa có đơn vị nào được giao thực hiện cho toàn địa bàn.");
      for (const auto unit : acting) TRY_VOID(prove_of(ref, unit));
      return {};
    }
    const bool owes_for_all = detail_.kind.of_tenant && std::ranges::find(acting, report.unit) != acting.end();
    if (!owes_for_all) return prove_of(ref, report.unit);
    tell_not(ref, "Đơn vị thực hiện nghĩa vụ này cho toàn địa bàn, văn bản chỉ nói về một đơn vị.");
    return {};
  }

  // The occurrence whose period the document names, as the calendar names it; of an event, its day.
  Result<void> prove_of(const law::DutyRef& ref, UnitId unit) {
    const auto& period = detail_.snapshot.period;
    if (ref.duty->recurrence == law::Recurrence::on_event) {
      if (period.from == period.to) return record(ref, unit, period.from);
      tell_not(ref, "Văn bản về một sự việc phải ghi kỳ là đúng ngày xảy ra.");
      return {};
    }
    for (const auto& one : law_.occurrences(ref, period.from, period.to)) {
      if (period_id(detail_.kind.every, one.period_from) == period.id) return prove_occurrence(ref, unit, one);
    }
    tell_not(ref, "Kỳ của văn bản không phải là một kỳ của nghĩa vụ.");
    return {};
  }

  Result<void> prove_occurrence(const law::DutyRef& ref, UnitId unit, const law::Occurrence& one) {
    auto end = one.due ? one.due : one.period_to;
    if (end && one.period_to) end = std::min(*end, *one.period_to);
    const auto counted_to = vietnam_day(detail_.report.cut_off);
    // A roster says who will be there: it is made ahead.
    const bool ahead = ref.duty->recurrence == law::Recurrence::each_holiday;
    if (ahead || !end || counted_to >= *end - kMostDaysUncounted) return record(ref, unit, one.period_from);
    tell_not(ref, "Số liệu mới tính đến ngày " + day_words(counted_to) + ", sớm hơn ngày " + day_words(*end) + " quá 31 ngày.");
    return {};
  }

  // Done the day it was sent, and never before the day it was frozen, whatever the person says;
  // a correction is done when what it corrects was.
  Date done_on(const law::DutyRef& ref, UnitId unit, Date period_from) const {
    if (const auto earlier = done_.find({unit, ref.duty->id, period_from}); earlier != done_.end()) return earlier->second;
    Date frozen = sending_.sent_on;
    for (const auto& event : detail_.history) {
      if (event.what == "frozen") frozen = vietnam_day(event.at);
    }
    return std::max(sending_.sent_on, frozen);
  }

  Result<void> record(const law::DutyRef& ref, UnitId unit, Date period_from) {
    TRY(auto evidence, evidence_of(unit));
    const auto made = duty::record_duty(connection_, scope_, law_,
                                        {.unit = unit, .duty = ref.duty->id, .period_from = period_from, .done_on = done_on(ref, unit, period_from),
                                         .statement = statement(), .evidence = std::move(evidence)},
                                        actor_, now_);
    // Not of this unit, a record that stands already, or a duty that registers prove: the
    // document was sent all the same, and the history says what did not come of it.
    if (!made && (duty::refusal_of(made.error()) || made.error().code() == Code::not_found)) {
      tell_not(ref, why_refused(made.error()));
      return {};
    }
    if (!made) return made.error();
    tell(ref, "đã ghi nhận, kỳ bắt đầu ngày " + day_words(period_from) + ".");
    TRY_VOID(connection_.run("INSERT INTO report_duty (tenant_id, report_id, record_id, unit_id, duty) VALUES (?1, ?2, ?3, ?4, ?5)",
                             {scope_.tenant(), detail_.report.id, *made, unit, ref.duty->id}));
    return {};
  }

  std::string statement() const {
    const auto& report = detail_.report;
    std::string text = detail_.kind.name.vi + " số " + report.number_words() + " ngày " + day_words(*report.issued_on) + ", gửi ngày " +
                       day_words(sending_.sent_on);
    const auto& old = detail_.snapshot.replaces;
    if (old) text += "; thay thế văn bản số " + old->number + " ngày " + day_words(old->issued_on);
    return text;
  }

  // Evidence belongs to the unit whose record it proves.
  Result<std::vector<EvidenceId>> evidence_of(UnitId unit) {
    TRY(const auto document, document_of(unit));
    std::vector<EvidenceId> all{document};
    for (const auto id : sending_.evidence) {
      TRY(const auto one, duty::get_evidence(connection_, scope_, id));
      if (one.unit == unit && id != document) all.push_back(id);
    }
    return all;
  }

  // What the freezing kept is the issued one, of the unit that made it.
  Result<EvidenceId> document_of(UnitId unit) {
    const auto& report = detail_.report;
    if (const auto found = kept_.find(unit); found != kept_.end()) return found->second;
    TRY(auto signed_copy, signed_pdf(connection_, scope_, report.id));
    EvidenceId id = report.evidence.value_or(EvidenceId{});
    if (signed_copy || unit != report.unit || !report.evidence) {
      if (!signed_copy) {
        TRY(signed_copy, issued_pdf(connection_, scope_, report.id));
      }
      const std::string name = report.kind + "-" + report.period + "-" + std::to_string(*report.number) + ".pdf";
      TRY(id, duty::keep_evidence(connection_, scope_,
                                  {.unit = unit, .file_name = name, .bytes = *signed_copy, .effective_on = report.issued_on, .by = actor_.user}, now_));
    }
    kept_.emplace(unit, id);
    return id;
  }

  store::Connection& connection_;
  const store::TenantScope& scope_;
  const duty::TenantLaw& law_;
  const ReportDetail& detail_;
  const Sending& sending_;
  const duty::Actor& actor_;
  Timestamp now_;
  std::string told_;
  std::map<Done, Date> done_;
  std::map<UnitId, EvidenceId> kept_;
};

}  // namespace

Result<Proof> prove_duties(store::Connection& connection, const store::TenantScope& scope, const duty::TenantLaw& law,
                           const ReportDetail& detail, const Sending& sending, const duty::Actor& actor, Timestamp now) {
  khien_assert(actor.user && detail.report.number && detail.report.issued_on);
  return Proving(connection, scope, law, detail, sending, actor, now).prove();
}

}  // namespace khien::reporting
