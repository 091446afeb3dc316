#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "khien/watch/page.hpp"

namespace khien::watch {

// What an element means to the text in it.
enum class Kind : unsigned char { inlined, block, heading, skipped, line_break };

struct Tag {
  std::string_view name;
  Kind kind = Kind::inlined;
  Region region = Region::body;
  bool is_void = false;  // by libxml2's table: it has no end
};

Tag tag_of(std::string_view name);

// Where an element stands by the names people give their classes: "comment", "footer"; body
// where they say nothing.
Region region_of_names(std::string_view names);

// The same answers for one parser, each worked out once. libxml2 hands out one pointer a name,
// and the classes of a template come again on every page of it.
class Tags {
 public:
  // `name` lives as long as this does, and is the same pointer for the same name.
  const Tag& of(const char* name);
  Region region(std::string_view names);

 private:
  struct Slot {
    const char* name = nullptr;
    Tag tag;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::array<Slot, 256> slots_{};
  std::unordered_map<std::string, Region, Hash, std::equal_to<>> regions_;
};

}  // namespace khien::watch
