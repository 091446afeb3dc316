#include "time_stamping.hpp"

#include <utility>

#include "khien/core/date.hpp"
#include "khien/core/random.hpp"
#include "khien/core/text.hpp"

namespace khien::hub {
namespace {

constexpr std::string_view kSystemAuthorities = "/etc/ssl/certs/ca-certificates.crt";
constexpr std::size_t kMostPemBytes = 4u << 20;
constexpr std::size_t kMostAnswerBytes = 256u << 10;

}  // namespace

Result<StampServer> stamp_server_of(const Config& config, Files& files) {
  StampServer server;
  if (config.signing_tsa_url.empty()) return server;
  if (config.signing_tsa_ca.empty()) return Error(Code::invalid, "signing_tsa_ca: needed with signing_tsa_url, for a stamp that nobody vouches for proves nothing");
  auto authorities = files.read(config.signing_tsa_ca, kMostPemBytes);
  if (!authorities) return std::move(authorities).error().within("signing_tsa_ca: " + printable(config.signing_tsa_ca));
  // A token is signed and bound to what was asked: plain HTTP, as most servers have it, gives
  // nothing away and can forge nothing.
  net::ClientOptions options{.ca_pem = *authorities, .max_answer_bytes = kMostAnswerBytes, .allow_plain = true};
  if (const auto system = files.read(std::string(kSystemAuthorities), kMostPemBytes)) options.ca_pem += "\n" + *system;
  TRY(server.client, net::make_client(std::move(options)));
  server.stamper = seal::make_time_stamper(*server.client, config.signing_tsa_url, std::move(authorities).value(), system_random());
  return server;
}

std::string moment_text(Timestamp at) {
  const Date day = vietnam_day(at);
  const auto minute = (at.ms - vietnam_moment(day).ms) / 60'000;
  const auto two = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return two(day.day()) + "/" + two(day.month()) + "/" + std::to_string(day.year()) + " " + two(minute / 60) + ":" + two(minute % 60);
}

}  // namespace khien::hub
