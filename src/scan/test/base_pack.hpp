#pragma once

#include <memory>
#include <string>

#include "khien/core/file.hpp"
#include "khien/scan/rules.hpp"

namespace khien::scan {

inline const std::string kBaseFolder = std::string(KHIEN_SOURCE_DIR) + "/content/scan/khien-base/";

inline std::string base_file(const std::string& name) {
  return system_files().read(kBaseFolder + name, 4u << 20).value();
}

inline std::shared_ptr<const RulePack> base_pack() {
  Budget budget({});
  return std::make_shared<const RulePack>(
      parse_pack(base_file("pack.json"), base_file("khien-base.yar"), base_file("iocs.txt"), budget).value());
}

// The EICAR test file, never whole in a source file: scanners of those who
// clone the project would take it away.
inline std::string eicar() {
  std::string text = "*H+H$!ELIF-TSET-SURIVITNA-DRADNATS-RACIE$}7)CC7)^P(45XZP";
  text += "\\4[PA@%P!O5X";
  return {text.rbegin(), text.rend()};
}

}  // namespace khien::scan
