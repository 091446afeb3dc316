import { wordsOf } from "@/lib/i18n";

const vi = {
  time: "Giờ",
  timeHint: "giờ:phút",
  timeWrong: "Giờ không đúng, ví dụ 07:30.",
  hint: "ngày/tháng/năm",
  wrong: "Ngày không đúng. Hãy gõ ngày/tháng/năm, ví dụ 05/12/2026.",
  open: "Mở lịch chọn ngày",
  before: "Tháng trước",
  after: "Tháng sau",
  clear: "Bỏ ngày",
  weekdays: ["T2", "T3", "T4", "T5", "T6", "T7", "CN"],
  month: (month: number, year: number) => `Tháng ${month}/${year}`,
};

const en: typeof vi = {
  time: "Time",
  timeHint: "hours:minutes",
  timeWrong: "No such time; for example 07:30.",
  hint: "day/month/year",
  wrong: "This is no date. Type day/month/year, for example 05/12/2026.",
  open: "Open the calendar to choose a day",
  before: "Month before",
  after: "Month after",
  clear: "No date",
  weekdays: ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"],
  month: (month, year) => `${month}/${year}`,
};

export const useDateWords = wordsOf(vi, en);
