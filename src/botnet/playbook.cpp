#include "khien/botnet/playbook.hpp"

#include <algorithm>

#include "khien/core/yaml.hpp"

namespace khien::botnet {
namespace {

constexpr std::size_t kMostSteps = 20;
constexpr std::size_t kMostId = 40;

Error wrong(const Yaml& at, std::string_view why) { return Error(Code::invalid, "line " + std::to_string(at.line) + ": " + std::string(why)); }

Result<const Yaml*> member(const Yaml& map, std::string_view name, Yaml::Kind kind) {
  const Yaml* found = map.find(name);
  if (found == nullptr) return wrong(map, std::string(name) + " is missing");
  if (found->kind != kind) return wrong(*found, std::string(name) + " must be a " + std::string(to_string(kind)));
  return found;
}

Result<LocalText> both_languages(const Yaml& map, std::string_view name) {
  TRY(const Yaml* words, member(map, name, Yaml::Kind::map));
  TRY(const Yaml* vi, member(*words, "vi", Yaml::Kind::text));
  TRY(const Yaml* en, member(*words, "en", Yaml::Kind::text));
  return LocalText{vi->text, en->text};
}

Result<std::int64_t> whole_number(const Yaml& map, std::string_view name, std::int64_t most) {
  TRY(const Yaml* value, member(map, name, Yaml::Kind::integer));
  if (value->integer < 1 || value->integer > most) return wrong(*value, std::string(name) + " must be from 1 to " + std::to_string(most));
  return value->integer;
}

bool is_id(std::string_view text) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !text.empty() && text.size() <= kMostId && std::ranges::all_of(text, fits);
}

Result<Playbook::Step> read_step(const Yaml& item) {
  Playbook::Step step;
  TRY(const Yaml* id, member(item, "id", Yaml::Kind::text));
  if (!is_id(id->text)) return wrong(*id, "an id is 1 to 40 of a-z, 0-9 and _");
  step.id = id->text;
  TRY(const Yaml* required, member(item, "required", Yaml::Kind::boolean));
  step.required = required->boolean;
  TRY(step.title, both_languages(item, "title"));
  TRY(step.how, both_languages(item, "how"));
  return step;
}

}  // namespace

const Playbook::Step* Playbook::step(std::string_view id) const {
  const auto found = std::ranges::find(steps, id, &Step::id);
  return found == steps.end() ? nullptr : &*found;
}

Result<Playbook> read_playbook(std::string_view yaml, Budget& budget) {
  TRY(const Yaml file, parse_yaml(yaml, budget));
  Playbook playbook;
  TRY(playbook.label, both_languages(file, "label"));
  TRY(const auto lookup_days, whole_number(file, "lookup_days", 365));
  TRY(const auto window, whole_number(file, "log_window_minutes", 24 * 60));
  playbook.lookup_days = static_cast<int>(lookup_days);
  playbook.log_window = minutes(window);
  if (const Yaml* name = file.find("lookup_register")) {
    if (name->kind != Yaml::Kind::text || !is_id(name->text)) return wrong(*name, "lookup_register is 1 to 40 of a-z, 0-9 and _");
    playbook.lookup_register = name->text;
  }
  TRY(const Yaml* steps, member(file, "steps", Yaml::Kind::list));
  if (steps->items.size() > kMostSteps) return wrong(*steps, "at most 20 steps");
  for (const Yaml& item : steps->items) {
    TRY(auto step, read_step(item));
    if (playbook.step(step.id) != nullptr) return wrong(item, "this step stands twice");
    playbook.steps.push_back(std::move(step));
  }
  return playbook;
}

}  // namespace khien::botnet
