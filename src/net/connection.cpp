#include "connection.hpp"

#include <exception>
#include <limits>
#include <utility>

#include "answer.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/log.hpp"
#include "peer_certificate.hpp"
#include "responder.hpp"

namespace khien::net {
namespace {

constexpr int kStepsPerTurn = 64;
constexpr std::size_t kWholeAnswer = 16u << 10;  // as much as one TLS record holds
constexpr std::int64_t kLeastBytesPerSecond = 1'024;
constexpr std::int64_t kLargeBodyTime = 5;  // times ServerLimits::body_time
constexpr Duration kDrainTime = seconds(2);
constexpr Duration kCommentEvery = seconds(15);
constexpr Duration kNever{std::numeric_limits<std::int64_t>::max()};

}  // namespace

Connection::Connection(Loop& loop, Origin origin)
    : loop_(loop),
      handler_(*origin.handler),
      limits_(origin.limits),
      peer_(std::move(origin.peer)),
      place_(std::move(origin.place)),
      large_bodies_(origin.large_bodies),
      descriptor_(loop.context()),
      channel_(origin.fd.get(), std::move(origin.ssl)) {
  boost::system::error_code error;
  descriptor_.assign(origin.fd.get(), error);
  // Fails only if the kernel has no room for one more watch: begin() sees it.
  if (!error) origin.fd.release();
  ++loop_.counts().connections_open;
  ++loop_.counts().connections_total;
}

Connection::~Connection() { --loop_.counts().connections_open; }

void Connection::begin() {
  if (!descriptor_.is_open()) return close();
  set_deadline(loop_.limits().header_time);
  if (!channel_.is_tls()) state_ = State::reading;
  advance();
}

void Connection::advance() {
  if (advancing_) return;
  // close() gives up the loop's share.
  const auto self = shared_from_this();
  advancing_ = true;
  int steps = 0;
  while (steps < kStepsPerTurn && step()) ++steps;
  advancing_ = false;
  // Others have waited while this peer kept us busy.
  if (steps == kStepsPerTurn) loop_.post([self] { self->advance(); });
}

bool Connection::step() {
  switch (state_) {
    case State::handshake:
      return step_handshake();
    case State::reading:
      return step_reading();
    case State::writing:
      return step_writing();
    case State::streaming:
      return step_streaming();
    case State::draining:
      return step_draining();
    case State::handling:
    case State::closed:
      break;
  }
  return false;
}

bool Connection::step_handshake() {
  if (const auto io = channel_.handshake(); io != Channel::Io::done) return wait_for(io);
  if (!take_certificate()) {
    close();
    return false;
  }
  state_ = State::reading;
  set_deadline(loop_.limits().header_time);
  return true;
}

bool Connection::take_certificate() {
  const X509* certificate = SSL_get0_peer_certificate(channel_.ssl());
  if (certificate == nullptr) return true;
  if (SSL_get_verify_result(channel_.ssl()) != X509_V_OK) return false;
  auto peer = peer_certificate(certificate);
  if (!peer) return false;
  certificate_ = std::make_unique<PeerCertificate>(std::move(*peer));
  // A resumed session was checked when it began, not today.
  return !certificate_ended();
}

bool Connection::certificate_ended() const {
  return certificate_ && loop_.clock().now() > certificate_->not_after;
}

bool Connection::step_reading() {
  const std::string kept = std::exchange(pending_, {});
  std::string_view bytes = kept;
  if (bytes.empty()) {
    std::size_t count = 0;
    const auto io = channel_.read(loop_.scratch(), count);
    if (io != Channel::Io::done) return wait_for(io);
    bytes = {loop_.scratch().data(), count};
  }
  if (!reader_) begin_request();
  const auto used = reader_->feed(bytes);
  // What is left is the next request; it waits until this one is answered.
  pending_ = bytes.substr(used);
  return after_feed();
}

void Connection::begin_request() {
  reader_ = std::make_unique<RequestReader>(limits_, [this](const RequestHead& head) { return room_for(head); });
  request_began_ = now();
  continue_sent_ = false;
  set_deadline(loop_.limits().header_time);
}

std::optional<std::size_t> Connection::room_for(const RequestHead& head) {
  const auto most = handler_.most_body_bytes(head.method, head.path, head.headers);
  if (most <= limits_.max_body_bytes) return limits_.max_body_bytes;
  auto place = large_bodies_->enter(peer_);
  if (!place) return std::nullopt;
  large_body_.emplace(std::move(*place));
  return most;
}

bool Connection::after_feed() {
  switch (reader_->state()) {
    case RequestReader::State::head:
      return true;
    case RequestReader::State::refused:
      refuse(reader_->refusal());
      return true;
    case RequestReader::State::complete:
      hand_over();
      return true;
    case RequestReader::State::body:
      break;
  }
  // A large body over a commune's line takes its time; too_slow() still looks.
  const auto time = loop_.limits().body_time.ms * (large_body_ ? kLargeBodyTime : 1);
  deadline_ = Duration{request_began_.ms + time};
  if (reader_->wants_continue() && !continue_sent_) return send_continue();
  return true;
}

bool Connection::send_continue() {
  continue_sent_ = true;
  if (reader_->body_bytes() > 0) return true;
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  std::size_t count = 0;
  // Nothing else is on its way, so it fits or the peer is not worth waiting for.
  if (channel_.write(kContinue, count) == Channel::Io::done && count == kContinue.size()) return true;
  close();
  return false;
}

void Connection::hand_over() {
  if (certificate_ended()) return refuse(403);
  ++loop_.counts().requests;
  auto request = reader_->take();
  is_head_request_ = request.method == Method::head;
  keep_alive_ = reader_->keep_alive();
  reader_.reset();
  request.peer_address = peer_.text;
  if (certificate_) request.certificate = *certificate_;
  state_ = State::handling;
  deadline_ = kNever;
  try {
    handler_.handle(std::move(request), make_responder(weak_from_this(), loop_.shared_from_this()));
  } catch (const std::exception& problem) {
    // The responder went with the call: the answer is 500.
    log_error("net.handler_threw", {{"what", problem.what()}});
  }
}

void Connection::refuse(int status) {
  ++loop_.counts().refused;
  is_head_request_ = false;
  reader_.reset();
  pending_.clear();
  begin_answer(refusal(status), false);
}

void Connection::deliver(Response response) {
  if (state_ != State::handling) return;
  begin_answer(std::move(response), keep_alive_ && !loop_.stopping());
  advance();
}

void Connection::begin_answer(Response response, bool keep_alive) {
  khien_assert(response.status >= 200 && response.status <= 599);
  large_body_.reset();
  const bool endless = response.stream && has_body(response.status);
  body_ = std::move(response.body);
  payload_ = response.static_body ? *response.static_body : as_bytes(body_);
  keep_alive_ = keep_alive;
  const auto length = endless ? std::nullopt : std::optional(payload_.size());
  head_ = answer_head(response, {length, keep_alive}, loop_.date());
  if (endless || is_head_request_ || !has_body(response.status)) payload_ = {};
  if (endless && !is_head_request_) stream_ = std::move(response.stream);
  // One record, one packet, where it fits.
  if (head_.size() + payload_.size() <= kWholeAnswer) {
    head_.append(as_text(payload_));
    payload_ = {};
  }
  sent_ = 0;
  state_ = State::writing;
  set_deadline({loop_.limits().body_time.ms + static_cast<std::int64_t>(payload_.size()) / 16});
}

std::string_view Connection::unsent() const {
  if (sent_ < head_.size()) return std::string_view(head_).substr(sent_);
  return as_text(payload_.subspan(sent_ - head_.size()));
}

bool Connection::step_writing() {
  const auto bytes = unsent();
  if (bytes.empty()) return finish_answer();
  std::size_t count = 0;
  if (const auto io = channel_.write(bytes, count); io != Channel::Io::done) return wait_for(io);
  sent_ += count;
  return true;
}

bool Connection::finish_answer() {
  std::string().swap(head_);
  std::string().swap(body_);
  payload_ = {};
  sent_ = 0;
  if (stream_) {
    begin_stream();
    return true;
  }
  if (!keep_alive_ || loop_.stopping()) {
    channel_.say_goodbye();
    state_ = State::draining;
    set_deadline(kDrainTime);
    return true;
  }
  state_ = State::reading;
  set_deadline(loop_.limits().idle_time);
  if (!pending_.empty() || channel_.has_pending()) return true;
  // Straight to waiting: asking the socket first would be in vain.
  wait(Wait::read);
  return false;
}

void Connection::begin_stream() {
  queue_ = std::make_shared<StreamQueue>();
  state_ = State::streaming;
  deadline_ = kNever;
  next_comment_ = Duration{now().ms + kCommentEvery.ms};
  auto wake = [weak = weak_from_this(), loop = loop_.shared_from_this()] {
    loop->post([weak] {
      if (const auto self = weak.lock()) self->advance();
    });
  };
  std::exchange(stream_, nullptr)(make_sink(queue_, std::move(wake)));
}

// The answer lasts as long as the peer keeps silent and stays.
bool Connection::peer_spoke_or_left() {
  std::size_t count = 0;
  return !pending_.empty() || channel_.read(loop_.scratch(), count) != Channel::Io::wait_read;
}

bool Connection::step_streaming() {
  const bool overrun = queue_->is_overrun();
  if (overrun) ++loop_.counts().refused;
  if (overrun || peer_spoke_or_left()) {
    close();
    return false;
  }
  if (sent_ == head_.size() && !next_of_stream()) return state_ == State::writing;
  std::size_t count = 0;
  if (const auto io = channel_.write(unsent(), count); io != Channel::Io::done) {
    wait(Wait::read);
    return wait_for(io);
  }
  sent_ += count;
  queue_->sent(count);
  set_deadline(loop_.limits().body_time);
  return true;
}

// False if there is nothing to send now, or nothing any more.
bool Connection::next_of_stream() {
  auto taken = queue_->take();
  head_ = std::move(taken.bytes);
  sent_ = 0;
  set_deadline(loop_.limits().body_time);
  if (!head_.empty()) return true;
  if (taken.ended) {
    queue_.reset();
    head_ = "0\r\n\r\n";
    state_ = State::writing;
  } else {
    deadline_ = kNever;
    wait(Wait::read);
  }
  return false;
}

bool Connection::step_draining() {
  if (!channel_.discard_input()) {
    close();
    return false;
  }
  return wait_for(Channel::Io::wait_read);
}

bool Connection::too_slow(Duration at) const {
  if (!reader_ || reader_->state() != RequestReader::State::body) return false;
  const auto elapsed = at.ms - request_began_.ms;
  if (elapsed < loop_.limits().header_time.ms) return false;
  return static_cast<std::int64_t>(reader_->body_bytes()) < elapsed / 1'000 * kLeastBytesPerSecond;
}

void Connection::tick(Duration at) {
  if (state_ == State::streaming && at >= next_comment_) {
    next_comment_ = Duration{at.ms + kCommentEvery.ms};
    // So that a dead peer and a jealous middlebox are noticed.
    if (queue_->put(":\n\n") != StreamQueue::Put::queued) return advance();
  }
  const bool slow = too_slow(at);
  if (at < deadline_ && !slow) return;
  if (state_ != State::reading || !reader_) return close();
  refuse(408);
  advance();
}

void Connection::retire() {
  if (state_ == State::handling || state_ == State::writing || state_ == State::draining) return;
  if (state_ == State::reading || state_ == State::streaming) channel_.say_goodbye();
  close();
}

void Connection::close() {
  if (state_ == State::closed) return;
  if (state_ == State::handshake) ++loop_.counts().handshakes_failed;
  if (state_ == State::reading) channel_.say_goodbye();
  state_ = State::closed;
  if (queue_) queue_->close();
  stream_ = nullptr;
  boost::system::error_code error;
  descriptor_.close(error);
  loop_.remove(*this);
}

bool Connection::wait_for(Channel::Io io) {
  khien_assert(io != Channel::Io::done);
  if (io == Channel::Io::closed) {
    close();
  } else {
    wait(io == Channel::Io::wait_read ? Wait::read : Wait::write);
  }
  return false;
}

void Connection::wait(Wait what) {
  bool& waits = what == Wait::read ? waits_read_ : waits_write_;
  if (std::exchange(waits, true)) return;
  using Descriptor = boost::asio::posix::stream_descriptor;
  descriptor_.async_wait(what == Wait::read ? Descriptor::wait_read : Descriptor::wait_write,
                         [self = shared_from_this(), what](const boost::system::error_code& error) {
                           self->woken(what, static_cast<bool>(error));
                         });
}

void Connection::woken(Wait what, bool failed) {
  (what == Wait::read ? waits_read_ : waits_write_) = false;
  if (!failed) advance();
}

void Connection::set_deadline(Duration from_now) { deadline_ = Duration{now().ms + from_now.ms}; }

}  // namespace khien::net
