// Input: any file, as it lies on any disk. Judged by our own base pack.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/scan/engine.hpp"
#include "khien/scan/judge.hpp"

using namespace khien;

namespace {

std::string content(const std::string& name) {
  return system_files().read(KHIEN_SOURCE_DIR "/content/scan/khien-base/" + name, 4u << 20).value();
}

scan::Engine base_engine() {
  Budget budget({});
  auto pack = scan::parse_pack(content("pack.json"), content("khien-base.yar"), content("iocs.txt"), budget).value();
  return scan::Engine::create({std::make_shared<const scan::RulePack>(std::move(pack))}).value();
}

bool worst_first(const std::vector<FileMatch>& matches) {
  for (std::size_t i = 1; i < matches.size(); ++i) {
    if (matches[i].severity > matches[i - 1].severity) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static scan::Engine engine = base_engine();
  const ByteView bytes(reinterpret_cast<const std::byte*>(data), size);

  Budget budget({});
  const auto verdict = engine.judge(bytes, budget);

  // Beyond "no crash": the verdict is what its matches add up to, the same bytes
  // give the same verdict, and claims follow the matches.
  const bool bad = !verdict.matches.empty() && verdict.matches[0].severity >= Severity::high;
  if ((verdict.verdict == FileVerdict::malicious) != bad) std::abort();
  if ((verdict.verdict == FileVerdict::clean) != verdict.matches.empty()) std::abort();
  if (!worst_first(verdict.matches) || verdict.sha256 != sha256(bytes)) std::abort();

  Budget again({});
  const auto second = engine.judge(bytes, again);
  if (second.verdict != verdict.verdict || second.matches != verdict.matches) std::abort();

  FileSeen seen;
  seen.path = "/x";
  seen.sha256 = verdict.sha256;
  seen.verdict = verdict.verdict;
  seen.matches = verdict.matches;
  if (scan::judge(seen, {}).empty()) std::abort();
  return 0;
}
