#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "content_import.hpp"
#include "khien/api/content_desk.hpp"

namespace khien::hub {

// Takes releases from a browser: tries one at a time, on a thread of its own, with the
// very steps of `khien content import`. Thread-safe.
class TrialDesk final : public api::ContentDesk {
 public:
  // Does the steps with what was handed in; import_content() but in tests.
  using Import = std::function<Result<std::string>(const ContentImport& import, const SignedFile& file, bool emergency)>;
  // `on_change` is told, from the trial's thread, of a version whose trial is over.
  TrialDesk(store::Store& hub, const Env& env, std::string folder, std::function<void(std::int64_t version)> on_change,
            Import import = import_content);
  ~TrialDesk() override;

  Result<Trying> start(ByteView file, bool emergency, const Bringer& bringer) override;
  std::optional<Trying> trying() const override;

  // Ends the trial and takes no more. Waits: at most for what one file of it may take.
  void close();

 private:
  // One thing handed in; owns the bytes for as long as they are tried.
  struct Job;
  void run(const Job& job);
  ContentImport import_by(const Bringer& bringer) const;

  store::Store& hub_;
  const Env env_;
  const std::string folder_;
  const std::function<void(std::int64_t)> on_change_;
  const Import import_;
  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;
  std::optional<Trying> trying_;
  std::thread thread_;
};

}  // namespace khien::hub
