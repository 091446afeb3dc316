#pragma once

#include <memory>
#include <string>
#include <vector>

#include "khien/check/detectors.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/result.hpp"
#include "khien/model/observation.hpp"

namespace khien::probe {

// How the machine is set up, read from its own files.
//
// Invariants
//  (1) Starts nothing, asks nobody, opens no socket: names, small files, /proc.
//  (2) No link is followed, but those by which a web server switches its own files
//      on, within its folder.
//  (3) At most 256 KiB of a file, 5,000 names of a folder, 1,000 facts in all, each
//      from the closed vocabulary of check::fact_kinds().
//  (4) No secret leaves: of a password only whether there is one; of a setting that
//      is not in the vocabulary nothing.
class ConfigurationProbe {
 public:
  struct Protection {
    std::vector<ProductState> products;
    FirewallState firewall = FirewallState::unknown;
  };
  virtual ~ConfigurationProbe() = default;
  virtual ConfigurationSeen configuration() = 0;
  virtual Protection protection() = 0;
};

// `root` is "/", or a folder that a test made. Code::not_found if there is none.
Result<std::unique_ptr<ConfigurationProbe>> make_configuration_probe(check::Detectors detectors, const Clock& clock,
                                                                     const std::string& root = "/");

}  // namespace khien::probe
