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

// What the bytes say.
struct Verdict {
  Sha256 sha256;                   // all zero if the bytes were not read to their end
  FileVerdict verdict = FileVerdict::clean;
  std::string reason;              // why not_scanned
  std::vector<FileMatch> matches;  // worst first, at most 64

  bool hashed() const { return sha256 != Sha256{}; }
};

// Judges bytes: hash IOCs, then YARA. Pure: opens no file, asks no clock but the
// budget's, writes nothing, so the worker, the hub and the fuzzer run exactly
// this code.
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
  // an IOC match is reported even then, for the hash was known.
  Verdict judge(ByteView bytes, Budget& budget);

  // What the hash alone says of a file that is not judged whole: malicious if it
  // is an IOC, else not_scanned for `reason`.
  Verdict judge_hash(const Sha256& sha256, std::string_view reason) const;

  std::size_t rule_count() const;
  std::size_t ioc_count() const;

 private:
  struct Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::scan
