#include "load.hpp"

#include "khien/api/accounts.hpp"
#include "khien/estate/sample.hpp"
#include "khien/store/audit_log.hpp"
#include "parts.hpp"

namespace khien::hub::demo {
namespace {

constexpr std::size_t kMostTextBytes = 1u << 20;

// After the units and the people.
struct Step {
  LocalText done;
  Result<void> (*make)(Ground& ground);
};

const std::vector<Step>& steps() {
  static const std::vector<Step> all = {
      {{"Vai trò của đơn vị", "roles of units"}, make_roles},
      {{"Hệ thống thông tin", "information systems"}, make_systems},
      {{"Trang web", "websites"}, make_sites},
      {{"Dải địa chỉ", "address ranges"}, make_address_ranges},
      {{"Đầu mối liên hệ", "contacts"}, make_contacts},
      {{"Thiết bị", "devices"}, make_devices},
      {{"Văn bản chỉ đạo", "directives"}, make_directives},
      {{"Nghĩa vụ đã ghi nhận và phê duyệt", "what was recorded of duties, and approved"}, make_duty_records},
      {{"Sổ đăng ký", "registers"}, make_register_records},
      {{"Phương án bảo đảm an toàn theo cấp độ", "level plans"}, make_level_plans},
      {{"Số đo", "readings"}, make_readings},
  };
  return all;
}

Result<void> note(Ground& ground) {
  TRY_VOID(store::append_audit(ground.connection, ground.scope.tenant(),
                               {.at = ground.now,
                                .who = "system",
                                .action = "sample.load",
                                .object = "unit:" + std::to_string(ground.root().id.value),
                                .detail = std::string(kProvince),
                                .address = {}}));
  return {};
}

Result<std::vector<SampleAccount>> fill(store::Connection& connection, TenantId tenant,
                                        const duty::Catalogues& law, const Env& env, const Options& options) {
  const Timestamp now = env.clock.now();
  const Date today = vietnam_day(now);
  if (today < earliest_today()) {
    return Error(Code::invalid, "the clock says " + to_string(today) + "; the sample begins on " +
                                    to_string(earliest_today()));
  }
  TRY(const auto scope, api::owner_scope(connection, tenant));
  TRY_VOID(estate::mark_as_sample(connection, scope, kProvince, now));
  Ground ground{.connection = connection,
                .scope = scope,
                .law = law,
                .texts = options.texts,
                .now = now,
                .today = today,
                .units = {},
                .people = {}};
  TRY_VOID(make_units(ground));
  if (options.tell)
    options.tell({"Cơ quan, đơn vị, kể cả trước khi sắp xếp", "units, also those before the reorganisation"});
  TRY(auto accounts, make_accounts(ground, env.random));
  for (const Step& step : steps()) {
    TRY_VOID(step.make(ground));
    if (options.tell) options.tell(step.done);
  }
  TRY_VOID(note(ground));
  if (options.with_users) return accounts;
  TRY_VOID(disable_accounts(ground, accounts));
  return std::vector<SampleAccount>();
}

}  // namespace

Result<SampleTexts> read_texts(const std::string& content_folder, Files& files) {
  SampleTexts texts;
  TRY(texts.records, files.read(content_folder + "/sample/records.yaml", kMostTextBytes));
  TRY(texts.directive, files.read(content_folder + "/sample/directive.yaml", kMostTextBytes));
  return texts;
}

Result<std::vector<SampleAccount>> load(store::Store& hub, TenantId tenant, const duty::Catalogues& law,
                                        const Env& env, const Options& options) {
  std::vector<SampleAccount> accounts;
  TRY_VOID(hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(accounts, fill(connection, tenant, law, env, options));
    return {};
  }));
  return accounts;
}

}  // namespace khien::hub::demo
