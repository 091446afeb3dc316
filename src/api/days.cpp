#include "days.hpp"

namespace khien::api {

std::optional<std::string_view> impossible_day(const Call& call, std::initializer_list<std::string_view> fields) {
  for (const std::string_view field : fields) {
    const auto text = call.text(field);
    if (text && !text->empty() && !Date::parse(*text)) return field;
  }
  return std::nullopt;
}

std::optional<Date> day_in(const Call& call, std::string_view field) {
  const auto text = call.text(field);
  const auto date = Date::parse(text.value_or(""));
  return date ? std::optional(*date) : std::nullopt;
}

std::optional<std::optional<Date>> day_or_none_in(const Call& call, std::string_view field) {
  const auto text = call.text(field);
  if (!text) return std::nullopt;
  return day_in(call, field);
}

Result<std::optional<Date>> as_of(const Call& call) {
  const auto text = call.request.query_value("as_of");
  if (!text) return std::optional<Date>();
  TRY(const auto date, Date::parse(*text));
  return std::optional(date);
}

}  // namespace khien::api
