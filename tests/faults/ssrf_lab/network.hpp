#pragma once

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace khien::ssrf {

// Moves this process into a network of its own, with nothing in it but loopback. False
// where the kernel does not let it. Before any thread is started.
bool enter_own_network();

// Gives loopback one more address. False where there is no such family.
bool add_address(const std::string& address);

// Sees every packet of this network.
class PacketCounter {
 public:
  // Packets to `known` addresses are not counted.
  explicit PacketCounter(std::set<std::string> known);
  ~PacketCounter();
  PacketCounter(const PacketCounter&) = delete;
  PacketCounter& operator=(const PacketCounter&) = delete;

  // Packets so far to addresses that are not known; counts what has come up to now.
  int strange();
  // Where the last of them went.
  const std::string& last() const { return last_; }
  int all() const { return all_; }

 private:
  std::set<std::string> known_;
  int socket_ = -1;
  int strange_ = 0;
  int all_ = 0;
  std::string last_;
};

}  // namespace khien::ssrf
