#include <array>
#include <span>

#include "khien/botnet/cases.hpp"
#include "khien/botnet/lists.hpp"
#include "parts.hpp"

namespace khien::hub::demo {
namespace {

constexpr int kLookupDays = 7;
constexpr std::string_view kSource = "Trung tâm An ninh mạng quốc gia (mẫu)";

struct Row {
  std::string_view address;
  std::string_view malware;
  std::array<bool, 3> listed;  // by the list of three weeks, two weeks, one week ago
};
// Of ranges of addresses.cpp; one is nobody's.
constexpr Row kRows[] = {
    {"203.0.113.10", "Mirai", {true, true, true}},      {"203.0.113.165", "Conficker", {true, true, false}},
    {"192.0.2.3", "Sality", {true, true, true}},        {"192.0.2.10", "Necurs", {true, false, false}},
    {"203.0.113.74", "Andromeda", {true, false, false}}, {"192.0.2.26", "Mozi", {false, false, true}},
    {"198.51.100.250", "Mirai", {false, true, true}},
};
constexpr std::array<int, 3> kDaysAgo{20, 13, 6};

Table list(std::size_t number, Date day) {
  Table table;
  auto& sheet = table.sheets.emplace_back();
  sheet.rows.push_back({1, {"Địa chỉ IP", "Thời gian", "Loại mã độc", "Máy chủ điều khiển"}});
  for (const Row& row : kRows) {
    if (!row.listed.at(number)) continue;
    sheet.rows.push_back({static_cast<std::int64_t>(sheet.rows.size()) + 1,
                          {std::string(row.address), to_string(day - 1) + " 21:40", std::string(row.malware), "198.51.100.200:443"}});
  }
  return table;
}

Result<void> bring(Ground& ground, std::size_t number) {
  const Date day = ground.today - kDaysAgo.at(number);
  const auto at = ground.moment(day, 10 * 60);
  const auto by = ground.people.operator_.user;
  const botnet::NewList about{.source = std::string(kSource), .listed_on = day, .complete = true, .file_name = "IP botnet (mẫu).xlsx", .by = by};
  TRY(const auto previewed, botnet::preview_list(ground.connection, ground.scope, about, botnet::read_list(list(number, day), day), at));
  TRY_VOID(botnet::confirm_list(ground.connection, ground.scope, previewed.id, by, kLookupDays, at));
  return {};
}

// The units were told of the first list, and one began.
Result<void> tell_units(Ground& ground) {
  const auto at = ground.moment(ground.today - kDaysAgo[0], 14 * 60);
  TRY(const auto cases, botnet::list_cases(ground.connection, ground.scope, {.words = {}, .cursor = {}}));
  const botnet::Playbook none;
  for (const auto& one : cases.items) {
    TRY_VOID(botnet::decide(ground.connection, ground.scope, none, one.id, ground.people.operator_.user,
                            {.event = botnet::Event::sent, .step = {}, .note = "Công văn gửi đơn vị (dữ liệu mẫu)", .unit = {}, .machine = {}}, at));
    if (one.address != kRows[0].address) continue;
    TRY_VOID(botnet::decide(ground.connection, ground.scope, none, one.id, ground.people.recorder_of(one.unit).user,
                            {.event = botnet::Event::cleaning, .step = {}, .note = {}, .unit = {}, .machine = {}}, at + hours(1)));
  }
  return {};
}

}  // namespace

Result<void> make_botnet_lists(Ground& ground) {
  TRY_VOID(bring(ground, 0));
  TRY_VOID(tell_units(ground));
  TRY_VOID(bring(ground, 1));
  return bring(ground, 2);
}

}  // namespace khien::hub::demo
