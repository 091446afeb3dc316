#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace khien::crawl {

// What a name server says about one name: to the first question, and to later ones.
struct Zone {
  std::vector<std::string> first;  // addresses of either family, or "=NAME": another name
  std::vector<std::string> later;  // empty: as first
  std::vector<std::string> texts;  // TXT
  std::vector<std::string> mail;   // MX, each worse than the one before
};

// Answers over UDP with a TTL of nothing, and counts.
class NameServer {
 public:
  // On port 53 of `address`, or on any where `port` is 0.
  NameServer(const std::string& address, std::uint16_t port, std::map<std::string, Zone> zones);
  ~NameServer();
  NameServer(const NameServer&) = delete;
  NameServer& operator=(const NameServer&) = delete;

  std::uint16_t port() const { return port_; }
  // Questions for one kind of address of this name so far.
  int asked(const std::string& name, bool v6);

 private:
  void serve();
  std::string answer(std::string question);

  std::map<std::string, Zone> zones_;
  std::map<std::pair<std::string, bool>, int> asked_;
  std::mutex mutex_;
  std::atomic<bool> stopping_ = false;
  int socket_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace khien::crawl
