#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <vector>

#include "lab.hpp"

namespace khien::token {
namespace {

constexpr unsigned char kMask = 0x5a;

// The PIN as this process may hold it while it hunts: no byte of it as it is.
class Prey {
 public:
  explicit Prey(const Lab& at) {
    const Fd file(::open(at.path("pin").c_str(), O_RDONLY));
    for (char digit = 0; ::read(file.get(), &digit, 1) == 1;) masked_.push_back(static_cast<char>(digit ^ kMask));
    REQUIRE(masked_.size() == 12);
  }

  std::size_t count_in(const char* bytes, std::size_t size) const {
    std::size_t hits = 0;
    const auto first = static_cast<char>(masked_[0] ^ kMask);
    const char* const end = bytes + size;
    for (const char* at = bytes; (at = static_cast<const char*>(memchr(at, first, static_cast<std::size_t>(end - at)))) != nullptr; ++at) {
      if (static_cast<std::size_t>(end - at) < masked_.size()) break;
      std::size_t same = 0;
      while (same < masked_.size() && static_cast<char>(at[same] ^ kMask) == masked_[same]) ++same;
      hits += same == masked_.size() ? 1 : 0;
    }
    return hits;
  }

  std::size_t count_in_file(const std::filesystem::path& path) const {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream all;
    all << file.rdbuf();
    const std::string text = all.str();
    return count_in(text.data(), text.size());
  }

  // All that the process has mapped and that can be read.
  std::size_t count_in_process(pid_t pid) const {
    const std::string folder = "/proc/" + std::to_string(pid);
    const Fd memory(::open((folder + "/mem").c_str(), O_RDONLY));
    REQUIRE(memory);
    std::ifstream maps(folder + "/maps");
    std::size_t hits = 0, seen = 0;
    for (std::string line; std::getline(maps, line);) {
      unsigned long begin = 0, end = 0;
      char rights[5] = {};
      REQUIRE(std::sscanf(line.c_str(), "%lx-%lx %4s", &begin, &end, rights) == 3);
      if (rights[0] != 'r' || line.find("[v") != line.npos) continue;
      std::vector<char> bytes(end - begin);
      const ssize_t got = pread(memory.get(), bytes.data(), bytes.size(), static_cast<off_t>(begin));
      if (got <= 0) continue;
      hits += count_in(bytes.data(), static_cast<std::size_t>(got));
      seen += static_cast<std::size_t>(got);
      // What was read would be found again in what was freed.
      explicit_bzero(bytes.data(), bytes.size());
    }
    CHECK(seen > 1u << 20);
    return hits;
  }

 private:
  std::vector<char> masked_;
};

bool is_number_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
}

// Command lines and environments of all processes, and all files of the lab but the PIN's own.
std::size_t count_in_other_places(const Prey& prey) {
  std::size_t hits = 0;
  for (const auto& process : std::filesystem::directory_iterator("/proc")) {
    if (!is_number_name(process.path().filename().string())) continue;
    for (const char* file : {"/environ", "/cmdline"}) hits += prey.count_in_file(process.path().string() + file);
  }
  for (const auto& file : std::filesystem::recursive_directory_iterator(lab().folder())) {
    if (file.is_regular_file() && file.path().filename() != "pin") hits += prey.count_in_file(file.path());
  }
  return hits;
}

// "VmLck:	   12345 kB" of a process.
long status_kib(pid_t pid, std::string_view name) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name)) return std::strtol(line.c_str() + name.size() + 1, nullptr, 10);
  }
  return -1;
}

// A child of ours that does with the PIN what nobody should; ended by its own number.
class Careless {
 public:
  enum class Way : unsigned char { argument, environment, memory, core };

  explicit Careless(Way way) {
    pid_ = fork();
    if (pid_ == 0) be(way);
    REQUIRE(pid_ > 0);
    if (way != Way::core) {
      usleep(300'000);
      return;
    }
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  Careless(const Careless&) = delete;
  Careless& operator=(const Careless&) = delete;
  ~Careless() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  pid_t pid() const { return pid_; }

 private:
  [[noreturn]] static void be(Way way) {
    static char pin[13] = {};
    const Fd file(::open(lab().path("pin").c_str(), O_RDONLY));
    if (::read(file.get(), pin, 12) != 12) _exit(1);
    if (way == Way::argument) execl("/bin/sleep", pin, "30", nullptr);
    if (way == Way::environment) {
      char* const arguments[] = {const_cast<char*>("sleep"), const_cast<char*>("30"), nullptr};
      char* const environment[] = {pin, nullptr};
      execve("/bin/sleep", arguments, environment);
    }
    if (way == Way::memory) sleep(30);
    if (way == Way::core && chdir(lab().folder().c_str()) == 0) {
      const rlimit all{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
      setrlimit(RLIMIT_CORE, &all);
      signal(SIGABRT, SIG_DFL);
      abort();
    }
    _exit(1);
  }
  pid_t pid_ = -1;
};

// Core files in this folder, removed as they are counted.
std::size_t count_in_cores(const Prey& prey, const std::filesystem::path& folder, std::size_t* files = nullptr) {
  std::size_t hits = 0;
  std::vector<std::filesystem::path> cores;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.is_regular_file() && file.path().filename().string().starts_with("core")) cores.push_back(file.path());
  }
  for (const auto& core : cores) {
    hits += prey.count_in_file(core);
    std::filesystem::remove(core);
  }
  if (files != nullptr) *files = cores.size();
  return hits;
}

TEST_CASE("the PIN is in the signer's page while a job waits, and nowhere after it") {
  if (!Lab::is_possible()) return;
  const Prey prey(lab());
  // What the signer logs goes where this process's standard error goes.
  const int before = dup(STDERR_FILENO);
  const Fd log(::open(lab().path("signer.log").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0644));
  dup2(log.get(), STDERR_FILENO);
  const auto signer = lab().signer();
  auto prepared = prepared_pdf();
  const auto job = job_for(prepared.digest());
  const bool approved = signer->approve(job, lab().pin()).has_value();
  const bool privileged = geteuid() == 0;
  const std::size_t waiting = privileged ? prey.count_in_process(signer->pid()) : 1;
  const std::size_t outside = prey.count_in_process(getpid()) + count_in_other_places(prey);
  const long locked = status_kib(signer->pid(), "VmLck:"), swapped = status_kib(signer->pid(), "VmSwap:");
  const auto pdf = seal::finish_pdf(std::move(prepared), job, *signer);
  dup2(before, STDERR_FILENO);
  close(before);
  REQUIRE(approved);
  REQUIRE(pdf);
  lab().write("hunted.pdf", pdf->bytes);
  if (privileged) CHECK(waiting == 1);
  CHECK(outside == 0);
  CHECK(locked >= 4);  // its page, or all of it: what is locked is never swapped
  CHECK(swapped <= 0);
  CHECK(prey.count_in_process(getpid()) == 0);
  CHECK(count_in_other_places(prey) == 0);
  if (privileged) CHECK(prey.count_in_process(signer->pid()) == 0);
  // It said what it signs.
  const std::string said = lab().read("signer.log");
  CHECK(said.find("signer.signing") != said.npos);
  CHECK(said.find(job.digest.hex()) != said.npos);
}

TEST_CASE("a signer that dies with the PIN in its page leaves no core, and no other trace") {
  if (!Lab::is_possible() || geteuid() != 0) return;
  const Prey prey(lab());
  // What a test started can dump: the signer is to refuse by itself.
  rlimit limit{};
  getrlimit(RLIMIT_CORE, &limit);
  const rlimit all{.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
  setrlimit(RLIMIT_CORE, &all);
  const auto signer = lab().signer();
  const auto job = job_for(sha256(std::string_view("x")));
  const bool approved = signer->approve(job, lab().pin()).has_value();
  const pid_t pid = signer->pid();
  const auto folder = std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/cwd");
  const std::size_t held = prey.count_in_process(pid);
  kill(pid, SIGSEGV);
  CHECK(signer->sign_cms(job).error().code() == Code::unavailable);
  setrlimit(RLIMIT_CORE, &limit);
  REQUIRE(approved);
  CHECK(held == 1);
  std::size_t cores = 0;
  CHECK(count_in_cores(prey, folder, &cores) == 0);
  CHECK(cores == 0);
  CHECK(count_in_other_places(prey) == 0);
  CHECK(prey.count_in_process(getpid()) == 0);
}

TEST_CASE("the hunter finds a PIN wherever somebody was careless") {
  if (!Lab::is_possible() || geteuid() != 0) return;
  using Way = Careless::Way;
  const Prey prey(lab());
  REQUIRE(count_in_other_places(prey) == 0);
  for (const Way way : {Way::argument, Way::environment}) {
    const Careless somebody(way);
    CHECK(count_in_other_places(prey) == 1);
  }
  {
    const Careless somebody(Way::memory);
    CHECK(prey.count_in_process(somebody.pid()) >= 1);
  }
  REQUIRE(lab().run("cp pin careless.log") == 0);
  CHECK(count_in_other_places(prey) == 1);
  REQUIRE(lab().run("rm careless.log") == 0);
  std::ifstream pattern("/proc/sys/kernel/core_pattern");
  std::string cores;
  rlimit limit{};
  getrlimit(RLIMIT_CORE, &limit);
  if (std::getline(pattern, cores) && cores == "core" && limit.rlim_max == RLIM_INFINITY) {
    const Careless somebody(Way::core);
    CHECK(count_in_cores(prey, lab().folder()) >= 1);
  } else {
    MESSAGE("not tried: a core that is found, for this machine writes none into folders");
  }
  const Secret planted = lab().pin();
  CHECK(prey.count_in_process(getpid()) > 0);
}

}  // namespace
}  // namespace khien::token
