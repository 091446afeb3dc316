#include "khien/ingest/upload.hpp"

#include <doctest/doctest.h>
#include <zstd.h>

#include "khien/core/clock.hpp"
#include "khien/model/observation.hpp"

namespace khien::ingest {
namespace {

constexpr Timestamp kNow{1'795'334'400'000};

std::string batch_of(const std::vector<std::string>& events) {
  return to_ndjson({.stream = "main", .epoch = 1, .first_seq = 1, .events = {events.begin(), events.end()}, .drops = {}});
}
std::string heartbeats(std::size_t count) {
  std::vector<std::string> events;
  for (std::size_t i = 0; i < count; ++i) {
    events.push_back(to_json(Observation{kNow, Heartbeat{.uptime_ms = static_cast<std::int64_t>(i)}}));
  }
  return batch_of(events);
}

Result<Upload> decoded(std::string body, std::string_view encoding) {
  Budget budget({});
  return decode_upload(std::make_shared<const std::string>(std::move(body)), encoding, budget);
}

std::string compressed(std::string_view text, int level, bool with_size, int window_log = 0) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, with_size ? 1 : 0);
  if (window_log > 0) ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
  std::string frame(ZSTD_compressBound(text.size()), '\0');
  ZSTD_inBuffer in{text.data(), text.size(), 0};
  ZSTD_outBuffer out{frame.data(), frame.size(), 0};
  // In two steps, or the window shrinks to the content and its size is written.
  if (!with_size) ZSTD_compressStream2(context, &out, &in, ZSTD_e_continue);
  const auto left = ZSTD_compressStream2(context, &out, &in, ZSTD_e_end);
  REQUIRE(left == 0);
  ZSTD_freeCCtx(context);
  frame.resize(out.pos);
  return frame;
}

TEST_CASE("a batch is the same, as it is and compressed") {
  const auto text = heartbeats(100);
  for (const auto& [body, encoding] : std::vector<std::pair<std::string, std::string>>{
           {text, ""}, {text, "identity"}, {compress_upload(text), "zstd"}, {compressed(text, 3, false), "zstd"},
           {compressed(text, 19, true), "zstd"}}) {
    const auto upload = decoded(body, encoding);
    REQUIRE(upload);
    CHECK(*upload->text == text);
    CHECK(upload->batch.events.size() == 100);
    CHECK(to_ndjson(upload->batch) == text);
  }
}

TEST_CASE("a plain body is not copied") {
  const auto body = std::make_shared<const std::string>(heartbeats(3));
  Budget budget({});
  const auto upload = decode_upload(body, "", budget).value();
  CHECK(upload.text == body);
  CHECK(upload.batch.events[0].data() > body->data());
  CHECK(upload.batch.events[0].data() < body->data() + body->size());
}

TEST_CASE("an event that flow could not read is refused by its line, and with it the batch") {
  const auto good = to_json(Observation{kNow, Heartbeat{}});
  const auto upload = decoded(batch_of({good, good, R"({"kind":"nonsense"})"}), "");
  REQUIRE_FALSE(upload);
  CHECK(upload.error().code() == Code::invalid);
  CHECK(upload.error().what().starts_with("line 4: "));
}

TEST_CASE("a header that lacks a field is invalid, too") {
  const auto upload = decoded("{\"stream\":\"main\"}\n", "");
  REQUIRE_FALSE(upload);
  CHECK(upload.error().code() == Code::invalid);
  CHECK(upload.error().what().starts_with("line 1: "));
}

TEST_CASE("a bomb is exhausted whether its header tells its size or not") {
  const std::string zeros(64u << 20, '\0');
  for (const bool with_size : {true, false}) {
    const auto upload = decoded(compressed(zeros, 1, with_size), "zstd");
    REQUIRE_FALSE(upload);
    CHECK(upload.error().code() == Code::exhausted);
  }
}

TEST_CASE("the caller's budget bounds what comes out") {
  const auto text = heartbeats(1'000);
  Budget budget({.bytes_out = 1'000});
  const auto upload = decode_upload(std::make_shared<const std::string>(compress_upload(text)), "zstd", budget);
  REQUIRE_FALSE(upload);
  CHECK(upload.error().code() == Code::exhausted);
}

TEST_CASE("the largest batch passes, one byte more does not") {
  auto text = heartbeats(1);
  auto padded = to_json(Observation{kNow, Heartbeat{}});
  padded.insert(padded.size() - 1, R"(,"pad":")" + std::string(kMaxEventBytes - padded.size() - 9, 'x') + "\"");
  REQUIRE(padded.size() == kMaxEventBytes);
  std::vector<std::string> events(7, padded);
  const auto room = kMaxBatchBytes - batch_of(events).size();
  events.push_back(padded);
  const auto too_long = batch_of(events).size() - kMaxBatchBytes;
  events.back().erase(events.back().size() - 2 - too_long, too_long);
  REQUIRE(room < kMaxEventBytes + 1);
  const auto exact = batch_of(events);
  REQUIRE(exact.size() == kMaxBatchBytes);
  CHECK(decoded(exact, ""));
  // Also on a budget of just these bytes: none is charged twice.
  Budget budget({.bytes_in = kMaxBatchBytes, .bytes_out = 0});
  CHECK(decode_upload(std::make_shared<const std::string>(exact), "", budget));
  CHECK(decoded(compress_upload(exact), "zstd"));
  events.back().insert(events.back().size() - 2, "x");
  for (const auto& [body, encoding] : std::vector<std::pair<std::string, std::string>>{
           {batch_of(events), ""}, {compress_upload(batch_of(events)), "zstd"}}) {
    const auto upload = decoded(body, encoding);
    REQUIRE_FALSE(upload);
    CHECK(upload.error().code() == Code::exhausted);
  }
}

TEST_CASE("anything but one whole frame is invalid") {
  const auto frame = compress_upload(heartbeats(10));
  const std::string skippable("\x50\x2A\x4D\x18\x04\x00\x00\x00yyyy", 12);
  for (const std::string& bad : {std::string(), std::string("x"), frame.substr(0, 4), frame.substr(0, frame.size() - 1), frame + "x",
                                 frame + frame, skippable, skippable + frame, frame + skippable,
                                 heartbeats(1)}) {
    const auto upload = decoded(bad, "zstd");
    REQUIRE_FALSE(upload);
    CHECK(upload.error().code() == Code::invalid);
  }
  auto flipped = frame;
  flipped[flipped.size() / 2] ^= 0x55;
  CHECK_FALSE(decoded(flipped, "zstd"));
}

TEST_CASE("a frame that wants a window beyond 8 MiB is refused") {
  const auto text = heartbeats(50);
  CHECK(decoded(compressed(text, 1, false, 23), "zstd"));
  const auto upload = decoded(compressed(text, 1, false, 24), "zstd");
  REQUIRE_FALSE(upload);
  CHECK(upload.error().code() == Code::invalid);
}

TEST_CASE("an encoding that we do not speak is refused") {
  for (const auto* encoding : {"gzip", "zstd, zstd", "ZSTD", "br", "identity,zstd"}) {
    const auto upload = decoded(heartbeats(1), encoding);
    REQUIRE_FALSE(upload);
    CHECK(upload.error().code() == Code::invalid);
  }
}

TEST_CASE("an upload that takes too long is stopped") {
  ManualClock clock(kNow);
  Budget budget({.time = milliseconds(100)}, &clock);
  clock.advance(milliseconds(101));
  const auto body = std::make_shared<const std::string>(heartbeats(1));
  CHECK(decode_upload(body, "", budget).error().code() == Code::exhausted);
}

TEST_CASE("what only the hub's own crawler may tell is refused at the door, with its line") {
  const auto beat = to_json(Observation{kNow, Heartbeat{}});
  for (const ObservationBody& body : {ObservationBody(PageSeen{.site = SiteId{1}, .url = "https://a.vn/"}),
                                      ObservationBody(SiteSeen{.site = SiteId{1}})}) {
    const auto upload = decoded(batch_of({beat, to_json(Observation{kNow, body})}), "");
    REQUIRE_FALSE(upload);
    CHECK(upload.error().code() == Code::invalid);
    CHECK(upload.error().what() == "line 3: this is not an agent's to tell");
  }
}

}  // namespace
}  // namespace khien::ingest
