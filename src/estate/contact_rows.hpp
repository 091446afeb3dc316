#pragma once

#include <string>
#include <string_view>

#include "khien/estate/contacts.hpp"

namespace khien::estate {

// Digits with an optional plus sign before; empty from nothing. Code::invalid
// unless 8 to 15 digits.
Result<std::string> phone_from_text(std::string_view text);
// name@host; empty from nothing.
Result<std::string> email_from_text(std::string_view text);

// What the change makes of the contact; Code::invalid with the field.
Result<Contact> changed_contact(Contact contact, const ContactChange& change);
Result<ContactId> insert_contact(store::Connection& connection, TenantId tenant, const Contact& contact,
                                 Timestamp now);
Result<void> write_contact(store::Connection& connection, TenantId tenant, ContactId id, const Contact& contact);

}  // namespace khien::estate
