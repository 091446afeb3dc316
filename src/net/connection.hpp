#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "admission.hpp"
#include "channel.hpp"
#include "khien/core/file.hpp"
#include "khien/net/http.hpp"
#include "loop.hpp"
#include "request_reader.hpp"
#include "stream.hpp"

namespace khien::net {

// One peer, from its handshake to its end. Lives on one loop and is touched by
// that loop's thread alone.
//
//   handshake --step_handshake--> reading --after_feed--> handling
//   handling --deliver--> writing --finish_answer--> reading (keep-alive)
//   writing --finish_answer--> streaming (endless answer) --step_streaming--> writing
//   writing --finish_answer--> draining (last answer)
//   any --close--> closed
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  struct Origin {
    Handler* handler = nullptr;
    RequestReader::Limits limits;
    PeerAddress peer;
    Admission::Place place;
    Admission* large_bodies = nullptr;
    Fd fd;
    SslPointer ssl;  // null: plain
  };

  Connection(Loop& loop, Origin origin);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void begin();
  // Looks at the deadlines; `now` is the clock's monotonic time.
  void tick(Duration now);
  // The handler's answer.
  void deliver(Response response);
  // The server stops: end unless an answer is running.
  void retire();
  void close();

  bool is_advancing() const { return advancing_; }
  std::size_t slot() const { return slot_; }
  void set_slot(std::size_t slot) { slot_ = slot; }

 private:
  enum class State : unsigned char { handshake, reading, handling, writing, streaming, draining, closed };
  enum class Wait : unsigned char { read, write };

  // Does what can be done without waiting.
  void advance();
  // One step; false if it has to wait (or nothing is left).
  bool step();
  bool step_handshake();
  bool step_reading();
  bool after_feed();
  bool step_writing();
  bool step_streaming();
  bool next_of_stream();
  bool step_draining();

  bool take_certificate();
  void begin_request();
  std::optional<std::size_t> room_for(const RequestHead& head);
  void hand_over();
  bool send_continue();
  void refuse(int status);
  void begin_answer(Response response, bool keep_alive);
  bool finish_answer();
  void begin_stream();
  bool peer_spoke_or_left();
  bool too_slow(Duration now) const;
  bool certificate_ended() const;

  std::string_view unsent() const;
  bool wait_for(Channel::Io io);
  void wait(Wait what);
  void woken(Wait what, bool failed);
  void set_deadline(Duration from_now);
  Duration now() const { return loop_.clock().monotonic(); }

  Loop& loop_;
  Handler& handler_;
  const RequestReader::Limits limits_;
  const PeerAddress peer_;
  const Admission::Place place_;
  Admission* const large_bodies_;
  boost::asio::posix::stream_descriptor descriptor_;
  Channel channel_;
  std::unique_ptr<PeerCertificate> certificate_;

  State state_ = State::handshake;
  bool advancing_ = false;
  bool waits_read_ = false;
  bool waits_write_ = false;
  std::size_t slot_ = 0;
  Duration deadline_;

  // A request in the making; none between requests, so that an idle connection
  // holds no buffer.
  std::unique_ptr<RequestReader> reader_;
  Duration request_began_;
  std::string pending_;  // bytes of the next request
  bool continue_sent_ = false;
  // Of a body beyond the usual; until the answer, for the handler holds it too.
  std::optional<Admission::Place> large_body_;

  // The answer on its way. head_ may hold the body too; payload_ is what
  // follows it, in body_ or for ever.
  bool is_head_request_ = false;
  bool keep_alive_ = true;
  std::string head_;
  std::string body_;
  std::span<const std::byte> payload_;
  std::size_t sent_ = 0;
  std::function<void(std::shared_ptr<StreamSink>)> stream_;
  std::shared_ptr<StreamQueue> queue_;
  Duration next_comment_;
};

}  // namespace khien::net
