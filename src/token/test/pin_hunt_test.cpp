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

std::size_t count_in_other_places(const Prey& prey) {
  std::size_t hits = 0;
  for (const auto& process : std::filesystem::directory_iterator("/proc")) {
    const std::string name = process.path().filename();
    if (!std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; })) continue;
    for (const char* file : {"/environ", "/cmdline"}) hits += prey.count_in_file(process.path().string() + file);
  }
  for (const auto& file : std::filesystem::recursive_directory_iterator(lab().folder())) {
    if (file.is_regular_file() && file.path().filename() != "pin") hits += prey.count_in_file(file.path());
  }
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
  const auto pdf = seal::finish_pdf(std::move(prepared), job, *signer);
  dup2(before, STDERR_FILENO);
  close(before);
  REQUIRE(approved);
  REQUIRE(pdf);
  lab().write("hunted.pdf", *pdf);
  if (privileged) CHECK(waiting == 1);
  CHECK(outside == 0);
  CHECK(prey.count_in_process(getpid()) == 0);
  CHECK(count_in_other_places(prey) == 0);
  if (privileged) CHECK(prey.count_in_process(signer->pid()) == 0);
  // It said what it signs.
  const std::string said = lab().read("signer.log");
  CHECK(said.find("signer.signing") != said.npos);
  CHECK(said.find(job.digest.hex()) != said.npos);
  // The hunter finds what is there.
  const Secret planted = lab().pin();
  CHECK(prey.count_in_process(getpid()) > 0);
}

}  // namespace
}  // namespace khien::token
