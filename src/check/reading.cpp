#include "reading.hpp"

#include <algorithm>
#include <utility>

namespace khien::check {
namespace {

constexpr std::size_t kMaxTextBytes = 2'000;

}  // namespace

Error Reading::wrong(const Yaml& at, std::string_view what) const {
  return Error(Code::invalid, file_ + ":" + std::to_string(at.line) + ": " + std::string(what));
}

Result<void> Reading::only(const Yaml& map, std::span<const std::string_view> names) const {
  if (map.kind != Yaml::Kind::map) return wrong(map, "must be a map");
  for (const Yaml::Field& field : map.fields) {
    if (std::ranges::find(names, field.name) == names.end()) {
      return wrong(field.value, "unknown field '" + field.name + "'");
    }
  }
  return {};
}

Result<const Yaml*> Reading::member(const Yaml& map, std::string_view name) const {
  if (map.kind != Yaml::Kind::map) return wrong(map, "must be a map");
  const Yaml* found = map.find(name);
  if (found == nullptr) return wrong(map, "field '" + std::string(name) + "' is missing");
  return found;
}

Result<std::string> Reading::text(const Yaml& value) const {
  if (!value.is_scalar() || value.text.empty()) return wrong(value, "must be a text");
  if (value.text.size() > kMaxTextBytes) return wrong(value, "is too long");
  return value.text;
}

Result<std::string> Reading::text_at(const Yaml& map, std::string_view name) const {
  TRY(const Yaml* value, member(map, name));
  return text(*value);
}

Result<std::string> Reading::id_at(const Yaml& map, std::string_view name) const {
  TRY(const Yaml* value, member(map, name));
  TRY(auto id, text(*value));
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789-";
  if (id.size() > 60 || id.find_first_not_of(kLetters) != id.npos) {
    return wrong(*value, "must be small letters, digits and hyphens");
  }
  return id;
}

Result<LocalText> Reading::words(const Yaml& value) const {
  constexpr std::string_view kLanguages[] = {"vi", "en"};
  TRY_VOID(only(value, kLanguages));
  LocalText words;
  TRY(words.vi, text_at(value, "vi"));
  TRY(words.en, text_at(value, "en"));
  return words;
}

Result<LocalText> Reading::words_at(const Yaml& map, std::string_view name) const {
  TRY(const Yaml* value, member(map, name));
  return words(*value);
}

Result<const std::vector<Yaml>*> Reading::list_at(const Yaml& map, std::string_view name) const {
  TRY(const Yaml* value, member(map, name));
  if (value->kind != Yaml::Kind::list || value->items.empty()) return wrong(*value, "must be a list with something in it");
  return &value->items;
}

Result<std::vector<std::string>> Reading::texts(const Yaml& list) const {
  if (list.kind != Yaml::Kind::list || list.items.empty()) return wrong(list, "must be a list with something in it");
  std::vector<std::string> all;
  for (const Yaml& item : list.items) {
    TRY(auto one, text(item));
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace khien::check
