#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "khien/model/role.hpp"
#include "khien/net/http.hpp"
#include "routes.gen.hpp"

namespace khien::api {

enum class ObjectKind : unsigned char {
  none,
  machine,
  finding,
  observation,
  unit,
  enrolment_token,
  user,
  unit_role,
  system,
  device,
  site,
  address_range,
  contact,
  import,
  duty_record,
  evidence,
  register_record,
  directive,
  quarantine_item,
  order,
  policy,
  site_case,
  page_evidence,
  advisory,
  advisory_decision,
  letter,
  report,
  share_message,
  share_partner,
  shift,
  duty_ping,
  incident,
  incident_task,
  botnet_case,
  botnet_list,
  request,
  request_attachment,
  request_unit,
  receiver,
  outside_request,
  evidence_package,
  help_request
};

enum class ValueKind : unsigned char { string, integer, boolean, string_list, integer_list, object, object_list };

// `least` to `most` characters out of a set of ASCII.
struct CharacterRun {
  std::array<std::uint64_t, 2> allowed;  // bit n: the character n
  std::uint32_t least;
  std::uint32_t most;
};

// What one field of a body, or one query parameter, may be.
struct ValueRule {
  std::string_view name;
  ValueKind kind;
  bool required;
  std::int64_t least;  // of an integer; code points of a string; for lists of each item
  std::int64_t most;
  std::size_t least_items;
  std::size_t most_items;
  bool only_true;
  std::span<const std::string_view> choices;  // empty: any
  std::span<const CharacterRun> pattern;      // empty: any
  std::span<const ValueRule> fields = {};     // of an object, or of each of a list; values that are no objects
};

// One operation of schema/openapi.yaml. The table is generated from it, so what
// is not there does not exist.
struct Route {
  Operation operation;
  std::string_view name;  // operationId, as in the interface
  net::Method method;
  std::string_view path;  // "/api/v1/machines/{machine_id}"
  bool is_public;
  std::uint8_t roles;  // bit n: the role n
  bool step_up;
  ObjectKind object;
  int success;
  std::size_t most_body_bytes;
  std::span<const ValueRule> query;
  bool has_body;
  std::span<const ValueRule> body;
  Reply (*operate)(Call& call);

  bool allows(Role role) const { return (roles >> static_cast<unsigned>(role) & 1u) != 0; }
};

std::span<const Route> routes();

// The operation that method and path name, and the id in the path: none if the
// segment is not an id (1 to 2^53 - 1, no sign, no leading zero).
struct RouteMatch {
  const Route* route = nullptr;
  std::optional<std::int64_t> object;
};
std::optional<RouteMatch> match_route(net::Method method, std::string_view path);

}  // namespace khien::api
