// Input: the JSON text of a record's fields, as a person sends it.
//
// Beyond "no crash": what is taken fits the form (types, bounds, choices, what must be
// there), is written as one JSON object, and is read back as the same fields; what is
// refused names a field of the form in both languages, and no word of the input.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "khien/duty/refusal.hpp"
#include "khien/duty/register_form.hpp"

using namespace khien;
using namespace khien::duty;

namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

law::Register form() {
  using Field = law::RegisterField;
  law::Register made;
  made.name = "trial";
  made.date_field = "on";
  made.summary = {"{name}: {people}", "{name}: {people}"};
  made.fields = {
      {.name = "name", .title = {"Tên", "Name"}, .max_length = 20, .required = true},
      {.name = "people", .type = Field::Type::integer, .title = {"Số người", "People"}, .minimum = 0, .maximum = 1000},
      {.name = "share", .type = Field::Type::number, .title = {"Tỷ lệ", "Share"}},
      {.name = "done", .type = Field::Type::boolean, .title = {"Xong", "Done"}},
      {.name = "kind", .title = {"Loại", "Kind"}, .choices = {"a", "b"}, .choice_titles = {{"A", "A"}, {"B", "B"}}},
      {.name = "on", .format = Field::Format::date, .title = {"Ngày", "Day"}},
      {.name = "to", .format = Field::Format::date, .title = {"Đến", "To"}},
      {.name = "mail", .format = Field::Format::email, .title = {"Thư", "Mail"}},
      {.name = "phone", .format = Field::Format::phone, .title = {"Máy", "Phone"}},
      {.name = "unit", .type = Field::Type::integer, .format = Field::Format::unit, .title = {"Đơn vị", "Unit"}},
  };
  made.checks = {{.rule = law::RegisterCheck::Rule::not_before, .fields = {"to", "on"}, .message = {"Sai ngày", "Wrong days"}}};
  return made;
}

void check_taken(const law::Register& trial, const CheckedFields& checked) {
  const auto people = checked.fields.number("people");
  demand(!people || (*people >= 0 && *people <= 1000 && *people == std::floor(*people)));
  demand(!checked.fields.text("name").empty());
  const auto kind = checked.fields.text("kind");
  demand(kind.empty() || kind == "a" || kind == "b");
  const auto on = checked.fields.date("on");
  const auto to = checked.fields.date("to");
  demand(!on || !to || *to >= *on);
  demand(checked.dated_on == on);
  for (const auto& reference : checked.references) demand(reference.id > 0);
  JsonDocument memory;
  const auto json = checked.fields.to_json();
  demand(stored_fields(trial, json, memory).to_json() == json);
  demand(check_fields(trial, json, Date()).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const law::Register trial = form();
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto checked = check_fields(trial, input, Date());
  if (checked) {
    check_taken(trial, *checked);
    return 0;
  }
  const auto refusal = refusal_of(checked.error());
  demand(refusal.has_value());
  demand(refusal->field == "fields" || refusal->field.starts_with("fields."));
  demand(!refusal->message.vi.empty() && !refusal->message.en.empty());
  return 0;
}
