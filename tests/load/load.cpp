// Real agents by the dozen: each enrols with a token of its own, keeps one mTLS
// connection and uploads batches as fast as they are acknowledged, through
// restarts of the hub. What was acknowledged is journalled with an fsync of its
// own, for the checker (tests/faults/hub_kill.py).
//
//   khien-load --hub URL --identities FOLDER --agents N --batch N --seconds N
//              --journal FILE [--event-bytes N] < TOKENS (one a line, if not enrolled yet)
//
// An event's text follows from its agent and number alone (see event_text), so
// that the checker can tell whether what is stored is what was sent.
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "khien/agent/identity.hpp"
#include "khien/core/env.hpp"
#include "khien/core/log.hpp"
#include "khien/ingest/upload.hpp"
#include "khien/model/batch.hpp"
#include "khien/net/client.hpp"

using namespace khien;

namespace {

struct Options {
  std::string hub;
  std::string identities;
  std::string journal;
  int agents = 1;
  std::size_t batch = 1'000;
  int seconds = 10;
  std::size_t event_bytes = 534;
};

std::string event_text(int agent, std::uint64_t seq, std::size_t bytes) {
  std::string text = R"({"@timestamp":"2026-11-22T00:00:00.000Z","kind":"heartbeat","uptime_ms":1,"spool_events":0,)"
                     R"("memory_bytes":0,"cpu_ms":0,"agent":)" +
                     std::to_string(agent) + R"(,"seq":)" + std::to_string(seq) + R"(,"pad":")";
  if (text.size() + 2 < bytes) text.append(bytes - 2 - text.size(), 'x');
  return text + "\"}";
}

// Lines that survive this process: written and synced one by one.
class Journal {
 public:
  explicit Journal(const std::string& path)
      : fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)) {}

  void line(const std::string& text) {
    const std::scoped_lock lock(mutex_);
    if (::write(fd_.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) || ::fdatasync(fd_.get()) != 0) {
      std::perror("journal");
      std::_Exit(3);
    }
  }

 private:
  std::mutex mutex_;
  Fd fd_;
};

struct Totals {
  std::atomic<std::int64_t> events{0};
  std::atomic<std::int64_t> batches{0};
  std::atomic<std::int64_t> retries{0};
};

// One agent: it sends [next, next + batch) until that is acknowledged.
class Sender {
 public:
  Sender(int number, const Options& options, Journal* journal, Totals& totals)
      : number_(number), options_(options), journal_(journal), totals_(totals) {}

  Result<void> connect() {
    TRY(const auto identity, agent::Identity::load(options_.identities + "/" + std::to_string(number_), system_files()));
    net::ClientOptions client;
    client.ca_pem = identity.ca_pem();
    client.certificate_pem = identity.pair().certificate_pem;
    client.key_pem = Secret(std::string(identity.pair().key_pem.reveal()));
    TRY(client_, net::make_client(std::move(client)));
    return {};
  }

  void run_until(Timestamp end) {
    const Clock& clock = system_clock();
    while (clock.now() < end) {
      if (text_.empty()) make_batch();
      if (!send_once()) {
        ++totals_.retries;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
    }
  }

 private:
  void make_batch() {
    std::vector<std::string> events;
    for (std::size_t i = 0; i < options_.batch; ++i) events.push_back(event_text(number_, next_ + i, options_.event_bytes));
    Batch batch{.stream = "main", .epoch = 1, .first_seq = next_, .events = {events.begin(), events.end()}, .drops = {}};
    text_ = to_ndjson(batch);
    compressed_ = ingest::compress_upload(text_);
  }

  // True if the hub answered something we know what to do with.
  bool send_once() {
    net::ClientRequest request{.method = net::Method::post, .url = options_.hub + "/agent/v1/batch", .headers = {}, .body = compressed_};
    request.headers.add("Content-Type", "application/x-ndjson");
    request.headers.add("Content-Encoding", "zstd");
    const auto answer = client_->send(request);
    if (!answer) return false;
    if (answer->status == 200) return acknowledged(answer->body);
    if (answer->status == 409) return resynchronise(answer->body);
    return false;
  }

  bool acknowledged(const std::string& body) {
    const auto said = acknowledgement_from_json(body);
    if (!said || said->batch_sha256 != sha256(text_)) return false;
    const std::uint64_t last = next_ + options_.batch - 1;
    if (journal_ != nullptr) {
      journal_->line(std::to_string(number_) + " " + std::to_string(next_) + " " + std::to_string(last) + "\n");
    }
    totals_.events += static_cast<std::int64_t>(options_.batch);
    ++totals_.batches;
    next_ = last + 1;
    text_.clear();
    return true;
  }

  // The hub holds more of us than we remember, as after our own restart.
  bool resynchronise(const std::string& body) {
    Budget budget({});
    JsonDocument memory;
    const auto root = memory.parse(body, budget);
    const auto expected = root ? root->integer_at("expected_seq") : Result<std::int64_t>(Error(Code::invalid, ""));
    if (!expected) return false;
    next_ = static_cast<std::uint64_t>(*expected);
    text_.clear();
    return true;
  }

  int number_;
  const Options& options_;
  Journal* journal_;
  Totals& totals_;
  std::unique_ptr<net::Client> client_;
  std::uint64_t next_ = 1;
  std::string text_;
  std::string compressed_;
};

Result<void> enrol_where_needed(const Options& options) {
  for (int i = 0; i < options.agents; ++i) {
    const std::string folder = options.identities + "/" + std::to_string(i);
    if (system_files().exists(folder + "/agent.json")) continue;
    std::string token;
    if (!std::getline(std::cin, token)) return Error(Code::invalid, "too few tokens on standard input");
    const agent::Enrolment enrolment{.hub_url = options.hub,
                                     .token = token,
                                     .folder = folder,
                                     .hostname = "load-" + std::to_string(i),
                                     .agent_version = "load"};
    TRY_VOID(agent::enrol(enrolment, system_env(), net::fetch_ca, net::make_client));
  }
  return {};
}

Options options_from(int argc, char** argv) {
  std::map<std::string, std::string> given;
  for (int i = 1; i + 1 < argc; i += 2) given[argv[i]] = argv[i + 1];
  const auto number = [&given](const char* name, int fallback) {
    return given.contains(name) ? std::stoi(given[name]) : fallback;
  };
  Options options{.hub = given["--hub"], .identities = given["--identities"], .journal = given["--journal"]};
  options.agents = number("--agents", 1);
  options.batch = static_cast<std::size_t>(number("--batch", 1'000));
  options.seconds = number("--seconds", 10);
  options.event_bytes = static_cast<std::size_t>(number("--event-bytes", 534));
  return options;
}

Result<void> run(const Options& options) {
  TRY_VOID(enrol_where_needed(options));
  std::unique_ptr<Journal> journal;
  if (!options.journal.empty()) journal = std::make_unique<Journal>(options.journal);
  Totals totals;
  std::vector<std::unique_ptr<Sender>> senders;
  for (int i = 0; i < options.agents; ++i) {
    senders.push_back(std::make_unique<Sender>(i, options, journal.get(), totals));
    TRY_VOID(senders.back()->connect());
  }
  const Timestamp begin = system_clock().now();
  std::vector<std::jthread> threads;
  for (auto& sender : senders) threads.emplace_back([&, end = begin + seconds(options.seconds)] { sender->run_until(end); });
  threads.clear();
  const double took = static_cast<double>((system_clock().now() - begin).ms) / 1000.0;
  JsonWriter out;
  out.begin_object()
      .field("agents", std::int64_t{options.agents})
      .field("events", totals.events.load())
      .field("batches", totals.batches.load())
      .field("retries", totals.retries.load());
  out.key("seconds").number(took);
  out.key("events_per_second").number(static_cast<double>(totals.events.load()) / took).end_object();
  std::cout << out.take() << std::endl;
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto done = run(options_from(argc, argv));
  if (!done) std::cerr << done.error().what() << "\n";
  return done ? 0 : 1;
}
