#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "khien/core/file.hpp"
#include "khien/core/json.hpp"
#include "khien/core/result.hpp"

namespace khien::render {

// One message of DevTools, as far as it is asked for. All of it is what a hostile page
// may have made the browser say.
struct DevToolsMessage {
  std::int64_t id = 0;      // of an answer; 0: it is an event
  std::string_view method;  // of an event
  std::string_view session;
  bool failed = false;      // an answer that says that it did not work
  std::string_view why;     // its words
};

// Cuts a stream into messages and reads them. Bounded; what is over a bound or no
// message ends it. Not thread-safe.
class DevToolsReader {
 public:
  static constexpr std::size_t kMostMessage = 16u << 20;
  static constexpr std::size_t kMostBytes = 96u << 20;   // in all
  static constexpr std::size_t kMostMessages = 100'000;

  // `body`: "params" of an event, "result" of an answer.
  using Take = std::function<Result<void>(const DevToolsMessage&, const Json* body)>;
  // Code::exhausted over a bound, Code::invalid for what is no message; `take`'s error.
  Result<void> add(std::string_view bytes, const Take& take);

 private:
  Result<void> read(std::string_view message, const Take& take);

  std::string kept_;
  std::size_t looked_at_ = 0;  // of kept_: no NUL there
  std::size_t bytes_ = 0;
  std::size_t messages_ = 0;
  JsonDocument document_;
};

// The line to the browser. Never waits to write. Not thread-safe.
class DevTools {
 public:
  explicit DevTools(Fd socket) : socket_(std::move(socket)) {}

  // The number that its answer will have. `params` is JSON.
  std::int64_t send(std::string_view method, std::string_view params = "{}", std::string_view session = {});
  // Writes and reads what there is, waiting at most `most` for something to come.
  // Code::unavailable once the other side is gone.
  Result<void> step(Duration most, const DevToolsReader::Take& take);

 private:
  Result<void> write();

  Fd socket_;
  DevToolsReader reader_;
  std::string out_;
  std::int64_t numbers_ = 0;
};

}  // namespace khien::render
