#include "field_check.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "khien/core/text.hpp"
#include "khien/duty/refusal.hpp"

namespace khien::duty {
namespace {

using Field = law::RegisterField;

constexpr int kUsualMostCharacters = 2'000;
constexpr double kMostWhole = 9'007'199'254'740'991.0;  // 2^53 - 1
constexpr int kFirstYear = 1900;
constexpr int kLastYear = 2199;

Error refused(const Field& field, const LocalText& what) {
  return refuse(Code::invalid, path_of(field),
                {"«" + field.title.vi + "»: " + what.vi, "\"" + field.title.en + "\": " + what.en});
}

std::string plain(double number) {
  if (number == std::floor(number) && std::abs(number) <= kMostWhole) {
    return std::to_string(static_cast<std::int64_t>(number));
  }
  std::string text = std::to_string(number);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

std::int64_t code_points(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; });
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto code = static_cast<unsigned char>(c);
    return (code < 0x20 && c != '\n' && c != '\t') || code == 0x7f;
  });
}

bool is_email(std::string_view text) {
  const auto at = text.find('@');
  if (at == text.npos || at == 0 || text.find('@', at + 1) != text.npos) return false;
  const auto domain = text.substr(at + 1);
  return domain.find('.') != domain.npos && !domain.starts_with('.') && !domain.ends_with('.') &&
         text.find_first_of(" \t\n,;<>()\"") == text.npos;
}

// "0912 345 678", "+84 (24) 3.943": 8 to 15 digits.
bool is_phone(std::string_view text) {
  const auto digits = std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; });
  return digits >= 8 && digits <= 15 && text.find_first_not_of("0123456789 .-()+") == text.npos &&
         text.find('+', 1) == text.npos;
}

Result<void> check_format(const Field& field, std::string_view text) {
  switch (field.format) {
    case Field::Format::date: {
      const auto date = Date::parse(text);
      if (date && date->year() >= kFirstYear && date->year() <= kLastYear) return {};
      return refused(field, {"không phải là ngày có thật (NĂM-THÁNG-NGÀY, từ năm 1900 đến 2199).",
                             "is not a day that exists (YEAR-MONTH-DAY, from 1900 to 2199)."});
    }
    case Field::Format::email:
      if (is_email(text)) return {};
      return refused(field, {"không phải là địa chỉ thư điện tử.", "is not an e-mail address."});
    case Field::Format::phone:
      if (is_phone(text)) return {};
      return refused(field, {"không phải là số điện thoại (8 đến 15 chữ số).", "is not a telephone number (8 to 15 digits)."});
    case Field::Format::unit:
    case Field::Format::system:
      if (id_of(FieldValue(std::string(text))) > 0) return {};
      return refused(field, {"không phải là số hiệu.", "is not an id."});
    case Field::Format::none: break;
  }
  return {};
}

Result<std::optional<FieldValue>> text_value(const Field& field, const Json& value) {
  const auto raw = value.string();
  if (!raw) return refused(field, {"phải là chữ.", "must be text."});
  TRY(const auto text, nfc(*raw));
  if (text.empty()) return std::optional<FieldValue>();
  if (has_control(text)) return refused(field, {"có ký tự điều khiển.", "has control characters."});
  const int most = field.max_length > 0 ? field.max_length : kUsualMostCharacters;
  if (code_points(text) > most) {
    const auto number = std::to_string(most);
    return refused(field, {"dài quá " + number + " ký tự.", "is longer than " + number + " characters."});
  }
  if (!field.choices.empty() && std::ranges::find(field.choices, text) == field.choices.end()) {
    return refused(field, {"không có trong các lựa chọn.", "is not one of the choices."});
  }
  TRY_VOID(check_format(field, text));
  return std::optional<FieldValue>(text);
}

Result<std::optional<FieldValue>> number_value(const Field& field, const Json& value) {
  const bool whole = field.type == Field::Type::integer;
  const auto number = value.number();
  const bool fits = number && std::abs(*number) <= kMostWhole && (!whole || *number == std::floor(*number));
  if (!fits) {
    return whole ? refused(field, {"phải là số nguyên.", "must be a whole number."})
                 : refused(field, {"phải là số.", "must be a number."});
  }
  if (field.minimum && *number < *field.minimum) {
    const auto bound = plain(*field.minimum);
    return refused(field, {"phải từ " + bound + " trở lên.", "must be " + bound + " or more."});
  }
  if (field.maximum && *number > *field.maximum) {
    const auto bound = plain(*field.maximum);
    return refused(field, {"phải từ " + bound + " trở xuống.", "must be " + bound + " or less."});
  }
  const bool names = field.format == Field::Format::unit || field.format == Field::Format::system;
  if (names && *number < 1) return refused(field, {"không phải là số hiệu.", "is not an id."});
  return std::optional<FieldValue>(*number);
}

}  // namespace

std::string path_of(const law::RegisterField& field) { return "fields." + field.name; }

std::int64_t id_of(const FieldValue& value) {
  if (const auto* number = std::get_if<double>(&value)) return static_cast<std::int64_t>(*number);
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return 0;
  std::int64_t id = 0;
  const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), id);
  return problem == std::errc() && end == text->data() + text->size() && id > 0 ? id : 0;
}

Result<std::optional<FieldValue>> checked_value(const law::RegisterField& field, const Json& value) {
  if (value.is_null()) return std::optional<FieldValue>();
  switch (field.type) {
    case Field::Type::string: return text_value(field, value);
    case Field::Type::integer:
    case Field::Type::number: return number_value(field, value);
    case Field::Type::boolean: break;
  }
  const auto flag = value.boolean();
  if (!flag) return refused(field, {"phải là có hoặc không.", "must be yes or no."});
  return std::optional<FieldValue>(*flag);
}

}  // namespace khien::duty
