#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/core/json.hpp"
#include "khien/core/result.hpp"
#include "khien/law/register.hpp"
#include "khien/model/local_text.hpp"

namespace khien::duty {

// The value of one field as a record holds it. A date is text.
using FieldValue = law::Condition::Value;

struct FieldEntry {
  std::string name;
  FieldValue value;
};

// One record's fields, as its register's schema has them: a flat object. Fields
// that are empty are left out.
class Fields {
 public:
  Fields() = default;
  explicit Fields(std::vector<FieldEntry> entries) : entries_(std::move(entries)) {}

  const FieldValue* find(std::string_view name) const;
  const std::vector<FieldEntry>& all() const { return entries_; }
  std::optional<double> number(std::string_view name) const;
  std::string text(std::string_view name) const;
  std::optional<Date> date(std::string_view name) const;

  // In the order of the register's form.
  std::string to_json() const;

 private:
  std::vector<FieldEntry> entries_;
};

// A unit or system that a field names, to be looked up by whoever has a scope.
struct FieldReference {
  std::string field;
  law::RegisterField::Format format = law::RegisterField::Format::none;
  std::int64_t id = 0;
};

struct CheckedFields {
  Fields fields;
  std::optional<Date> dated_on;  // of the register's date field
  std::vector<FieldReference> references;
};

// What a person sent, against the register's form: types, bounds, choices, formats,
// what must be there; then the checks that no true record can break (days out of
// order, a part above its whole, a reason that is missing). Code::invalid with a
// Refusal whose field is "fields.<name>". Pure.
Result<CheckedFields> check_fields(const law::Register& form, std::string_view json, Date today);

// Fields as they were stored; what does not fit is left out, for a register's form
// may have changed since.
Fields stored_fields(const law::Register& form, std::string_view json, JsonDocument& memory);

// What may be true and is not right: the assessor who is also the monitor.
std::vector<LocalText> warnings_of(const law::Register& form, const Fields& fields, Date today);

// "Lớp tập huấn: 40 người", by the register's pattern.
LocalText summary_of(const law::Register& form, const Fields& fields);

// "Nội dung: Chữ ký số; Vai trò của đơn vị: Bên tổ chức". Empty where there is none.
LocalText words_of(const std::vector<law::Condition>& conditions, const law::Register& form);

// Does the condition hold of these fields on that day?
bool holds(const law::Condition& condition, const Fields& fields, Date as_of);

}  // namespace khien::duty
