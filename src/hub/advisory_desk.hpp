#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "khien/core/clock.hpp"
#include "khien/core/result.hpp"
#include "khien/flow/flow.hpp"
#include "khien/patch/library.hpp"
#include "khien/patch/review.hpp"
#include "khien/patch/settings.hpp"
#include "khien/store/store.hpp"

namespace khien::hub {

// content/advisories/deadlines.yaml.
Result<patch::Settings> read_advisory_settings(const std::string& content_folder);

// The book of advisories at work in a hub that runs: puts what was imported or confirmed
// before all known inventories, and has what is followed looked after. Thread-safe.
class AdvisoryDesk {
 public:
  struct Options {
    patch::Settings shipped;
    std::function<void()> on_change;  // an advisory changed; from a thread of ours
  };
  AdvisoryDesk(store::Store& hub, flow::Flow& flow, std::shared_ptr<patch::Library> library, const Clock& clock, Options options);
  ~AdvisoryDesk();

  // What a start or a crash left undone is done behind.
  void start();
  void stop();

  const std::shared_ptr<patch::Library>& library() const { return library_; }
  // The book in force against all that is known, now; (done, in all).
  Result<void> judge(const std::function<void(std::int64_t, std::int64_t)>& progress = {});
  // A letter was confirmed: into the book, and judged, behind; again until it is in it.
  void take_letters();

 private:
  void run();
  Result<void> add_letters();

  store::Store& hub_;
  flow::Flow& flow_;
  std::shared_ptr<patch::Library> library_;
  const Clock& clock_;
  Options options_;
  std::unique_ptr<patch::Follower> follower_;
  std::mutex judging_;
  std::mutex mutex_;
  std::condition_variable bell_;
  bool stopping_ = false;
  bool letters_wait_ = false;
  bool judge_waits_ = false;
  std::thread thread_;
};

}  // namespace khien::hub
