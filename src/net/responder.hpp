#pragma once

#include <memory>

#include "khien/net/http.hpp"

namespace khien::net {

class Connection;
class Loop;

// The one answer to one request of `connection`, which lives on `loop`. Neither
// is kept alive in a way that matters: an answer to a peer that is gone is
// dropped.
Responder make_responder(std::weak_ptr<Connection> connection, std::shared_ptr<Loop> loop);

}  // namespace khien::net
