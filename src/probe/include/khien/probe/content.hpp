#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"
#include "khien/scan/rules.hpp"

namespace khien::probe {

// A file as it lies on disk, in memory for reading; shares its pages with all who
// map it. Whoever changes it must replace it by rename: a file that shrinks ends
// the process that reads it.
class MappedFile {
 public:
  // Code::not_found; exhausted if larger than `max_bytes`.
  static Result<std::shared_ptr<const MappedFile>> open(const std::string& path, std::uint64_t max_bytes);
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  ByteView bytes() const { return bytes_; }

 private:
  explicit MappedFile(ByteView bytes) : bytes_(bytes) {}
  ByteView bytes_;
};

// A rule pack's files as they lie on disk, not yet believed.
struct PackFiles {
  std::string folder;  // name within the content folder, for error messages
  std::string pack_json;
  std::string yara_source;  // all *.yar in the order of their names
  std::string iocs;         // iocs.txt; empty where there is none
  struct List {
    std::string name;
    std::string text;
  };
  std::vector<List> hash_lists = {};                   // all *.hdb and *.hsb
  ByteView hash_table = {};                            // hashes.table; empty where there is none
  std::shared_ptr<const MappedFile> hash_table_in = {};  // the file that holds those bytes
};

// The file in a pack's folder that `khien content build` makes.
inline constexpr const char* kHashTableFile = "hashes.table";

// The packs of a bundle (bundle.hpp), which is hostile: call it behind shut doors.
// Code::invalid, exhausted.
Result<std::vector<PackFiles>> read_pack_files(const std::shared_ptr<const MappedFile>& bundle);

// Every folder in `content_folder` that holds a pack.json, in the order of names.
// Code::not_found if the folder does not exist, exhausted over 256 MiB of text in all.
Result<std::vector<PackFiles>> read_pack_files(const std::string& content_folder);

// Code::invalid names the pack's folder.
Result<std::vector<std::shared_ptr<const scan::RulePack>>> parse_packs(const std::vector<PackFiles>& files);

// Both at once, for those who believe the content: the hub and the command line.
// Of a folder, or of a bundle where the path is a file's.
Result<std::vector<std::shared_ptr<const scan::RulePack>>> read_packs(const std::string& content);

}  // namespace khien::probe
