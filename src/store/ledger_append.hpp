#pragma once

#include <optional>
#include <vector>

#include "khien/store/ledger.hpp"

namespace khien::store {

// One batch on its way into the ledger: what can be computed before the writer
// thread has it, and what came of it there.
struct Appending {
  Ledger::Append append;
  std::vector<std::uint64_t> numbers;  // of batch.events
  std::vector<Sha256> hashes;          // of batch.events
  std::uint64_t last = 0;              // last number covered
  Sha256 batch_sha256;

  // Set by store_batch().
  Ledger::Watermark watermark;
  std::size_t stored = 0;
  std::optional<Error> refused;

  // Memory it holds while it waits.
  std::size_t bytes() const { return append.text->size() + append.batch.events.size() * 64; }
};

// Checks the batch's frame and computes its hashes. Code::invalid.
Result<Appending> prepare_append(Ledger::Append append);

// Inside the writer's savepoint. A failed Result undoes everything; a refusal
// (`refused`) stores no event but keeps the equivocations it found.
Result<void> store_batch(Connection& connection, Appending& appending);

}  // namespace khien::store
