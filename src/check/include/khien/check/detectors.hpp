#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/result.hpp"

namespace khien::check {

// One look at a machine. Four verbs and no fifth: a detector reads names and small
// files, and starts nothing.
struct Look {
  enum class Verb : unsigned char {
    unit,     // systemd starts the unit `what` by itself
    process,  // a process called `what` runs (15 characters at most, as the kernel has it)
    path,     // the path `what` exists
    text      // the file `what` has `text` on a line that is no comment
  };
  Verb verb = Verb::path;
  std::string what;
  std::string text;
};

// How to recognise protection of another maker.
struct ProductDetector {
  std::string id;                    // "mdatp"
  std::string name;
  std::vector<Look> present;         // any of them: it is installed
  std::vector<Look> on;              // all of them: it protects …
  std::vector<Look> off;             // … unless one of these: it looks on only
  std::vector<std::string> content;  // files and folders; the newest change is the last update
};

// How to recognise a firewall that is on: all of `on`.
struct FirewallDetector {
  std::string id;
  std::vector<Look> on;
};

struct Detectors {
  std::vector<ProductDetector> products;
  std::vector<FirewallDetector> firewalls;  // any of them
};

// Code::invalid names file, line and field.
Result<Detectors> load_detectors(std::string_view path, std::string_view text, Budget& budget);

}  // namespace khien::check
