#include "shared_verdicts.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/log.hpp"

namespace khien::agent {
namespace {

constexpr Duration kWordEvery = minutes(15);
constexpr std::string_view kRecall = "fleet_recall";
constexpr std::string_view kTerm = "fleet_term";

}  // namespace

Result<SharedVerdicts> SharedVerdicts::open(FleetPort& fleet, VerdictCache& cache, const Clock& clock, Random& random) {
  SharedVerdicts shared(fleet, cache, clock, random);
  TRY(const auto recall, cache.number(kRecall));
  TRY(const auto term, cache.number(kTerm));
  if (recall && term) {
    shared.recall_ = *recall;
    shared.term_ = *term;
  }
  return shared;
}

std::uint64_t SharedVerdicts::label(std::uint64_t content) {
  if (label_ != 0 && labelled_ == content) return label_;
  Sha256Stream all;
  all.update(as_bytes("fleet"));
  all.update(std::as_bytes(std::span(&content, 1)));
  all.update(std::as_bytes(std::span(&term_, 1)));
  const Sha256 hash = all.finish();
  std::memcpy(&label_, hash.bytes.data(), sizeof label_);
  labelled_ = content;
  return label_;
}

Result<std::vector<SharedVerdicts::Word>> SharedVerdicts::ask(std::uint64_t content, std::span<const Sha256> hashes) {
  TRY(const FleetAnswer answer, exchange(content, hashes));
  std::vector<Word> words;
  words.reserve(hashes.size());
  for (const FleetWord word : answer.words) {
    const bool check = word == FleetWord::clean && static_cast<std::int64_t>(random_->below(1'000)) < answer.check_per_mille;
    words.push_back(check                      ? Word::check
                    : word == FleetWord::clean ? Word::clean
                    : word == FleetWord::later ? Word::later
                                               : Word::judge);
  }
  return words;
}

Result<FleetAnswer> SharedVerdicts::exchange(std::uint64_t content, std::span<const Sha256> hashes) {
  khien_assert(hashes.size() <= FleetQuestion::kMaxAsked);
  FleetQuestion question{.content = content, .asked = {hashes.begin(), hashes.end()}, .clean = {}};
  if (votes_content_ == content) question.clean = std::move(votes_);
  votes_.clear();
  auto answer = fleet_->ask(question);
  if (!answer) {
    if (votes_content_ == content) votes_ = std::move(question.clean);
    return answer;
  }
  next_word_ = {clock_->monotonic().ms + kWordEvery.ms};
  if (answer->recall != recall_) TRY_VOID(take_recall(answer->recall));
  return answer;
}

// The term first: a crash between the two begins one more.
Result<void> SharedVerdicts::take_recall(std::int64_t recall) {
  log_info("agent.fleet_recall", {{"recall", recall}, {"before", recall_}});
  TRY(term_, cache_->next_number(kTerm, clock_->now()));
  TRY_VOID(cache_->set_number(kRecall, recall));
  recall_ = recall;
  label_ = 0;
  return {};
}

void SharedVerdicts::judged_clean(std::uint64_t content, const Sha256& sha256) {
  khien_assert(sha256 != Sha256{});
  if (votes_content_ != content) votes_.clear();
  votes_content_ = content;
  if (votes_.size() < FleetQuestion::kMaxClean) votes_.push_back(sha256);
}

void SharedVerdicts::keep_up(std::uint64_t content) {
  const Duration now = clock_->monotonic();
  if (now < next_word_) return;
  const auto chance = static_cast<std::int64_t>(random_->below(static_cast<std::uint64_t>(kWordEvery.ms / 4)));
  next_word_ = {now.ms + kWordEvery.ms + chance};
  (void)exchange(content, {});  // an error: told of by the port, and tried again then
}

}  // namespace khien::agent
