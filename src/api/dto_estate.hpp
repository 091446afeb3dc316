#pragma once

#include <vector>

#include "dto.hpp"
#include "khien/estate/address_ranges.hpp"
#include "khien/estate/contacts.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/imports.hpp"
#include "khien/estate/sites.hpp"
#include "khien/estate/succession.hpp"
#include "khien/estate/systems.hpp"
#include "khien/estate/unit_roles.hpp"

namespace khien::api {

void write_system(JsonWriter& json, const estate::System& system);
void write_system_level(JsonWriter& json, const estate::SystemLevel& level, const LocalText& rule_title);
void write_device(JsonWriter& json, const estate::Device& device);
void write_device_counts(JsonWriter& json, const estate::DeviceCounts& counts);
void write_site(JsonWriter& json, const estate::Site& site);
void write_address_range(JsonWriter& json, const estate::AddressRange& range);
void write_contact(JsonWriter& json, const estate::Contact& contact);
void write_import(JsonWriter& json, const estate::ImportRecord& import);
void write_unit_role(JsonWriter& json, const estate::UnitRole& role, const LocalText& title);
void write_succession(JsonWriter& json, const estate::Succession& succession);

}  // namespace khien::api
