#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/core/text.hpp"
#include "khien/probe/bundle.hpp"
#include "khien/probe/content.hpp"
#include "khien/probe/sandbox.hpp"
#include "khien/probe/worker.hpp"
#include "linux/build_of.hpp"
#include "linux/descriptor_message.hpp"
#include "conversion_protocol.hpp"
#include "worker_protocol.hpp"

namespace khien::probe {
namespace {

constexpr int kSocket = 3;
constexpr std::size_t kChunk = 256u << 10;
constexpr std::size_t kKeptBytes = 8u << 20;  // of the buffer, from file to file

struct Settings {
  std::string content_folder;
  std::string user;
  std::uint64_t max_file_bytes = 0;
  std::uint64_t memory_bytes = 0;
  bool many = false;  // conversions
};

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Settings> settings_of(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const std::string_view value = argv[i + 1];
    if (name == "--content") settings.content_folder = value;
    if (name == "--user") settings.user = value;
    if (name == "--max-file-bytes") settings.max_file_bytes = number(value).value_or(0);
    if (name == "--memory-bytes") settings.memory_bytes = number(value).value_or(0);
  }
  const bool whole = argc == 9 && !settings.content_folder.empty() && !settings.user.empty() &&
                     settings.max_file_bytes > 0 && settings.memory_bytes > 0;
  return whole ? std::optional(settings) : std::nullopt;
}

bool has_socket() {
  int type = 0;
  socklen_t size = sizeof type;
  return getsockopt(kSocket, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

// Reads one file and has it judged.
class Reader {
 public:
  Reader(scan::Engine& engine, std::uint64_t max_file_bytes) : engine_(engine), max_bytes_(max_file_bytes) {}

  scan::Verdict judge(const Fd& file, const WorkerJob& job) {
    Budget budget(scan::file_limits(max_bytes_, milliseconds(job.time_ms)), &system_clock());
    scan::Verdict verdict = read_and_judge(file, job, budget);
    if (buffer_.size() > kKeptBytes) {
      buffer_.resize(kKeptBytes);
      buffer_.shrink_to_fit();
    }
    return verdict;
  }

 private:
  scan::Verdict read_and_judge(const Fd& file, const WorkerJob& job, Budget& budget) {
    if (job.size > max_bytes_) return judge_large(file, budget);
    std::size_t filled = 0;
    for (;;) {
      // One byte more than its size tells whether the file has grown.
      const std::size_t wanted = std::max<std::size_t>(filled, std::min(job.size, max_bytes_)) + 1;
      if (buffer_.size() < wanted) buffer_.resize(std::max(wanted, std::min(2 * filled, max_bytes_ + 1)));
      const ssize_t got = pread(file.get(), buffer_.data() + filled, buffer_.size() - filled,
                                static_cast<off_t>(filled));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return unreadable();
      if (got == 0) return engine_.judge(ByteView(buffer_).first(filled), budget);
      filled += static_cast<std::size_t>(got);
      if (filled > max_bytes_) return judge_large(file, budget);
      if (!budget.check_time()) return unscanned("budget");
    }
  }

  // Too large to be judged whole: its hash may still be known.
  scan::Verdict judge_large(const Fd& file, Budget& budget) {
    if (buffer_.size() < kChunk) buffer_.resize(kChunk);
    Sha256Stream stream;
    for (std::uint64_t offset = 0;;) {
      const ssize_t got = pread(file.get(), buffer_.data(), kChunk, static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return unreadable();
      if (got == 0) return engine_.judge_hash(stream.finish(), offset, "too_large");
      stream.update(ByteView(buffer_).first(static_cast<std::size_t>(got)));
      offset += static_cast<std::uint64_t>(got);
      if (!budget.check_time()) return unscanned("too_large");
    }
  }

  static scan::Verdict unreadable() { return unscanned("unreadable"); }
  static scan::Verdict unscanned(std::string_view reason) {
    scan::Verdict verdict;
    verdict.verdict = FileVerdict::not_scanned;
    verdict.reason = reason;
    return verdict;
  }

  scan::Engine& engine_;
  std::size_t max_bytes_;
  std::vector<std::byte> buffer_;
};

// What libraries load on first use must be there before the doors are shut.
void warm_up() {
  (void)sha256("");
  (void)sha1({});
  (void)md5({});
  (void)nfc("\xc3\xa0");
  (void)system_clock().monotonic();
  if (auto engine = scan::Engine::create({}); engine) {
    Budget budget({}, &system_clock());
    // A zip of nothing: what libarchive and the locale load.
    constexpr std::string_view kEmptyZip("PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22);
    (void)engine->judge(as_bytes(kEmptyZip), budget);
  }
}

// Mapped files count as memory, but are the page cache's: the limit is for the rest.
std::uint64_t mapped_bytes(const std::vector<PackFiles>& files) {
  std::uint64_t all = 0;
  for (const PackFiles& pack : files) all += pack.hash_table.size();
  return all;
}

Result<std::string> shut_doors(const Settings& settings, std::uint64_t mapped) {
  // What a captured worker says must not reach the agent's terminal or log.
  const Fd nothing(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  if (!nothing || dup2(nothing.get(), STDERR_FILENO) < 0) return system_error("close standard error", errno);
  SandboxOptions options;
  options.user = settings.user;
  options.memory_bytes = settings.memory_bytes + mapped;
  return enter_sandbox(options);
}

// Shuts the doors first: rules come from the hub, so they too are compiled inside.
// Of a bundle not even the index is read before.
Result<scan::Engine> prepare(const Settings& settings, WorkerHello& hello) {
  std::shared_ptr<const MappedFile> bundle;
  std::vector<PackFiles> files;
  if (auto mapped = MappedFile::open(settings.content_folder, kMaxBundleBytes)) {
    bundle = std::move(mapped).value();
  } else {
    TRY(files, read_pack_files(settings.content_folder));
  }
  warm_up();
  hello.build = build_of_engines();
  TRY(hello.sandbox, shut_doors(settings, bundle ? bundle->bytes().size() : mapped_bytes(files)));
  if (bundle) {
    TRY(files, read_pack_files(bundle));
  }
  TRY(auto packs, parse_packs(files));
  TRY(auto engine, scan::Engine::create(std::move(packs)));
  hello.rules = static_cast<std::uint32_t>(engine.rule_count());
  hello.iocs = static_cast<std::uint32_t>(engine.ioc_count());
  return engine;
}

int serve(scan::Engine& engine, const Settings& settings) {
  Reader reader(engine, settings.max_file_bytes);
  std::array<std::byte, kMaxMessageBytes> buffer;
  for (;;) {
    const auto message = receive_message(kSocket, buffer);
    if (!message) return 1;
    if (message->bytes == 0) return 0;  // the agent is gone, or done with us
    const auto job = decode_job(ByteView(buffer).first(message->bytes));
    if (!job || !message->descriptor) return 1;
    const scan::Verdict verdict = reader.judge(message->descriptor, *job);
    if (!send_message(kSocket, encode(job->number, verdict))) return 0;
  }
}

int run(const Settings& settings) {
  WorkerHello hello;
  auto engine = prepare(settings, hello);
  if (!engine) hello.failure = engine.error().what();
  if (!send_message(kSocket, encode(hello)) || !engine) return 1;
  return serve(*engine, settings);
}

// --convert, --convert-many or --stream, then --user NAME --memory-bytes N
std::optional<Settings> conversion_settings_of(int argc, char** argv) {
  if (argc != 6 || std::string_view(argv[2]) != "--user" || std::string_view(argv[4]) != "--memory-bytes") return std::nullopt;
  const std::string_view manner = argv[1];
  if (manner != kConvertOne && manner != kConvertMany && manner != kConvertStream) return std::nullopt;
  Settings settings;
  settings.many = manner == kConvertMany;
  settings.user = argv[3];
  settings.memory_bytes = number(argv[5]).value_or(0);
  return !settings.user.empty() && settings.memory_bytes > 0 ? std::optional(settings) : std::nullopt;
}

Result<std::vector<std::byte>> read_sealed(const Fd& file, std::uint64_t size) {
  if (size > kMaxConvertedBytes) return Error(Code::exhausted, "too large");
  std::vector<std::byte> bytes(size);
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t got = pread(file.get(), bytes.data() + filled, size - filled, static_cast<off_t>(filled));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Error(Code::unavailable, "unreadable");
    filled += static_cast<std::size_t>(got);
  }
  return bytes;
}

Result<std::string> convert_sent(const Message& message, ByteView head, Conversion conversion) {
  TRY(const auto size, decode_conversion(head));
  if (!message.descriptor) return Error(Code::corrupt, "no descriptor");
  TRY(const auto bytes, read_sealed(message.descriptor, size));
  return conversion(bytes);
}

// False: nobody listens any more.
bool answer_conversion(const Result<std::string>& converted) {
  const std::string& text = converted ? *converted : converted.error().what();
  const auto code = converted ? std::uint8_t{0} : static_cast<std::uint8_t>(static_cast<unsigned>(converted.error().code()) + 1);
  if (!send_message(kSocket, encode(AnswerHead{code, text.size()}))) return false;
  for (std::string_view rest = text; !rest.empty();) {
    const auto piece = rest.substr(0, kMaxMessageBytes);
    if (!send_message(kSocket, piece)) return false;
    rest.remove_prefix(piece.size());
  }
  return true;
}

int serve_conversions(Conversion conversion, bool many) {
  std::array<std::byte, kMaxMessageBytes> buffer;
  do {
    const auto message = receive_message(kSocket, buffer);
    if (!message) return 1;
    if (message->bytes == 0) return 0;  // the hub is gone, or done with us
    if (!answer_conversion(convert_sent(*message, ByteView(buffer).first(message->bytes), conversion))) return 0;
  } while (many);
  return 0;
}

int run_conversion(const Settings& settings, Conversion conversion) {
  warm_up();
  (void)conversion({});  // what its libraries load on first use
  WorkerHello hello;
  auto shut = shut_doors(settings, 0);
  if (shut) {
    hello.sandbox = std::move(shut).value();
  } else {
    hello.failure = shut.error().what();
  }
  if (!send_message(kSocket, encode(hello)) || !hello.failure.empty()) return 1;
  return serve_conversions(conversion, settings.many);
}

// Pieces of an answer, gathered into whole packets.
class Packets {
 public:
  Result<void> add(std::string_view piece) {
    while (!piece.empty()) {
      const auto part = piece.substr(0, kMaxMessageBytes - packet_.size());
      packet_ += part;
      piece.remove_prefix(part.size());
      if (packet_.size() == kMaxMessageBytes) TRY_VOID(flush());
    }
    return {};
  }

  Result<void> flush() {
    if (packet_.size() == 1) return {};
    auto sent = send_message(kSocket, packet_);
    packet_.resize(1);
    return sent;
  }

 private:
  std::string packet_ = std::string(1, kPiece);
};

constexpr std::size_t kPageBytes = 4096;

Result<void> stream_one(Streaming streaming, Packets& packets) {
  std::array<std::byte, kMaxMessageBytes> buffer;
  TRY(const auto message, receive_message(kSocket, buffer));
  TRY(const auto job, decode_stream(ByteView(buffer).first(message.bytes)));
  if (!message.descriptor) return Error(Code::corrupt, "no descriptor");
  // Cut short meanwhile, the file costs this process its life, and the asker an answer.
  void* mapped = job.size == 0 ? nullptr : mmap(nullptr, job.size, PROT_READ, MAP_PRIVATE, message.descriptor.get(), 0);
  if (mapped == MAP_FAILED) return system_error("map the file", errno);
  std::size_t gone = 0;
  const auto passed = [&](std::size_t bytes) {
    const std::size_t until = std::min<std::size_t>(bytes, job.size) / kPageBytes * kPageBytes;
    if (until > gone) (void)madvise(static_cast<std::byte*>(mapped) + gone, until - gone, MADV_DONTNEED);
    gone = std::max(gone, until);
  };
  TRY_VOID(streaming(job.ask, ByteView(static_cast<const std::byte*>(mapped), job.size), [&](std::string_view piece) { return packets.add(piece); }, passed));
  return packets.flush();
}

int run_streaming(const Settings& settings, Streaming streaming) {
  warm_up();
  (void)streaming("", {}, [](std::string_view) { return Result<void>(); }, {});  // what its libraries load on first use
  WorkerHello hello;
  auto shut = shut_doors(settings, 0);
  if (shut) hello.sandbox = std::move(shut).value();
  else hello.failure = shut.error().what();
  if (!send_message(kSocket, encode(hello)) || !hello.failure.empty()) return 1;
  Packets packets;
  const auto done = stream_one(streaming, packets);
  const std::string words = done ? std::string() : std::string(truncate(done.error().what(), 600));
  const auto code = done ? std::uint8_t{0} : static_cast<std::uint8_t>(static_cast<unsigned>(done.error().code()) + 1);
  (void)send_message(kSocket, std::string(1, kEnd) + encode(AnswerHead{code, words.size()}) + words);
  return 0;
}

}  // namespace

int worker_main(int argc, char** argv, Conversion conversion, Streaming streaming) {
  if (const auto settings = conversion_settings_of(argc, argv); settings && has_socket()) {
    const bool streams = std::string_view(argv[1]) == kConvertStream;
    if (streams && streaming != nullptr) _exit(run_streaming(*settings, streaming));
    if (!streams && conversion != nullptr) _exit(run_conversion(*settings, conversion));
  }
  const auto settings = settings_of(argc, argv);
  if (!settings || !has_socket()) {
    std::fputs("khien-worker is started by khien-agent and khien, with its socket; it is of no use by hand.\n",
               stderr);
    return 2;
  }
  // Never exit(): what runs at exit wants more than the sandbox leaves.
  _exit(run(*settings));
}

}  // namespace khien::probe
