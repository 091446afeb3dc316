#pragma once

#include <vector>

#include "account_records.hpp"
#include "authenticator.hpp"
#include "khien/botnet/cases.hpp"
#include "khien/botnet/connections.hpp"
#include "khien/botnet/incidents.hpp"
#include "khien/botnet/lists.hpp"
#include "khien/botnet/lookups.hpp"
#include "khien/core/json.hpp"
#include "khien/estate/botnet.hpp"

namespace khien::api {

// How addresses of botnets look in the interface (components/schemas). What lists and logs say
// is text in JSON, never markup.

struct BotnetViewer {
  const botnet::Playbook& playbook;
  const NameMap& names;
  std::optional<estate::BotnetLookup> lookup;
  Role role = Role::inspector;
  bool whole_tenant = false;
  Timestamp now;

  bool may_import() const { return whole_tenant && (role == Role::province_admin || role == Role::soc_operator); }
};

void write_botnet_lookup_state(JsonWriter& json, const BotnetViewer& viewer);
void write_botnet_address(JsonWriter& json, const botnet::CaseRecord& record, const BotnetViewer& viewer);
void write_botnet_counts(JsonWriter& json, const botnet::CaseCounts& counts, const BotnetViewer& viewer);
void write_botnet_detail(JsonWriter& json, const botnet::CaseDetail& detail, const std::vector<botnet::LinkedIncident>& incidents, const BotnetViewer& viewer);
void write_botnet_list(JsonWriter& json, const botnet::ListRecord& record, const NameMap& names);
void write_botnet_lookup(JsonWriter& json, const botnet::Lookup& lookup, const NameMap& names);
void write_botnet_log(JsonWriter& json, const botnet::LogReport& report);

// What the viewer may say of a case now.
std::vector<botnet::Event> may_say(const botnet::CaseDetail& detail, const BotnetViewer& viewer);

}  // namespace khien::api
