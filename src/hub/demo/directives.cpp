#include "khien/duty/directives.hpp"

#include "parts.hpp"

namespace khien::hub::demo {
namespace {

// The same text under another key and number: what is not in force yet.
std::string another(std::string text, std::string_view number) {
  const auto change = [&](std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
  };
  change("2208", number);
  change("LG-", "LG" + std::string(number) + "-");
  change("retargets:\n  - {", "# retargets:\n#  - {");
  return text;
}

}  // namespace

Result<void> make_directives(Ground& ground) {
  TRY_VOID(duty::adopt_shipped(ground.connection, ground.law, ground.scope.tenant(), ground.now));
  const auto& people = ground.people;
  const auto enter = [&](std::string_view text, bool submit, Timestamp at) {
    return duty::enter_directive(ground.connection, ground.scope, ground.law, text, submit,
                                 people.administrator, at);
  };
  TRY(const auto in_force, enter(ground.texts.directive, true, ground.moment(day(2025, 6, 27))));
  TRY_VOID(duty::decide_directive(ground.connection, ground.scope, ground.law, in_force,
                                  sha256(ground.texts.directive), {.approve = true, .note = {}}, people.second_administrator,
                                  ground.moment(day(2025, 6, 28))));
  TRY_VOID(enter(another(ground.texts.directive, "3117"), true, ground.moment(ground.today - 3)));
  TRY_VOID(enter(another(ground.texts.directive, "3204"), false, ground.moment(ground.today - 1)));
  return {};
}

}  // namespace khien::hub::demo
