#include "process_tree.hpp"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <memory>
#include <string>

namespace khien::render {
namespace {

constexpr int kRounds = 200;
constexpr timespec kBetweenRounds{.tv_sec = 0, .tv_nsec = 10'000'000};

struct FolderClose {
  void operator()(DIR* folder) const { closedir(folder); }
};
struct FileClose {
  void operator()(FILE* file) const { std::fclose(file); }
};

// "1 (name) S 0 …": the name may hold anything.
pid_t parent_of(pid_t process) {
  const std::unique_ptr<FILE, FileClose> file(std::fopen(("/proc/" + std::to_string(process) + "/stat").c_str(), "re"));
  if (!file) return 0;
  char text[512];
  const std::size_t size = std::fread(text, 1, sizeof text - 1, file.get());
  text[size] = '\0';
  const char* behind = std::strrchr(text, ')');
  int parent = 0;
  if (behind == nullptr || std::sscanf(behind, ") %*c %d", &parent) != 1) return 0;
  return parent;
}

std::map<pid_t, pid_t> all_parents() {
  std::map<pid_t, pid_t> parents;
  const std::unique_ptr<DIR, FolderClose> folder(opendir("/proc"));
  if (!folder) return parents;
  while (const dirent* entry = readdir(folder.get())) {
    const pid_t process = std::atoi(entry->d_name);
    if (process > 0) parents[process] = parent_of(process);
  }
  return parents;
}

bool descends(const std::map<pid_t, pid_t>& parents, pid_t process, pid_t from) {
  for (int depth = 0; depth < 64; ++depth) {
    const auto found = parents.find(process);
    if (found == parents.end()) return false;
    if (found->second == from) return true;
    process = found->second;
  }
  return false;
}

}  // namespace

std::vector<pid_t> descendants() {
  std::vector<pid_t> found;
  const auto parents = all_parents();
  for (const auto& [process, parent] : parents) {
    if (descends(parents, process, getpid())) found.push_back(process);
  }
  return found;
}

std::uint64_t memory_of(const std::vector<pid_t>& processes) {
  std::uint64_t bytes = 0;
  for (const pid_t process : processes) {
    const std::unique_ptr<FILE, FileClose> file(std::fopen(("/proc/" + std::to_string(process) + "/status").c_str(), "re"));
    if (!file) continue;
    char line[256];
    while (std::fgets(line, sizeof line, file.get()) != nullptr) {
      unsigned long long kib = 0;
      if (std::sscanf(line, "RssAnon: %llu", &kib) == 1 || std::sscanf(line, "RssShmem: %llu", &kib) == 1) bytes += kib << 10;
    }
  }
  return bytes;
}

void end_all() {
  for (int round = 0; round < kRounds; ++round) {
    for (const pid_t process : descendants()) kill(process, SIGKILL);
    while (waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    if (descendants().empty()) return;
    nanosleep(&kBetweenRounds, nullptr);
  }
}

}  // namespace khien::render
