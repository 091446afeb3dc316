#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace khien::crawl {

struct LabRequest {
  std::string method;
  std::string target;                          // as it came
  std::map<std::string, std::string> headers;  // names in small letters

  std::string header(const std::string& name) const;
};

// What a handler says, byte for byte.
class LabLine {
 public:
  virtual ~LabLine() = default;
  // False once the peer or the test is gone.
  virtual bool send(std::string_view bytes) = 0;
  // Waits; false as send().
  virtual bool pause(int milliseconds) = 0;
  // The connection ends after this answer.
  void hang_up() { over_ = true; }
  bool over() const { return over_; }

  // A whole answer, with its length.
  bool answer(int status, std::string_view headers, std::string_view body);

 private:
  bool over_ = false;
};

// "key.pem" and "certificate.pem" for a server that is not ours.
void write_identity(const std::string& folder, const std::vector<std::string>& names);

// A web server that does whatever a test wants, on a thread for each connection.
class LabServer {
 public:
  using Handler = std::function<void(const LabRequest&, LabLine&)>;
  struct Options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  // any
    bool tls = false;        // a certificate of its own for `names`
    std::vector<std::string> names{"localhost"};
    int valid_days = 30;     // below 0: run out
    std::string greeting;    // said before anything is asked
  };
  explicit LabServer(Handler handler) : LabServer(std::move(handler), Options{}) {}
  LabServer(Handler handler, Options options);
  ~LabServer();
  LabServer(const LabServer&) = delete;
  LabServer& operator=(const LabServer&) = delete;

  std::uint16_t port() const { return port_; }
  // "http://127.0.0.1:PORT".
  std::string origin() const;
  int requests() const { return requests_; }
  int connections() const { return connections_; }
  // At most so many requests were being answered at one moment.
  int most_at_once() const { return most_at_once_; }

 private:
  class Line;
  void accept_all();
  void serve(int fd);
  void answer_one(const LabRequest& request, LabLine& line);

  Handler handler_;
  Options options_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::shared_ptr<void> tls_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> requests_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<int> at_once_ = 0;
  std::atomic<int> most_at_once_ = 0;
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace khien::crawl
