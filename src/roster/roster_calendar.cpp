#include "khien/roster/roster_calendar.hpp"

#include "khien/core/calendar_text.hpp"

namespace khien::roster {
namespace {

void write_shift(CalendarWriter& out, const Shift& shift, std::string_view stamp) {
  const bool is_deputy = shift.part == Part::deputy;
  out.plain("BEGIN", "VEVENT");
  out.plain("UID", "duty-shift-" + std::to_string(shift.id.value) + "@khien");
  out.plain("DTSTAMP", stamp);
  out.plain("DTSTART", calendar_text(shift.span.from));
  out.plain("DTEND", calendar_text(shift.span.to));
  out.text("SUMMARY", (is_deputy ? "Trực thay: " : "Trực: ") + shift.person);
  std::string details = shift.unit_name;
  if (!shift.phone.empty()) details += "\nĐiện thoại / Phone: " + shift.phone;
  out.text("DESCRIPTION", details);
  out.plain("TRANSP", "OPAQUE");
  out.plain("END", "VEVENT");
}

}  // namespace

std::string calendar_of(const std::vector<Shift>& shifts, std::string_view name, Timestamp now) {
  CalendarWriter out;
  out.plain("BEGIN", "VCALENDAR");
  out.plain("VERSION", "2.0");
  out.plain("PRODID", "-//Khien//Lich truc//VI");
  out.text("X-WR-CALNAME", name);
  const auto stamp = calendar_text(now);
  for (const Shift& shift : shifts) write_shift(out, shift, stamp);
  out.plain("END", "VCALENDAR");
  return out.take();
}

}  // namespace khien::roster
