#pragma once

#include <cstdint>
#include <unordered_map>

namespace khien::crawl {

// The sockets that curl keeps, so that one can be looked at before it is used again.
// Not thread-safe.
class Sockets {
 public:
  void opened(int fd) { known_.emplace(fd, Known{}); }
  // Closes it.
  void close(int fd);
  // This one speaks HTTP/2: its answers are numbered, and it may speak unasked.
  void numbered(std::uint16_t local_port);
  // Did the peer send bytes that nobody asked for? Over HTTP/1 they would be read as
  // the answer to whatever is asked next.
  bool spoke_unasked(std::uint16_t local_port);

 private:
  struct Known {
    std::uint16_t local_port = 0;  // 0: not looked up yet
    bool numbered = false;
  };
  using Entry = std::unordered_map<int, Known>::value_type;
  Entry* find(std::uint16_t local_port);

  std::unordered_map<int, Known> known_;
};

}  // namespace khien::crawl
