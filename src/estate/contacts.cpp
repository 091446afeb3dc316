#include "khien/estate/contacts.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "changes.hpp"
#include "contact_rows.hpp"
#include "days.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/search_words.hpp"
#include "khien/estate/units.hpp"
#include "unit_tree.hpp"

namespace khien::estate {
namespace {

constexpr std::string_view kList = "contacts";
constexpr std::size_t kMaxPage = 500;
// Stored: add at the end, never rename.
constexpr std::array<std::string_view, 5> kPurposes{"security", "monitoring", "incident", "duty", "leader"};

#define KHIEN_CONTACT_COLUMNS                                                                   \
  "c.id, c.unit_id, u.name, c.purpose, c.name, c.title, c.phone, c.email, c.around_the_clock, " \
  "c.valid_from, "                                                                              \
  "c.valid_to, c.name_order"
#define KHIEN_CONTACTS "contact c JOIN unit u ON u.tenant_id = c.tenant_id AND u.id = c.unit_id "
#define KHIEN_CONTACT_HAS_WORD(word) \
  " AND (" word " = '' OR instr(c.search_key, " word ") > 0 OR instr(u.name_folded, " word ") > 0)"
// ?3 purpose or nothing, ?4 the day or NULL, ?5 to ?8 words.
#define KHIEN_CONTACTS_FOUND                                                                        \
  KHIEN_CONTACTS "WHERE c.tenant_id = ?1 AND c.unit_id IN " KHIEN_UNITS_IN_SCOPE                    \
                 " AND (?3 = '' OR c.purpose = ?3) "                                                \
                 "AND (?4 IS NULL OR (c.valid_from <= ?4 AND (c.valid_to IS NULL OR c.valid_to >= " \
                 "?4)))" KHIEN_CONTACT_HAS_WORD("?5") KHIEN_CONTACT_HAS_WORD("?6")                  \
                     KHIEN_CONTACT_HAS_WORD("?7") KHIEN_CONTACT_HAS_WORD("?8")

Result<Contact> contact_from(const store::Row& row) {
  Contact contact{.id = ContactId{row.integer(0)}, .unit = UnitId{row.integer(1)}};
  contact.unit_name = row.text(2);
  TRY(contact.purpose, contact_purpose_from_string(row.text(3)));
  contact.name = row.text(4);
  contact.title = row.text(5);
  contact.phone = row.text(6);
  contact.email = row.text(7);
  contact.around_the_clock = row.integer(8) != 0;
  contact.valid_from = day_at(row, 9);
  contact.valid_to = optional_day_at(row, 10);
  return contact;
}

struct Behind {
  Bytes order;
  std::int64_t id = 0;
};
Result<Behind> behind_cursor(std::string_view cursor) {
  if (cursor.empty()) return Behind();
  TRY(auto fields, from_cursor(cursor, kList, {Bytes(), std::int64_t{}}));
  return Behind{std::get<Bytes>(std::move(fields[0])), std::get<std::int64_t>(fields[1])};
}

}  // namespace

std::string_view to_string(ContactPurpose purpose) { return kPurposes.at(static_cast<std::size_t>(purpose)); }

Result<ContactPurpose> contact_purpose_from_string(std::string_view text) {
  const auto* found = std::ranges::find(kPurposes, text);
  if (found == kPurposes.end()) return Error(Code::invalid, "purpose of a contact is not one that is known");
  return static_cast<ContactPurpose>(found - kPurposes.begin());
}

Result<ContactPage> list_contacts(store::Connection& connection, const store::TenantScope& scope,
                                  const ContactQuery& query) {
  TRY(const auto roots, roots_below(connection, scope, query.unit));
  TRY(const auto behind, behind_cursor(query.cursor));
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage);
  const auto words = search_words(query.words);
  const std::string_view purpose = query.purpose ? to_string(*query.purpose) : std::string_view();
  ContactPage page;
  TRY_VOID(connection.query_one("SELECT count(*) FROM " KHIEN_CONTACTS_FOUND,
                                {scope.tenant(), roots, purpose, day(query.valid_on), words.each[0],
                                 words.each[1], words.each[2], words.each[3]},
                                [&](const store::Row& row) -> Result<void> {
                                  page.total = row.integer(0);
                                  return {};
                                }));
  Behind last;
  TRY_VOID(connection.query(
      "SELECT " KHIEN_CONTACT_COLUMNS " FROM " KHIEN_CONTACTS_FOUND
      " AND (c.name_order, c.id) > (?9, ?10) ORDER BY c.name_order, c.id LIMIT ?11",
      {scope.tenant(), roots, purpose, day(query.valid_on), words.each[0], words.each[1], words.each[2],
       words.each[3], ByteView(behind.order), behind.id, std::uint64_t{limit + 1}},
      [&](const store::Row& row) -> Result<void> {
        if (page.items.size() == limit) {
          page.next = to_cursor(kList, {last.order, last.id});
          return {};
        }
        TRY(auto contact, contact_from(row));
        page.items.push_back(std::move(contact));
        const ByteView order = row.bytes(11);
        last = {Bytes(order.begin(), order.end()), row.integer(0)};
        return {};
      }));
  return page;
}

Result<Contact> get_contact(store::Connection& connection, const store::TenantScope& scope, ContactId id) {
  std::optional<Contact> contact;
  TRY_VOID(connection.query("SELECT " KHIEN_CONTACT_COLUMNS " FROM " KHIEN_CONTACTS
                            "WHERE c.tenant_id = ?1 AND c.id = ?3 AND " KHIEN_IN_SCOPE("c.unit_id"),
                            {scope.tenant(), scope.roots_json(), id},
                            [&](const store::Row& row) -> Result<void> {
                              TRY(contact, contact_from(row));
                              return {};
                            }));
  if (!contact) return Error(Code::not_found, "there is no such contact");
  return std::move(*contact);
}

Result<std::vector<Contact>> contacts_of(store::Connection& connection, const store::TenantScope& scope,
                                         UnitId unit, ContactPurpose purpose, Date on) {
  TRY_VOID(require_unit(connection, scope, unit));
  std::vector<Contact> contacts;
  TRY_VOID(connection.query(
      "SELECT " KHIEN_CONTACT_COLUMNS " FROM " KHIEN_CONTACTS
      "WHERE c.tenant_id = ?1 AND c.unit_id = ?2 AND c.purpose = ?3 AND c.valid_from <= ?4 "
      "AND (c.valid_to IS NULL OR c.valid_to >= ?4) ORDER BY c.valid_from DESC, c.id DESC",
      {scope.tenant(), unit, to_string(purpose), day(on)}, [&](const store::Row& row) -> Result<void> {
        TRY(auto contact, contact_from(row));
        contacts.push_back(std::move(contact));
        return {};
      }));
  return contacts;
}

Result<ContactId> create_contact(store::Connection& connection, const store::TenantScope& scope,
                                 const ContactChange& change, Timestamp now) {
  TRY_VOID(require_living_unit(connection, scope, change.unit.value_or(UnitId{})));
  TRY(const auto contact, changed_contact({.valid_from = vietnam_day(now)}, change));
  return insert_contact(connection, scope.tenant(), contact, now);
}

Result<void> update_contact(store::Connection& connection, const store::TenantScope& scope, ContactId id,
                            const ContactChange& change) {
  TRY(const auto before, get_contact(connection, scope, id));
  if (change.unit) {
    TRY_VOID(require_living_unit(connection, scope, *change.unit));
  }
  TRY(const auto contact, changed_contact(before, change));
  return write_contact(connection, scope.tenant(), id, contact);
}

}  // namespace khien::estate
