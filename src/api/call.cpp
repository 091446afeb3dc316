#include "call.hpp"

#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/refusal.hpp"
#include "khien/store/audit_log.hpp"
#include "problem.hpp"
#include "rules.hpp"

namespace khien::api {

const store::TenantScope& Call::scope() const {
  khien_assert(who != nullptr);
  return who->scope;
}

std::optional<std::int64_t> Call::query_integer(std::string_view name) const {
  const auto value = request.query_value(name);
  return value ? integer_from(*value) : std::nullopt;
}

std::string Call::query_text(std::string_view name) const { return std::string(request.query_value(name).value_or("")); }

std::size_t Call::query_limit() const {
  constexpr std::int64_t kDefaultLimit = 200;  // as the interface says
  return static_cast<std::size_t>(query_integer("limit").value_or(kDefaultLimit));
}

std::optional<std::string> Call::text(std::string_view name) const {
  const auto value = body->string_at(name);
  if (!value) return std::nullopt;
  // One spelling of each word, or a name could be taken twice.
  auto normal = nfc(value.value());
  khien_assert(normal.has_value());
  return std::move(normal).value();
}

std::optional<std::int64_t> Call::integer(std::string_view name) const {
  const auto value = body->integer_at(name);
  return value ? std::optional(value.value()) : std::nullopt;
}

std::optional<bool> Call::flag(std::string_view name) const {
  const auto value = body->boolean_at(name);
  return value ? std::optional(value.value()) : std::nullopt;
}

std::vector<std::int64_t> Call::integers(std::string_view name) const {
  std::vector<std::int64_t> all;
  const auto list = body->field(name);
  if (!list) return all;
  const auto visited = list.value().each([&](Json item) -> Result<void> {
    TRY(const auto value, item.integer());
    all.push_back(value);
    return {};
  });
  khien_assert(visited.has_value());
  return all;
}

Reply Call::read(const Work& work) const {
  std::optional<Reply> reply;
  const auto outcome = services.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(reply, work(connection));
    return {};
  });
  if (!outcome) return refusal(outcome.error());
  return std::move(*reply);
}

Reply Call::write(const Work& work) const {
  std::optional<Reply> reply;
  const auto outcome = services.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(reply, work(connection));
    // A problem is an answer, but nothing of what led to it stays.
    if (reply->status >= 400) return Error(Code::invalid, "answered with a problem");
    return {};
  });
  if (outcome) return std::move(*reply);
  const bool is_problem = reply && reply->status >= 400;
  if (!is_problem && estate::is_held_elsewhere(outcome.error())) return held_elsewhere(outcome.error());
  return is_problem ? std::move(*reply) : refusal(outcome.error());
}

Reply Call::held_elsewhere(const Error& error) const {
  std::string tried;
  for (const std::string_view name : {"serial", "mac", "address", "range"}) {
    const auto value = body == nullptr ? std::nullopt : text(name);
    if (value && !value->empty()) (tried += tried.empty() ? "" : " ").append(name) += " " + *value;
  }
  const auto unit = body == nullptr ? std::nullopt : integer("unit");
  const std::string what = unit ? "unit:" + std::to_string(*unit) : std::string(route.name) + ":" + std::to_string(object);
  const auto told = services.hub.write([&](store::Connection& connection) {
    return audit(connection, "identity.held_elsewhere", what, tried);
  });
  return refusal(told ? error : told.error());
}

Result<void> Call::audit(store::Connection& connection, std::string_view action, std::string_view what,
                         std::string_view detail) const {
  khien_assert(who != nullptr);
  const store::AuditEntry entry{.at = now,
                                .who = who->username,
                                .action = std::string(action),
                                .object = std::string(what),
                                .detail = std::string(detail),
                                .address = std::string(address())};
  TRY_VOID(store::append_audit(connection, who->tenant(), entry));
  return {};
}

}  // namespace khien::api
