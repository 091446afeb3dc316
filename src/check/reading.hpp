#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/core/yaml.hpp"
#include "khien/model/local_text.hpp"

namespace khien::check {

// Reads values of a content file. Each error is "FILE:LINE: what".
class Reading {
 public:
  explicit Reading(std::string_view file) : file_(file) {}

  Error wrong(const Yaml& at, std::string_view what) const;
  // A map with no field but these, each once (the parser sees to that).
  Result<void> only(const Yaml& map, std::span<const std::string_view> names) const;
  // The member, which must be there.
  Result<const Yaml*> member(const Yaml& map, std::string_view name) const;

  // Any scalar as it was written; not empty.
  Result<std::string> text(const Yaml& value) const;
  Result<std::string> text_at(const Yaml& map, std::string_view name) const;
  // Small letters, digits and hyphens.
  Result<std::string> id_at(const Yaml& map, std::string_view name) const;
  Result<LocalText> words(const Yaml& value) const;
  Result<LocalText> words_at(const Yaml& map, std::string_view name) const;
  Result<const std::vector<Yaml>*> list_at(const Yaml& map, std::string_view name) const;
  Result<std::vector<std::string>> texts(const Yaml& list) const;

 private:
  std::string file_;
};

}  // namespace khien::check
