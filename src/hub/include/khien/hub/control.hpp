#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/hub/console.hpp"

namespace khien::hub {

// How `khien user add …` reaches a hub that runs: a socket in the data folder
// that only root and the hub's own user may connect to (SO_PEERCRED), for the
// databases have one writer. What a command says is heard while it runs.
class ControlServer {
 public:
  using Run = std::function<int(const std::vector<std::string>& words, Console& console)>;
  static Result<std::unique_ptr<ControlServer>> start(const std::string& socket_path, Run run);
  ~ControlServer();

 private:
  struct Impl;
  explicit ControlServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Has the hub run the words; returns their exit code. Code::not_found if no hub
// listens there.
Result<int> run_by_control(const std::string& socket_path, const std::vector<std::string>& words, Console& console);

}  // namespace khien::hub
