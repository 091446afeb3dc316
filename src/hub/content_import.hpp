#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "khien/core/env.hpp"
#include "khien/model/signed_envelope.hpp"
#include "khien/store/store.hpp"

namespace khien::hub {

// How a signed release of content comes in, by the command line or by a browser.
struct ContentImport {
  store::Store& hub;
  Env env;
  std::string folder;  // the hub's own; releases lie in content/ below it
  // Whose act it is, in the transaction of what it is about.
  std::function<Result<void>(store::Connection& connection, std::string_view action, std::string_view object,
                             std::string_view detail)>
      audit;
  const std::atomic<bool>* stop = nullptr;  // ends a trial early; may be null
};

// Before anything is kept: who signed it, and whether it is there.
// Code::denied, not_found (no root was pinned yet) or conflict.
Result<void> check_new_content(const ContentImport& import, const SignedEnvelope& envelope);

// Signatures, version, the gate, and the lab ring. What the gate measured, in words,
// or why it is refused; then its file is gone and the refusal is in the audit log.
Result<std::string> import_content(const ContentImport& import, const SignedFile& file, bool emergency);

}  // namespace khien::hub
