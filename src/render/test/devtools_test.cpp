#include "devtools.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace khien::render {
namespace {

using namespace std::string_literals;

std::vector<std::string> read_all(DevToolsReader& reader, std::string_view bytes, Result<void>& ended) {
  std::vector<std::string> said;
  ended = reader.add(bytes, [&](const DevToolsMessage& message, const Json* body) -> Result<void> {
    said.push_back(std::to_string(message.id) + " " + std::string(message.method) + " " + std::string(message.session) + (message.failed ? " !" : "") + (body != nullptr ? " {}" : ""));
    return {};
  });
  return said;
}

TEST_CASE("messages are cut at their ends, however they come") {
  const std::string bytes = "{\"id\":1,\"result\":{}}\0{\"method\":\"A.b\",\"params\":{\"x\":1},\"sessionId\":\"S\"}\0{\"id\":2,\"error\":{\"message\":\"no\"}}\0"s;
  const std::vector<std::string> wanted{"1   {}", "0 A.b S {}", "2   !"};
  DevToolsReader whole;
  Result<void> ended;
  CHECK(read_all(whole, bytes, ended) == wanted);
  DevToolsReader cut;
  std::vector<std::string> said;
  for (const char byte : bytes) {
    for (auto& one : read_all(cut, {&byte, 1}, ended)) said.push_back(std::move(one));
    REQUIRE(ended.has_value());
  }
  CHECK(said == wanted);
}

TEST_CASE("what is no message, or has no end, ends the line") {
  Result<void> ended;
  for (const std::string& bytes : {"{\0"s, "[]\0"s, "{}\0"s, "{\"id\":-1}\0"s, "\0"s}) {
    DevToolsReader reader;
    read_all(reader, bytes, ended);
    CHECK(!ended.has_value());
  }
  DevToolsReader reader;
  read_all(reader, std::string(DevToolsReader::kMostMessage + 1, ' '), ended);
  CHECK(ended.error().code() == Code::exhausted);
}

}  // namespace
}  // namespace khien::render
