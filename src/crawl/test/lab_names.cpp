#include "lab_names.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "khien/core/assert.hpp"

namespace khien::crawl {
namespace {

constexpr std::size_t kHead = 12;
constexpr unsigned kA = 1;
constexpr unsigned kCname = 5;
constexpr unsigned kMx = 15;
constexpr unsigned kTxt = 16;
constexpr unsigned kAaaa = 28;

void put16(std::string& out, unsigned value) {
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value & 255);
}

std::string encoded(const std::string& name) {
  std::string out;
  for (std::size_t at = 0; at <= name.size();) {
    const auto dot = std::min(name.find('.', at), name.size());
    out += static_cast<char>(dot - at);
    out += name.substr(at, dot - at);
    at = dot + 1;
  }
  return out + '\0';
}

struct Question {
  std::string name;
  unsigned type = 0;
  std::size_t end = 0;
};

Question read_question(const std::string& packet) {
  Question question;
  std::size_t at = kHead;
  while (at < packet.size() && packet[at] != 0) {
    const auto size = static_cast<unsigned char>(packet[at]);
    if (!question.name.empty()) question.name += '.';
    for (const char c : packet.substr(at + 1, size)) question.name += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    at += 1u + size;
  }
  if (at + 5 > packet.size()) return {};
  question.type = static_cast<unsigned char>(packet[at + 2]);
  question.end = at + 5;
  return question;
}

struct Record {
  std::string owner;
  unsigned type = 0;
  std::string data;
};

std::string bytes_of(const std::string& address) {
  std::array<char, 16> bytes{};
  const bool v6 = address.find(':') != address.npos;
  khien_assert(inet_pton(v6 ? AF_INET6 : AF_INET, address.c_str(), bytes.data()) == 1);
  return {bytes.data(), v6 ? 16u : 4u};
}

// In pieces, as a long one must be.
void add_texts(const std::string& owner, const Zone& zone, std::vector<Record>& records) {
  for (const std::string& text : zone.texts) {
    std::string data;
    for (std::size_t at = 0; at < text.size(); at += 100) {
      const std::string piece = text.substr(at, 100);
      data += static_cast<char>(piece.size()) + piece;
    }
    records.push_back({owner, kTxt, data});
  }
}

void add_mail(const std::string& owner, const Zone& zone, std::vector<Record>& records) {
  unsigned preference = 10 * static_cast<unsigned>(zone.mail.size());
  // Worst first: the reader must sort.
  for (auto each = zone.mail.rbegin(); each != zone.mail.rend(); ++each, preference -= 10) {
    std::string data;
    put16(data, preference);
    records.push_back({owner, kMx, data + encoded(*each)});
  }
}

}  // namespace

NameServer::NameServer(const std::string& address, std::uint16_t port, std::map<std::string, Zone> zones) : zones_(std::move(zones)) {
  socket_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in own{.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, address.c_str(), &own.sin_addr);
  khien_assert(bind(socket_, reinterpret_cast<sockaddr*>(&own), sizeof own) == 0);
  socklen_t size = sizeof own;
  getsockname(socket_, reinterpret_cast<sockaddr*>(&own), &size);
  port_ = ntohs(own.sin_port);
  thread_ = std::thread([this] { serve(); });
}

NameServer::~NameServer() {
  stopping_ = true;
  thread_.join();
  close(socket_);
}

int NameServer::asked(const std::string& name, bool v6) {
  const std::lock_guard lock(mutex_);
  return asked_[{name, v6}];
}

void NameServer::serve() {
  std::array<char, 1500> packet{};
  while (!stopping_) {
    pollfd ready{.fd = socket_, .events = POLLIN};
    if (poll(&ready, 1, 50) <= 0) continue;
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const ssize_t got = recvfrom(socket_, packet.data(), packet.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (got < static_cast<ssize_t>(kHead)) continue;
    const std::string said = answer({packet.data(), static_cast<std::size_t>(got)});
    sendto(socket_, said.data(), said.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
  }
}

std::string NameServer::answer(std::string packet) {
  const Question question = read_question(packet);
  std::vector<Record> records;
  std::string owner = question.name;
  bool known = false;
  for (int hops = 0; hops < 12; ++hops) {
    const auto zone = zones_.find(owner);
    if (zone == zones_.end()) break;
    known = true;
    int before = 0;
    {
      const std::lock_guard lock(mutex_);
      before = asked_[{owner, question.type == kAaaa}]++;
    }
    const auto& all = before > 0 && !zone->second.later.empty() ? zone->second.later : zone->second.first;
    std::string next;
    for (const std::string& each : all) {
      const bool v6 = each.find(':') != each.npos;
      if (each.starts_with('=')) next = each.substr(1);
      else if (question.type == (v6 ? kAaaa : kA)) records.push_back({owner, question.type, bytes_of(each)});
    }
    if (question.type == kTxt) add_texts(owner, zone->second, records);
    if (question.type == kMx) add_mail(owner, zone->second, records);
    if (next.empty()) break;
    records.push_back({owner, kCname, encoded(next)});
    owner = next;
  }
  std::string out = packet.substr(0, 2);
  put16(out, known ? 0x8580 : 0x8583);
  put16(out, 1);
  put16(out, static_cast<unsigned>(records.size()));
  put16(out, 0);
  put16(out, 0);
  out += packet.substr(kHead, question.end - kHead);
  for (const Record& record : records) {
    out += encoded(record.owner);
    put16(out, record.type);
    put16(out, 1);
    put16(out, 0);
    put16(out, 0);
    put16(out, static_cast<unsigned>(record.data.size()));
    out += record.data;
  }
  return out;
}

}  // namespace khien::crawl
