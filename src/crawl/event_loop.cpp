#include "event_loop.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "khien/core/assert.hpp"

namespace khien::crawl {

Result<EventLoop> EventLoop::create() {
  Fd epoll(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return system_error("epoll", errno);
  return EventLoop(std::move(epoll));
}

void EventLoop::watch(int fd, Ready wanted, const Handler& handler) {
  const bool known = handlers_.contains(fd);
  if (!wanted.readable && !wanted.writable) {
    if (known) epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
    handlers_.erase(fd);
    return;
  }
  epoll_event event{};
  event.events = (wanted.readable ? EPOLLIN : 0u) | (wanted.writable ? EPOLLOUT : 0u);
  event.data.fd = fd;
  // A library that closed a socket without telling leaves a number the kernel no
  // longer knows: then it is added anew.
  if (!known || epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) != 0) {
    const int added = epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
    khien_assert(added == 0 || errno == EEXIST || errno == ENOMEM || errno == ENOSPC);
  }
  handlers_[fd] = &handler;
}

std::size_t EventLoop::wait(Duration most) {
  std::array<epoll_event, 128> events{};
  const int timeout = static_cast<int>(std::clamp<std::int64_t>(most.ms, 0, 60'000));
  const int count = epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), timeout);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    // Gone through an earlier event of this very round.
    const auto found = handlers_.find(event.data.fd);
    if (found == handlers_.end()) continue;
    const bool broken = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
    (*found->second)(event.data.fd, {broken || (event.events & EPOLLIN) != 0, broken || (event.events & EPOLLOUT) != 0});
  }
  return count < 0 ? 0 : static_cast<std::size_t>(count);
}

}  // namespace khien::crawl
