#include "noted.hpp"

#include <string>

namespace khien::api {

Reply write_or_note(const Call& call, std::string_view action, std::string_view object, const Call::Work& work) {
  auto reply = call.write(work);
  if (reply.status != 403 && reply.status != 409) return reply;
  const auto noted = call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY_VOID(call.audit(connection, action, object, call.route.name));
    return Reply{.status = 204, .body = {}};
  });
  return noted.status < 400 ? std::move(reply) : noted;
}

}  // namespace khien::api
