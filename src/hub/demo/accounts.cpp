
#include "khien/api/accounts.hpp"
#include "parts.hpp"

namespace khien::hub::demo {
namespace {

struct PersonRow {
  std::string_view username;
  std::string_view name;
  Role role;
  std::string_view unit;  // slug
};
constexpr PersonRow kPeople[] = {
    {"hanh.anloc", "Nguyễn Thị Hạnh", Role::unit_officer, "anloc"},
    {"dung.skhcn", "Lê Tiến Dũng", Role::unit_officer, "skhcn"},
    {"trang.bvdk", "Phạm Thu Trang", Role::unit_officer, "bvdk"},
    {"bao.soc", "Trần Quốc Bảo", Role::soc_operator, "tinh"},
    {"duc.quantri", "Lê Minh Đức", Role::province_admin, "tinh"},
    {"mai.quantri", "Hoàng Thị Mai", Role::province_admin, "tinh"},
    {"lanhdao", "Võ Hoàng Nam", Role::leader, "tinh"},
    {"thanhtra", "Đặng Thu Hà", Role::inspector, "tinh"},
};

void note(SamplePeople& people, const PersonRow& row, UserId id, UnitId unit) {
  const duty::Actor actor{id, row.role};
  switch (row.role) {
    case Role::unit_officer:
      people.officers[unit] = actor;
      break;
    case Role::soc_operator:
      people.operator_ = actor;
      break;
    case Role::leader:
      people.leader = actor;
      break;
    case Role::province_admin:
      (people.administrator.user ? people.second_administrator : people.administrator) = actor;
      break;
    case Role::inspector:
      break;
  }
}

}  // namespace

Result<std::vector<SampleAccount>> make_accounts(Ground& ground, Random& random) {
  std::vector<SampleAccount> made;
  for (const PersonRow& person : kPeople) {
    const UnitId unit = ground.unit(person.unit).id;
    const api::NewAccount account{.tenant = ground.scope.tenant(),
                                  .username = std::string(person.username),
                                  .name = std::string(person.name),
                                  .role = person.role,
                                  .scope = {unit}};
    TRY(auto done, api::create_account(ground.connection, account, {}, ground.now, random));
    note(ground.people, person, done.id, unit);
    made.push_back({account.username, std::move(done.one_time_password)});
  }
  return made;
}

Result<void> disable_accounts(Ground& ground, const std::vector<SampleAccount>& accounts) {
  for (const SampleAccount& account : accounts) {
    TRY_VOID(api::disable_account(ground.connection, account.username, true, ground.now));
  }
  return {};
}

}  // namespace khien::hub::demo
