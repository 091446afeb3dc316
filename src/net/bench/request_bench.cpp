#include <benchmark/benchmark.h>

#include <string>

#include "request_reader.hpp"

namespace khien::net {
namespace {

// What a browser sends: every request pays for this before anything is looked up.
constexpr std::string_view kBrowser =
    "GET /api/v1/findings?view=open&severity=critical,high&q=m%E1%BB%B9%20ch%C3%A2u&limit=50 HTTP/1.1\r\n"
    "Host: khien.gov.vn:8443\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 "
    "Safari/537.36\r\n"
    "Accept: application/json\r\n"
    "Accept-Language: vi,en;q=0.8\r\n"
    "Accept-Encoding: gzip, deflate, br\r\n"
    "Referer: https://khien.gov.vn:8443/detections\r\n"
    "Cookie: __Host-khien=0123456789abcdef0123456789abcdef0123456789a\r\n"
    "Connection: keep-alive\r\n\r\n";

void read_browser_request(benchmark::State& state) {
  for (auto _ : state) {
    RequestReader reader(RequestReader::Limits{});
    reader.feed(kBrowser);
    benchmark::DoNotOptimize(reader.take());
  }
}
BENCHMARK(read_browser_request);

// An agent's batch, in pieces of one TLS record.
void read_batch(benchmark::State& state) {
  const std::string body(1u << 20, 'x');
  const std::string head =
      "POST /agent/v1/batches HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) +
      "\r\n\r\n";
  const std::string all = head + body;
  for (auto _ : state) {
    RequestReader reader(RequestReader::Limits{});
    for (std::size_t at = 0; at < all.size(); at += 16u << 10)
      reader.feed(std::string_view(all).substr(at, 16u << 10));
    benchmark::DoNotOptimize(reader.take());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(all.size()));
}
BENCHMARK(read_batch);

}  // namespace
}  // namespace khien::net
