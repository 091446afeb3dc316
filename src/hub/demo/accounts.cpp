#include "parts.hpp"

#include "khien/api/accounts.hpp"

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
    {"lanhdao", "Võ Hoàng Nam", Role::leader, "tinh"},
    {"thanhtra", "Đặng Thu Hà", Role::inspector, "tinh"},
};

}  // namespace

Result<std::vector<SampleAccount>> make_accounts(Ground& ground, Random& random) {
  std::vector<SampleAccount> made;
  for (const PersonRow& person : kPeople) {
    const api::NewAccount account{.tenant = ground.scope.tenant(),
                                  .username = std::string(person.username),
                                  .name = std::string(person.name),
                                  .role = person.role,
                                  .scope = {ground.unit(person.unit).id}};
    TRY(auto done, api::create_account(ground.connection, account, {}, ground.now, random));
    made.push_back({account.username, std::move(done.one_time_password)});
  }
  return made;
}

}  // namespace khien::hub::demo
