#include "khien/core/assert.hpp"
#include "khien/law/due.hpp"

namespace khien::law {
namespace {

LocalText period_end(Recurrence recurrence) {
  switch (recurrence) {
    case Recurrence::quarterly:
      return {"quý", "the quarter"};
    case Recurrence::half_yearly:
      return {"6 tháng", "the half-year"};
    default:
      return {"năm", "the year"};
  }
}

std::string english_month(int month) {
  static constexpr std::string_view kMonths[] = {"January",   "February", "March",    "April",
                                                 "May",       "June",     "July",     "August",
                                                 "September", "October",  "November", "December"};
  khien_assert(month >= 1 && month <= 12);
  return std::string(kMonths[month - 1]);
}

LocalText listed(const std::vector<MonthDay>& dates) {
  LocalText text;
  for (std::size_t i = 0; i < dates.size(); ++i) {
    const bool last = i + 1 == dates.size();
    if (i > 0) {
      text.vi += last ? " và " : ", ";
      text.en += last ? " and " : ", ";
    }
    text.vi += std::to_string(dates[i].day) + "/" + std::to_string(dates[i].month);
    text.en += std::to_string(dates[i].day) + " " + english_month(dates[i].month);
  }
  return text;
}

LocalText before_day(const DueRule& rule, Recurrence recurrence) {
  const std::string day = std::to_string(rule.day);
  if (rule.month != 0) {
    return {"trước ngày " + day + "/" + std::to_string(rule.month) + " hằng năm",
            "before " + day + " " + english_month(rule.month) + " every year"};
  }
  const LocalText period = period_end(recurrence);
  return {"trước ngày " + day + " của tháng cuối " + period.vi,
          "before day " + day + " of the last month of " + period.en};
}

LocalText end_of_period(const DueRule& rule, Recurrence recurrence) {
  const LocalText period = period_end(recurrence);
  if (rule.working_days == 0) return {"hết " + period.vi, "by the end of " + period.en};
  const std::string count = std::to_string(rule.working_days);
  return {"trong " + count + " ngày làm việc sau khi hết " + period.vi,
          "within " + count + " working days after the end of " + period.en};
}

LocalText after_event(const DueRule& rule) {
  if (rule.hours > 0) {
    const std::string count = std::to_string(rule.hours);
    return {"trong " + count + " giờ kể từ khi phát sinh", "within " + count + " hours of the event"};
  }
  const std::string count = std::to_string(rule.working_days);
  return {"trong " + count + " ngày làm việc kể từ khi phát sinh",
          "within " + count + " working days of the event"};
}

LocalText without_clock(Recurrence recurrence) {
  switch (recurrence) {
    case Recurrence::continuous:
      return {"thường xuyên, văn bản không nêu thời hạn", "continuous; the document sets no deadline"};
    case Recurrence::on_event:
      return {"khi phát sinh, văn bản không nêu thời hạn", "when it arises; the document sets no deadline"};
    case Recurrence::quarterly:
      return {"hằng quý, văn bản không nêu ngày", "every quarter; the document names no day"};
    case Recurrence::half_yearly:
      return {"6 tháng một lần, văn bản không nêu ngày", "every half-year; the document names no day"};
    case Recurrence::yearly:
      return {"hằng năm, văn bản không nêu ngày", "every year; the document names no day"};
    default:
      return {"văn bản không nêu thời hạn", "the document sets no deadline"};
  }
}

}  // namespace

LocalText describe(const DueRule& rule, Recurrence recurrence) {
  switch (rule.kind) {
    case DueRule::Kind::none:
      return without_clock(recurrence);
    case DueRule::Kind::on_date: {
      const Date date = rule.date;
      return {"đến hết ngày " + std::to_string(date.day()) + "/" + std::to_string(date.month()) + "/" +
                  std::to_string(date.year()),
              "by " + std::to_string(date.day()) + " " + english_month(date.month()) + " " +
                  std::to_string(date.year())};
    }
    case DueRule::Kind::before_day:
      return before_day(rule, recurrence);
    case DueRule::Kind::before_dates: {
      const LocalText dates = listed(rule.dates);
      return {"trước ngày " + dates.vi + " hằng năm", "before " + dates.en + " every year"};
    }
    case DueRule::Kind::by_dates: {
      const LocalText dates = listed(rule.dates);
      return {"chậm nhất ngày " + dates.vi + " hằng năm", "by " + dates.en + " every year"};
    }
    case DueRule::Kind::end_of_period:
      return end_of_period(rule, recurrence);
    case DueRule::Kind::after_event:
      return after_event(rule);
    case DueRule::Kind::holiday_window:
      return {"mỗi kỳ nghỉ lễ, tết: từ giờ làm việc cuối trước kỳ nghỉ đến giờ làm việc đầu sau kỳ nghỉ",
              "each public holiday: from the last working hour before it to the first one after"};
  }
  return {};
}

}  // namespace khien::law
