#include "stream.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "khien/core/assert.hpp"

namespace khien::net {
namespace {

constexpr std::size_t kMostWaiting = 256u << 10;

void append_chunk(std::string& to, std::string_view bytes) {
  std::array<char, 16> size{};
  const auto end = std::to_chars(size.data(), size.data() + size.size(), bytes.size(), 16);
  to.append(size.data(), end.ptr).append("\r\n").append(bytes).append("\r\n");
}

class Sink final : public StreamSink {
 public:
  Sink(std::shared_ptr<StreamQueue> queue, std::function<void()> wake)
      : queue_(std::move(queue)), wake_(std::move(wake)) {}
  ~Sink() override {
    if (queue_->end()) wake_();
  }
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  bool write(std::string bytes) override {
    const auto put = queue_->put(bytes);
    if (put != StreamQueue::Put::queued) wake_();
    return put != StreamQueue::Put::gone;
  }

 private:
  std::shared_ptr<StreamQueue> queue_;
  std::function<void()> wake_;
};

}  // namespace

StreamQueue::Put StreamQueue::put(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  if (gone_) return Put::gone;
  // An empty chunk would end the answer.
  if (bytes.empty()) return Put::queued;
  if (waiting_.size() + in_flight_ + bytes.size() > kMostWaiting) {
    gone_ = overrun_ = true;
    return Put::gone;
  }
  append_chunk(waiting_, bytes);
  return std::exchange(woken_, true) ? Put::queued : Put::wake;
}

bool StreamQueue::end() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  return !gone_ && !std::exchange(woken_, true);
}

void StreamQueue::close() {
  const std::lock_guard lock(mutex_);
  gone_ = true;
  std::string().swap(waiting_);
}

StreamQueue::Taken StreamQueue::take() {
  const std::lock_guard lock(mutex_);
  woken_ = false;
  in_flight_ += waiting_.size();
  return {std::exchange(waiting_, {}), ended_};
}

void StreamQueue::sent(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  khien_assert(bytes <= in_flight_);
  in_flight_ -= bytes;
}

bool StreamQueue::is_overrun() {
  const std::lock_guard lock(mutex_);
  return overrun_;
}

std::shared_ptr<StreamSink> make_sink(std::shared_ptr<StreamQueue> queue, std::function<void()> wake) {
  return std::make_shared<Sink>(std::move(queue), std::move(wake));
}

}  // namespace khien::net
