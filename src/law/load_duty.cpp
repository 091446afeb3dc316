#include <algorithm>

#include "load.hpp"

namespace khien::law {
namespace {

using Kind = DueRule::Kind;

int periods_a_year(Recurrence recurrence) {
  if (recurrence == Recurrence::quarterly) return 4;
  if (recurrence == Recurrence::half_yearly) return 2;
  return recurrence == Recurrence::yearly ? 1 : 0;
}

bool fits(Kind kind, Recurrence recurrence) {
  switch (recurrence) {
    case Recurrence::once:
      return kind == Kind::none || kind == Kind::on_date;
    case Recurrence::continuous:
      return kind == Kind::none;
    case Recurrence::on_event:
      return kind == Kind::none || kind == Kind::after_event;
    case Recurrence::each_holiday:
      return kind == Kind::holiday_window;
    default:
      return kind == Kind::none || kind == Kind::before_day || kind == Kind::before_dates ||
             kind == Kind::by_dates || kind == Kind::end_of_period;
  }
}

void read_dates(DueRule& rule, Recurrence recurrence, Fields& fields) {
  const auto value = fields.required("dates");
  if (!value) return;
  for (const Value& item : value->items(12)) rule.dates.push_back(item.month_day());
  const int periods = periods_a_year(recurrence);
  if (periods == 0) return;  // said already
  bool one_in_each = std::ssize(rule.dates) == periods;
  for (int i = 0; one_in_each && i < periods; ++i) {
    one_in_each = (rule.dates[static_cast<std::size_t>(i)].month - 1) / (12 / periods) == i;
  }
  if (!one_in_each) {
    const std::string count = std::to_string(periods);
    value->fault({"cần đúng " + count + " ngày, mỗi kỳ một ngày, theo thứ tự",
                  "needs exactly " + count + " days, one in each period, in order"});
  }
}

void read_month_and_day(DueRule& rule, Recurrence recurrence, Fields& fields) {
  const auto month = fields.required("month");
  if (month && !(month->yaml().kind == Yaml::Kind::text && month->yaml().text == "last_of_period")) {
    rule.month = month->integer(1, 12);
    if (recurrence != Recurrence::yearly && periods_a_year(recurrence) > 0) {
      month->fault({"tháng cố định chỉ dùng cho nhiệm vụ hằng năm (dùng last_of_period)",
                    "a fixed month is for yearly duties only (use last_of_period)"});
    }
  }
  const auto day = fields.required("day");
  if (!day) return;
  rule.day = day->integer(1, 31);
  // The shortest month the rule can mean.
  const int month_number = rule.month != 0 ? rule.month : recurrence == Recurrence::yearly ? 12 : 6;
  if (rule.day > days_in_month(2023, month_number)) {
    day->fault({"tháng " + std::to_string(month_number) + " không có ngày " + std::to_string(rule.day),
                "month " + std::to_string(month_number) + " has no day " + std::to_string(rule.day)});
  }
}

void read_after_event(DueRule& rule, const Value& value, Fields& fields) {
  if (const auto hours = fields.optional("hours")) rule.hours = hours->integer(1, 8784);
  if (const auto days = fields.optional("working_days")) rule.working_days = days->integer(1, 366);
  if ((rule.hours > 0) == (rule.working_days > 0)) {
    value.fault(
        {"cần đúng một trong hai: hours, working_days", "exactly one of hours and working_days is needed"});
  }
}

DueRule due_rule(Recurrence recurrence, const Directive& directive, const Value& value) {
  Fields fields(value);
  DueRule rule{.kind = fields.word("rule", kDueRules)};
  if (fields.has("rule") && !fits(rule.kind, recurrence)) {
    const std::string words = std::string(to_string(rule.kind)) + " / " + std::string(to_string(recurrence));
    value.fault(
        {"quy tắc và chu kỳ không đi với nhau: " + words, "rule and recurrence do not fit: " + words});
  }
  switch (rule.kind) {
    case Kind::on_date:
      rule.date = fields.date("date");
      if (rule.date < directive.valid_from) {
        value.fault({"hạn trước ngày văn bản có hiệu lực", "is before the directive's valid_from"});
      }
      break;
    case Kind::before_day:
      read_month_and_day(rule, recurrence, fields);
      break;
    case Kind::before_dates:
    case Kind::by_dates:
      read_dates(rule, recurrence, fields);
      break;
    case Kind::end_of_period:
      if (const auto days = fields.optional("plus_working_days")) rule.working_days = days->integer(0, 250);
      break;
    case Kind::after_event:
      read_after_event(rule, value, fields);
      break;
    case Kind::none:
    case Kind::holiday_window:
      break;
  }
  fields.done();
  return rule;
}

Target target(const Value& value) {
  Fields fields(value);
  Target made;
  int given = 0;
  for (const auto& [kind, word] : kTargets) {
    const auto number = fields.optional(word);
    if (!number) continue;
    made = {.kind = kind, .value = number->number()};
    ++given;
  }
  if (given != 1) {
    value.fault({"cần đúng một trong: at_least, at_most, equals",
                 "exactly one of at_least, at_most, equals is needed"});
  }
  fields.done();
  return made;
}

AppliesIf applies_if(const Value& value) {
  Fields fields(value);
  AppliesIf made;
  if (const auto level = fields.optional("system_level_at_least"))
    made.system_level_at_least = level->integer(1, 5);
  if (const auto site = fields.optional("owns_site")) made.owns_site = site->boolean();
  fields.done();
  return made;
}

std::vector<LocalText> steps(const Value& value) {
  Fields fields(value);
  const auto vi = fields.required("vi");
  const auto en = fields.required("en");
  fields.done();
  if (!vi || !en) return {};
  const auto in_vi = vi->texts();
  const auto in_en = en->texts();
  if (in_vi.size() != in_en.size() || in_vi.empty()) {
    value.fault({"vi và en phải có cùng số bước, ít nhất một",
                 "vi and en need the same number of steps, at least one"});
    return {};
  }
  std::vector<LocalText> both;
  for (std::size_t i = 0; i < in_vi.size(); ++i) both.push_back({in_vi[i], in_en[i]});
  return both;
}

}  // namespace

Duty Loader::duty(const Directive& directive, const Value& value) {
  Fields fields(value);
  Duty made{.id = fields.id("id")};
  define(Names::duty, made.id, value);
  made.title = fields.local_text("title", 200);
  made.recurrence = fields.word("recurrence", kRecurrences);
  if (const auto due = fields.required("due")) made.due = due_rule(made.recurrence, directive, *due);
  made.basis = fields.word("basis", kBases);
  if (fields.has("approval")) {
    made.approval = fields.word("approval", kApprovals);
  } else {
    fields.optional("approval");
  }
  if (const auto applies = fields.optional("applies_if")) made.applies_if = applies_if(*applies);
  if (const auto minutes = fields.optional("minutes")) made.minutes = minutes->integer(1, 100'000);
  if (const auto list = fields.required("steps")) made.steps = steps(*list);
  made.proof = fields.local_text("proof");
  how_met(made, fields);
  fields.done();
  return made;
}

// What meets the duty, and that it can.
void Loader::how_met(Duty& duty, Fields& fields) {
  duty.met_by = fields.word("met_by", kMetBys);
  const auto metric = fields.optional("metric");
  const auto goal = fields.optional("target");
  const auto in_register = fields.optional("register");
  const auto where = fields.optional("where");
  if (where) duty.where = conditions(*where);
  if (metric) {
    duty.metric = metric->id();
    refer(Names::metric, duty.metric, *metric);
  }
  if (in_register) {
    duty.register_name = in_register->id();
    refer(Names::register_, duty.register_name, *in_register);
  }
  if (goal) {
    duty.target = target(*goal);
    later([this, duty, at = *goal] { check_target(duty, at); });
  }
  const bool by_metric = duty.met_by == MetBy::metric || duty.met_by == MetBy::record_and_metric;
  if (by_metric && (!metric || !goal)) {
    fields.whole().fault(
        {"met_by cần chỉ số thì phải có metric và target", "met_by a metric needs metric and target"});
  }
  if (goal && !metric) goal->fault({"target không có metric", "a target without a metric"});
  if (where && duty.met_by != MetBy::register_record) {
    where->fault({"where chỉ dùng với met_by: register", "where is for met_by: register only"});
  }
  if (duty.met_by != MetBy::register_record) return;
  if (!in_register) {
    fields.whole().fault({"met_by: register thì phải có register", "met_by: register needs register"});
    return;
  }
  if (where) {
    later([this, name = duty.register_name, asked = duty.where, at = *where] { check_conditions(name, asked, at); });
  }
  later([this, name = duty.register_name, at = *in_register] {
    const Register* found = register_named(name);
    if (found == nullptr || !found->date_field.empty()) return;
    at.fault({"sổ '" + name + "' không có date_field, không biết bản ghi thuộc kỳ nào",
              "register '" + name + "' has no date_field: a record belongs to no period"});
  });
}

void Loader::check_target(const Duty& duty, const Value& at) {
  const Metric* metric = metric_named(duty.metric);
  if (metric == nullptr) return;
  const bool ratio = metric->unit == Metric::Unit::ratio;
  if (duty.target->value >= 0 && (!ratio || duty.target->value <= 1)) return;
  at.fault(ratio ? LocalText{"chỉ tiêu của một tỷ lệ nằm trong 0–1", "a ratio's target is within 0–1"}
                 : LocalText{"chỉ tiêu không được âm", "a target must not be negative"});
}

}  // namespace khien::law
