#include "dto.hpp"

namespace khien::api {

void write_text(JsonWriter& json, const LocalText& text) {
  json.begin_object().field("vi", text.vi).field("en", text.en).end_object();
}

void write_ref(JsonWriter& json, std::int64_t id, std::string_view name) {
  json.begin_object().field("id", id).field("name", name).end_object();
}

void write_day(JsonWriter& json, std::string_view name, std::optional<Date> date) {
  json.key(name);
  if (date) {
    json.string(to_string(*date));
  } else {
    json.null();
  }
}

void write_time(JsonWriter& json, std::string_view name, std::optional<Timestamp> time) {
  json.key(name);
  if (time) {
    json.time(*time);
  } else {
    json.null();
  }
}

void write_next(JsonWriter& json, std::int64_t total, const std::optional<std::string>& next) {
  json.field("total", total).key("next");
  if (next) {
    json.string(*next);
  } else {
    json.null();
  }
}

void write_user_ref(JsonWriter& json, std::optional<UserId> user, const NameMap& names) {
  const auto found = user ? names.find(user->value) : names.end();
  if (found == names.end()) {
    json.null();
  } else {
    write_ref(json, found->first, found->second);
  }
}

void write_session(JsonWriter& json, const Principal& who, Timestamp now) {
  json.begin_object().key("user");
  write_ref(json, who.user.value, who.name);
  json.field("username", who.username).field("role", to_string(who.role)).key("scope").begin_array();
  for (const ScopeRoot& root : who.roots) write_ref(json, root.id.value, root.name);
  json.end_array().field("tenant", who.tenant_name).field("sample", who.sample).field("csrf", who.csrf);
  json.field("must_change_password", who.must_change_password).field("totp_enabled", who.totp_enabled);
  const bool proved = who.step_up_until && *who.step_up_until > now;
  write_time(json, "step_up_until", proved ? who.step_up_until : std::nullopt);
  json.field("expires_at", who.expires_at).end_object();
}

void write_asset(JsonWriter& json, AssetId asset, std::string_view name) {
  json.begin_object().field("kind", to_string(asset.kind)).field("id", asset.value).field("name", name).end_object();
}

void write_finding(JsonWriter& json, const flow::FindingRecord& finding, const scan::RuleText& text,
                   const NameMap& names) {
  json.begin_object().field("id", finding.id.value).key("title");
  write_text(json, text.title);
  json.field("severity", to_string(finding.severity)).field("state", to_string(finding.state));
  json.field("judge", to_string(finding.judge)).field("rule", finding.rule).field("subject", finding.subject);
  json.key("asset");
  write_asset(json, finding.asset, finding.asset_name);
  json.key("unit");
  write_ref(json, finding.unit.value, finding.unit_name);
  json.field("first_seen", finding.first_seen).field("last_seen", finding.last_seen);
  json.field("sightings", finding.sightings).key("owner");
  write_user_ref(json, finding.owner, names);
  json.end_object();
}

void write_unit(JsonWriter& json, const estate::Unit& unit, std::int64_t open_findings) {
  json.begin_object().field("id", unit.id.value).field("name", unit.name).field("kind", to_string(unit.kind));
  json.key("parent");
  if (unit.parent) {
    json.integer(unit.parent->value);
  } else {
    json.null();
  }
  json.key("code");
  if (unit.code.empty()) {
    json.null();
  } else {
    json.string(unit.code);
  }
  write_day(json, "valid_from", unit.valid_from);
  write_day(json, "valid_to", unit.valid_to);
  json.field("machines", unit.machines).field("open_findings", open_findings).end_object();
}

void write_token(JsonWriter& json, const estate::TokenRecord& token, const NameMap& names) {
  json.begin_object().field("id", token.id.value).key("unit");
  write_ref(json, token.unit.value, token.unit_name);
  json.field("created_at", token.created_at).key("created_by");
  if (token.created_by) {
    const auto author = names.find(token.created_by->value);
    write_ref(json, token.created_by->value, author == names.end() ? "" : author->second);
  } else {
    json.null();
  }
  json.field("expires_at", token.expires_at).field("state", token.state).key("machine");
  if (token.machine) {
    json.integer(token.machine->value);
  } else {
    json.null();
  }
  json.end_object();
}

void write_account(JsonWriter& json, const AccountRecord& account, const UnitSet& units) {
  json.begin_object().field("id", account.id.value).field("username", account.username);
  json.field("name", account.name).field("role", to_string(account.role)).key("scope").begin_array();
  for (const UnitId unit : account.scope) {
    const auto found = units.find(unit.value);
    if (found != units.end()) write_ref(json, found->first, found->second);
  }
  json.end_array().field("disabled", account.disabled).field("totp_enabled", account.totp_enabled);
  json.field("created_at", account.created_at);
  write_time(json, "last_sign_in", account.last_sign_in);
  json.end_object();
}

}  // namespace khien::api
