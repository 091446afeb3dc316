#include "contact_rows.hpp"

#include <algorithm>
#include <utility>

#include "changes.hpp"
#include "days.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "plain_text.hpp"
#include "refusals.hpp"

namespace khien::estate {
namespace {

std::string search_key_of(const Contact& contact) {
  std::string key = fold(contact.name);
  for (const std::string* text : {&contact.title, &contact.phone, &contact.email}) {
    if (!text->empty()) (key += '\n') += fold(*text);
  }
  return key;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Result<std::string> phone_from_text(std::string_view text) {
  TRY(const auto line, line_from_text(text, 40));
  std::string phone;
  for (const char c : line) {
    const bool joins = c == ' ' || c == '.' || c == '-' || c == '(' || c == ')';
    if (joins) continue;
    if (!is_digit(c) && !(c == '+' && phone.empty())) return refuse(refusals::kBadPhone);
    phone += c;
  }
  const auto digits = std::ranges::count_if(phone, is_digit);
  // A spreadsheet that takes the column for numbers eats the zero.
  const bool mobile = phone.size() == 9 && std::string_view("35789").contains(phone.front());
  const bool landline = phone.size() == 10 && phone.front() == '2';
  if (mobile || landline) phone.insert(0, 1, '0');
  if (!phone.empty() && (digits < 8 || digits > 15)) return refuse(refusals::kBadPhone);
  return phone;
}

Result<std::string> email_from_text(std::string_view text) {
  TRY(auto email, line_from_text(text));
  if (email.empty()) return email;
  const auto at = email.find('@');
  const auto odd = [](char c) {
    return c <= ' ' || c == ',' || c == ';' || c == '<' || c == '>' || c == '"';
  };
  const bool fits = at != email.npos && at > 0 && email.find('@', at + 1) == email.npos &&
                    email.find('.', at) != email.npos && email.back() != '.' &&
                    !std::ranges::any_of(email, odd);
  if (!fits) return refuse(refusals::kBadEmail);
  return email;
}

Result<Contact> changed_contact(Contact contact, const ContactChange& change) {
  contact.unit = changed(change.unit, contact.unit);
  contact.purpose = changed(change.purpose, contact.purpose);
  TRY(contact.name, line_from_text(changed(change.name, contact.name)));
  if (contact.name.empty()) return refuse(refusals::kNeedsPersonName);
  TRY(contact.title, line_from_text(changed(change.title, contact.title)));
  TRY(contact.phone, phone_from_text(changed(change.phone, contact.phone)));
  TRY(contact.email, email_from_text(changed(change.email, contact.email)));
  if (contact.phone.empty() && contact.email.empty()) return refuse(refusals::kNeedsPhone);
  contact.around_the_clock = changed(change.around_the_clock, contact.around_the_clock);
  contact.valid_from = changed(change.valid_from, contact.valid_from);
  contact.valid_to = changed(change.valid_to, contact.valid_to);
  if (contact.valid_to && *contact.valid_to < contact.valid_from) return refuse(refusals::kEndBeforeStart);
  return contact;
}

Result<ContactId> insert_contact(store::Connection& connection, TenantId tenant, const Contact& contact,
                                 Timestamp now) {
  const std::string order = collation_key(contact.name);
  TRY_VOID(connection.run(
      "INSERT INTO contact (tenant_id, unit_id, purpose, name, name_order, search_key, title, phone, email, "
      "around_the_clock, valid_from, valid_to, created_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
      {tenant, contact.unit, to_string(contact.purpose), contact.name, as_bytes(order),
       search_key_of(contact), contact.title, contact.phone, contact.email, contact.around_the_clock,
       day(contact.valid_from), day(contact.valid_to), now}));
  return ContactId{connection.last_insert_id()};
}

Result<void> write_contact(store::Connection& connection, TenantId tenant, ContactId id,
                           const Contact& contact) {
  const std::string order = collation_key(contact.name);
  TRY(const auto written,
      connection.run(
          "UPDATE contact SET unit_id = ?3, purpose = ?4, name = ?5, name_order = ?6, search_key = ?7, "
          "title = ?8, phone = ?9, email = ?10, around_the_clock = ?11, valid_from = ?12, valid_to = ?13 "
          "WHERE tenant_id = ?1 AND id = ?2",
          {tenant, id, contact.unit, to_string(contact.purpose), contact.name, as_bytes(order),
           search_key_of(contact), contact.title, contact.phone, contact.email, contact.around_the_clock,
           day(contact.valid_from), day(contact.valid_to)}));
  khien_assert(written == 1);
  return {};
}

}  // namespace khien::estate
