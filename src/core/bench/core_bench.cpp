// What every observation passes through: hashing, reading JSON, folding names,
// writing JSON and the log.
#include <benchmark/benchmark.h>

#include <string>
#include <string_view>

#include "khien/core/hash.hpp"
#include "khien/core/json.hpp"
#include "khien/core/log.hpp"
#include "khien/core/text.hpp"
#include "khien/core/time.hpp"

namespace khien {
namespace {

// A line as the agent sends it, 500 bytes or so.
constexpr std::string_view kEvent =
    R"({"@timestamp":"2026-11-22T03:04:05.678Z","event.kind":"event","event.category":"process","host.name":)"
    R"("may-01.xa-my-chau.example","user.name":"nguyễn văn a","process":{"pid":4242,"executable":"/usr/bin/curl",)"
    R"("args":["curl","-o","/tmp/x","http://example.test/a"]},"file":{"path":"/home/a/Tải xuống/công văn.doc",)"
    R"("size":12345,"hash":{"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}},)"
    R"("source.ip":"192.0.2.7","source.port":52100,"labels":{"unit":"Xã Mỹ Châu"},"ok":true,"risk":0.5,"n":null})";

void set_bytes(benchmark::State& state, std::size_t bytes) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

// 4 KiB is a typical small file, 64 KiB the size of a read.
void sha256_of(benchmark::State& state) {
  const std::string bytes(static_cast<std::size_t>(state.range(0)), 'a');
  for (auto _ : state) benchmark::DoNotOptimize(sha256(bytes));
  set_bytes(state, bytes.size());
}
BENCHMARK(sha256_of)->Arg(4 << 10)->Arg(64 << 10);

void hmac_of_a_token(benchmark::State& state) {
  const std::string key(32, 'k');
  for (auto _ : state) benchmark::DoNotOptimize(hmac_sha256(as_bytes(key), as_bytes(key)));
}
BENCHMARK(hmac_of_a_token);

void fold_text(benchmark::State& state, std::string_view text) {
  for (auto _ : state) benchmark::DoNotOptimize(fold(text));
  set_bytes(state, text.size());
}
BENCHMARK_CAPTURE(fold_text, ascii, "Uy ban nhan dan xa My Chau, huyen Phu My");
BENCHMARK_CAPTURE(fold_text, vietnamese, "Ủy ban nhân dân xã Mỹ Châu, huyện Phù Mỹ");
// Outside the table: what the slow way costs.
BENCHMARK_CAPTURE(fold_text, other_script, "Ủy ban nhân dân xã Mỹ Châu 한글 한글");

void nfc_text(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(nfc("Ủy ban nhân dân xã Mỹ Châu, huyện Phù Mỹ"));
}
BENCHMARK(nfc_text);

void collation_key_of_a_name(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(collation_key("Ủy ban nhân dân xã Mỹ Châu"));
}
BENCHMARK(collation_key_of_a_name);

// On one document for the whole stream, as ingest does.
void json_parse_event(benchmark::State& state) {
  JsonDocument document;
  for (auto _ : state) {
    Budget budget({});
    benchmark::DoNotOptimize(document.parse(kEvent, budget));
  }
  set_bytes(state, kEvent.size());
}
BENCHMARK(json_parse_event);

void json_read_five_fields(benchmark::State& state) {
  JsonDocument document;
  for (auto _ : state) {
    Budget budget({});
    const Json root = document.parse(kEvent, budget).value();
    benchmark::DoNotOptimize(root.string_at("@timestamp"));
    benchmark::DoNotOptimize(root.string_at("host.name"));
    benchmark::DoNotOptimize(root.integer_at("source.port"));
    benchmark::DoNotOptimize(root.boolean_at("ok"));
    benchmark::DoNotOptimize(root.field("file").value().string_at("path"));
  }
}
BENCHMARK(json_read_five_fields);

void json_write_event(benchmark::State& state) {
  std::size_t bytes = 0;
  for (auto _ : state) {
    JsonWriter writer;
    writer.begin_object();
    writer.field("@timestamp", Timestamp{1'795'316'645'678}).field("host.name", "may-01.xa-my-chau.example");
    writer.field("user.name", "nguyễn văn a").field("source.port", std::int64_t{52'100}).field("ok", true);
    writer.key("args").begin_array().string("curl").string("-o").string("/tmp/x").end_array();
    writer.field("sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    writer.end_object();
    const std::string text = writer.take();
    bytes = text.size();
    benchmark::DoNotOptimize(text.data());
  }
  set_bytes(state, bytes);
}
BENCHMARK(json_write_event);

void log_line_with_fields(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(log_line({1'795'316'645'678}, LogLevel::info, "scan.finished",
                                      {{"path", "/home/a/Tải xuống/công văn.doc"}, {"bytes", 12'345}, {"clean", true}}));
  }
}
BENCHMARK(log_line_with_fields);

void time_read(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(from_rfc3339("2026-11-22T10:04:05.678+07:00"));
}
BENCHMARK(time_read);

void legacy_text(benchmark::State& state) {
  const std::string_view text = "C\xE9ng h\xDF\x61 x\xB7 h\xE9i ch\xF1 ngh\xDC\x61 Vi\xD6t Nam";
  for (auto _ : state) benchmark::DoNotOptimize(from_tcvn3(text));
  set_bytes(state, text.size());
}
BENCHMARK(legacy_text);

}  // namespace
}  // namespace khien
