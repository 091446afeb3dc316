#include "responder.hpp"

#include <atomic>

#include "answer.hpp"
#include "connection.hpp"
#include "khien/core/log.hpp"
#include "loop.hpp"

namespace khien::net {
namespace {

class PendingAnswer {
 public:
  PendingAnswer(std::weak_ptr<Connection> connection, std::shared_ptr<Loop> loop)
      : connection_(std::move(connection)), loop_(std::move(loop)) {}
  PendingAnswer(const PendingAnswer&) = delete;
  PendingAnswer& operator=(const PendingAnswer&) = delete;
  ~PendingAnswer() {
    if (!answered_.exchange(true)) send(refusal(500));
  }

  void answer(Response response) {
    if (answered_.exchange(true)) return log_error("net.answered_twice");
    send(std::move(response));
  }

 private:
  // Never straight into another connection: its next request could come back
  // into a handler that is still running here.
  void send(Response response) {
    if (loop_->runs_here()) {
      const auto connection = connection_.lock();
      if (connection && connection->is_advancing()) return connection->deliver(std::move(response));
    }
    loop_->post([weak = connection_, response = std::move(response)]() mutable {
      if (const auto connection = weak.lock()) connection->deliver(std::move(response));
    });
  }

  std::weak_ptr<Connection> connection_;
  std::shared_ptr<Loop> loop_;
  std::atomic<bool> answered_{false};
};

}  // namespace

Responder make_responder(std::weak_ptr<Connection> connection, std::shared_ptr<Loop> loop) {
  auto pending = std::make_shared<PendingAnswer>(std::move(connection), std::move(loop));
  return [pending = std::move(pending)](Response response) { pending->answer(std::move(response)); };
}

}  // namespace khien::net
