#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/file.hpp"
#include "khien/core/hash.hpp"
#include "khien/model/observation.hpp"
#include "khien/scan/rules.hpp"

namespace khien::scan {

// ClamAV as `scan` sees it: a port, for ClamAV is another process and GPL.
// Implemented by probe over clamd's socket.
class ClamAv {
 public:
  virtual ~ClamAv() = default;
  // The signature that matched the open file, empty if none. Reads from offset 0
  // and leaves the offset anywhere. Code::unavailable if clamd is not there,
  // exhausted if clamd gave up by its limits.
  virtual Result<std::string> scan(const Fd& file) = 0;
};

// A path inside a file is cut in its middle beyond this.
inline constexpr std::size_t kMaxInsideBytes = 320;

// A part of a file that was not judged: "b.zip › secret.doc", "encrypted".
struct Gap {
  std::string inside;  // empty: the file itself
  std::string reason;  // "encrypted", "damaged", "bomb", "budget"

  bool operator==(const Gap&) const = default;
};

// What the bytes say.
struct Verdict {
  Sha256 sha256;                   // all zero if the bytes were not read to their end
  FileVerdict verdict = FileVerdict::clean;
  std::string reason;              // why not_scanned
  std::vector<FileMatch> matches;  // worst first, at most 64
  std::vector<Gap> gaps;           // at most 16; also beside matches

  bool hashed() const { return sha256 != Sha256{}; }
};

// The budget of one file: 8 layers, 1 : 200, 100,000 parts, 256 MiB unpacked.
// The time is the wall's; with one thread no processor time can exceed it.
Budget::Limits file_limits(std::uint64_t max_file_bytes, Duration time);

// Judges bytes: hash IOCs and YARA, on the file and on every part that can be
// unpacked from it, layer by layer, in memory (unpack/). Pure: opens no file, asks
// no clock but the budget's, writes nothing, so the worker, the hub and the fuzzer
// run exactly this code.
//
// Rules are compiled from source in create(), never loaded compiled; `include`
// and modules that read outside the buffer are off. One engine belongs to one
// thread at a time.
class Engine {
 public:
  // Code::invalid names the pack and the line of a bad rule.
  static Result<Engine> create(std::vector<std::shared_ptr<const RulePack>> packs);

  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;
  ~Engine();

  // Over the budget's bytes or time the verdict is not_scanned with the reason;
  // an IOC match is reported even then, for the hash was known. A part that could
  // not be read makes the file not_scanned as well, unless another part is bad:
  // what was not read is not called clean.
  Verdict judge(ByteView bytes, Budget& budget);

  // What the hash alone says of a file that is not judged whole: malicious if it
  // is an IOC, else not_scanned for `reason`. Lists that know it by MD5 or SHA-1
  // only are not asked.
  Verdict judge_hash(const Sha256& sha256, std::uint64_t size, std::string_view reason) const;

  std::size_t rule_count() const;
  std::size_t ioc_count() const;

 private:
  struct Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::scan
