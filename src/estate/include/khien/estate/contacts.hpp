#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::estate {

// What a person may be called for. `leader`: who answers for the unit's security.
enum class ContactPurpose : unsigned char { security, monitoring, incident, duty, leader };
std::string_view to_string(ContactPurpose purpose);
Result<ContactPurpose> contact_purpose_from_string(std::string_view text);

struct Contact {
  ContactId id;
  UnitId unit;
  std::string unit_name;
  ContactPurpose purpose = ContactPurpose::security;
  std::string name;
  std::string title;
  std::string phone;
  std::string email;
  bool around_the_clock = false;
  Date valid_from;
  std::optional<Date> valid_to;  // last day; none: open
};

struct ContactQuery {
  std::optional<UnitId> unit;
  std::string words;
  std::optional<ContactPurpose> purpose;
  std::optional<Date> valid_on;  // none: past and coming ones too
  std::string cursor;
  std::size_t limit = 200;
};
struct ContactPage {
  std::vector<Contact> items;  // by name
  std::int64_t total = 0;
  std::optional<std::string> next;
};
Result<ContactPage> list_contacts(store::Connection& connection, const store::TenantScope& scope,
                                  const ContactQuery& query);
Result<Contact> get_contact(store::Connection& connection, const store::TenantScope& scope, ContactId id);
// Of the unit itself, on that day; the newest appointment first.
Result<std::vector<Contact>> contacts_of(store::Connection& connection, const store::TenantScope& scope, UnitId unit,
                                         ContactPurpose purpose, Date on);

struct ContactChange {
  std::optional<UnitId> unit;
  std::optional<ContactPurpose> purpose;
  std::optional<std::string> name;
  std::optional<std::string> title;
  std::optional<std::string> phone;
  std::optional<std::string> email;
  std::optional<bool> around_the_clock;
  std::optional<Date> valid_from;
  std::optional<std::optional<Date>> valid_to;
};
// unit, purpose, name and a phone number or an e-mail address must be there;
// valid_from: today where absent.
Result<ContactId> create_contact(store::Connection& connection, const store::TenantScope& scope,
                                 const ContactChange& change, Timestamp now);
Result<void> update_contact(store::Connection& connection, const store::TenantScope& scope, ContactId id,
                            const ContactChange& change);

}  // namespace khien::estate
