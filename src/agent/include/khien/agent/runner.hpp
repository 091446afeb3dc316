#pragma once

#include <memory>
#include <string>

#include "khien/agent/options.hpp"
#include "khien/agent/status.hpp"
#include "khien/core/env.hpp"
#include "khien/core/result.hpp"

namespace khien::agent {

// This build's version, as it is told to the hub.
extern const char* const kAgentVersion;

// The agent of this machine, running: three threads (sensors, scan, upload)
// until it goes.
class Runner {
 public:
  // Opens identity and spool, starts worker and clamd, and begins. `env` must
  // outlive it. Code::not_found if this machine is not enrolled.
  static Result<std::unique_ptr<Runner>> start(const AgentOptions& options, const Env& env);
  // Ends all of it within a few seconds; what waits is safe in the spool. An
  // upload that hangs is not waited for: leave() then ends the process.
  ~Runner();

  // None while all is well. Set once the spool cannot be written any more: the
  // process must end, and begin anew.
  std::string failure() const;
  AgentStatus status() const;

 private:
  struct Impl;
  explicit Runner(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::agent
