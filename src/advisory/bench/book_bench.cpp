// What a book costs: all packages of a fleet against all records, a new record against the
// fleet, a machine's new inventory, a look-up. Sizes by KHIEN_BENCH_CVES (20,000) and
// KHIEN_BENCH_MACHINES (500), for the smoke run is small; tools/bench_advisory.sh asks for all.
#include <benchmark/benchmark.h>

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bench/fleet_records.hpp"
#include "khien/advisory/book.hpp"
#include "khien/advisory/version.hpp"
#include "khien/core/assert.hpp"

namespace khien::advisory::bench {
namespace {

std::uint64_t size_of(const char* name, std::uint64_t otherwise) {
  const char* told = std::getenv(name);
  return told == nullptr ? otherwise : std::strtoull(told, nullptr, 10);
}

// Compiled by a process of its own, so that this one's memory is that of who only asks.
std::string_view mapped_book() {
  static const std::string_view book = [] {
    char path[] = "/tmp/khien-book-XXXXXX";
    const int file = mkstemp(path);
    khien_assert(file >= 0);
    unlink(path);
    if (const pid_t child = fork(); child == 0) {
      const auto records = records_of(size_of("KHIEN_BENCH_CVES", 20'000));
      Budget budget({.bytes_out = std::uint64_t{4} << 30, .entries = 100'000'000});
      const auto bytes = Book::compile(records, {}, {}, budget);
      if (!bytes) std::_Exit(1);
      for (std::size_t at = 0; at < bytes->size();) {
        const ssize_t written = write(file, bytes->data() + at, bytes->size() - at);
        if (written <= 0) std::_Exit(1);
        at += static_cast<std::size_t>(written);
      }
      rusage usage{};
      getrusage(RUSAGE_SELF, &usage);
      std::fprintf(stderr, "compiled: %zu records, %zu bytes, %.1f s of processor, %ld MiB at most\n", records.size(), bytes->size(),
                   static_cast<double>(usage.ru_utime.tv_sec) + static_cast<double>(usage.ru_utime.tv_usec) / 1e6, usage.ru_maxrss / 1024);
      std::_Exit(0);
    } else {
      int status = 0;
      khien_assert(waitpid(child, &status, 0) == child && status == 0);
    }
    struct stat info {};
    khien_assert(fstat(file, &info) == 0);
    void* mapped = mmap(nullptr, static_cast<std::size_t>(info.st_size), PROT_READ, MAP_PRIVATE, file, 0);
    khien_assert(mapped != MAP_FAILED);
    return std::string_view(static_cast<const char*>(mapped), static_cast<std::size_t>(info.st_size));
  }();
  return book;
}

const Book& the_book() {
  static const Book book = Book::open(mapped_book()).value();
  return book;
}

// Every package once, and which of them each machine has.
class Fleet {
 public:
  explicit Fleet(std::uint64_t machines) {
    std::vector<std::vector<Installed>> images;
    for (std::uint64_t kind = 0; kind < kImages; ++kind) images.push_back(image_of(kind));
    for (std::uint64_t machine = 0; machine < machines; ++machine) {
      for (const Installed& row : machine_of(machine, images)) rows_.push_back(number_of(row));
    }
  }

  const std::vector<Installed>& packages() const { return packages_; }
  const std::vector<std::uint32_t>& rows() const { return rows_; }

  // Those that a key may mean, by their own names or their sources'.
  std::vector<std::uint32_t> under(const PackageKey& key) const {
    const auto found = by_name_.find(key.type == "cpe" ? key.name : key.type + "/" + key.name);
    return found == by_name_.end() ? std::vector<std::uint32_t>() : found->second;
  }

 private:
  std::uint32_t number_of(const Installed& row) {
    const std::string name = row.key.type + "/" + row.key.name + "/" + row.key.release + "@" + row.version;
    const auto [found, added] = numbers_.try_emplace(name, static_cast<std::uint32_t>(packages_.size()));
    if (added) {
      by_name_[row.key.type + "/" + (row.source.empty() ? row.key.name : row.source)].push_back(found->second);
      if (!row.cpe.empty()) by_name_[row.key.name].push_back(found->second);
      packages_.push_back(row);
    }
    return found->second;
  }

  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::unordered_map<std::string, std::vector<std::uint32_t>> by_name_;
  std::vector<Installed> packages_;
  std::vector<std::uint32_t> rows_;
};

std::uint64_t machines() { return size_of("KHIEN_BENCH_MACHINES", 500); }
const Fleet& the_fleet() {
  static const Fleet fleet(machines());
  return fleet;
}

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// From rows of text to what each machine has: all of it, in one go.
void full_match(benchmark::State& state) {
  const Book& book = the_book();
  for (auto _ : state) {
    const Fleet fleet(machines());
    std::vector<std::uint32_t> each(fleet.packages().size());
    constexpr std::size_t kAtOnce = 1000;
    for (std::size_t from = 0; from < fleet.packages().size(); from += kAtOnce) {
      const auto some = std::span(fleet.packages()).subspan(from, std::min(kAtOnce, fleet.packages().size() - from));
      for (const Match& match : book.match(some)) ++each[from + match.package];
    }
    std::uint64_t all = 0;
    for (const std::uint32_t row : fleet.rows()) all += each[row];
    benchmark::DoNotOptimize(all);
    state.counters["rows"] = static_cast<double>(fleet.rows().size());
    state.counters["distinct"] = static_cast<double>(fleet.packages().size());
    state.counters["matches"] = static_cast<double>(all);
    state.counters["peak_MiB"] = peak_mib();
  }
}
BENCHMARK(full_match)->Unit(benchmark::kMillisecond)->Iterations(1);

// A record that is new in the book: what it may concern, judged, and whose machines these are.
void one_new_record(benchmark::State& state) {
  const Book& book = the_book();
  const Fleet& fleet = the_fleet();
  std::uint64_t number = 0, concerned = 0;
  for (auto _ : state) {
    const std::string id = "CVE-" + std::to_string(2000 + number % 26) + "-" + std::to_string(10'000 + number / 26);
    number += 1;
    std::vector<char> hit(fleet.packages().size());
    for (const PackageKey& key : book.packages_of(id)) {
      std::vector<Installed> asked;
      const auto under = fleet.under(key);
      for (const std::uint32_t package : under) asked.push_back(fleet.packages()[package]);
      for (const Match& match : book.match(asked)) {
        if (match.id == id) hit[under[match.package]] = 1;
      }
    }
    std::uint64_t rows = 0;
    for (const std::uint32_t row : fleet.rows()) rows += static_cast<std::uint64_t>(hit[row]);
    benchmark::DoNotOptimize(concerned += rows);
  }
  state.counters["peak_MiB"] = peak_mib();
}
BENCHMARK(one_new_record)->Unit(benchmark::kMillisecond)->Iterations(200);

void one_new_inventory(benchmark::State& state) {
  const Book& book = the_book();
  std::vector<std::vector<Installed>> images;
  for (std::uint64_t kind = 0; kind < kImages; ++kind) images.push_back(image_of(kind));
  std::uint64_t machine = 0, matches = 0;
  for (auto _ : state) benchmark::DoNotOptimize(matches += book.match(machine_of(machine++, images)).size());
  state.counters["matches"] = static_cast<double>(matches) / static_cast<double>(machine);
}
BENCHMARK(one_new_inventory)->Unit(benchmark::kMillisecond)->Iterations(400);

void open_book(benchmark::State& state) {
  const std::string_view bytes = mapped_book();
  for (auto _ : state) benchmark::DoNotOptimize(Book::open(bytes));
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes.size()) * state.iterations());
}
BENCHMARK(open_book)->Unit(benchmark::kMillisecond);

void compare(benchmark::State& state) {
  const auto order = static_cast<VersionOrder>(state.range(0));
  const std::string a = order == VersionOrder::kb ? "10.0.19045.3570" : "1.2.3-4", b = order == VersionOrder::kb ? "10.0.19045.3571" : "1.2.3-5";
  for (auto _ : state) benchmark::DoNotOptimize(compare_versions(order, a, b));
}
BENCHMARK(compare)->DenseRange(0, 10);

}  // namespace
}  // namespace khien::advisory::bench
