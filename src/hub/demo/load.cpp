#include "load.hpp"

#include "advisory_desk.hpp"
#include "khien/api/accounts.hpp"
#include "khien/estate/sample.hpp"
#include "khien/store/audit_log.hpp"
#include "parts.hpp"
#include "told.hpp"

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
      {{"Phần mềm của tường lửa", "software of firewalls"}, make_appliances},
      {{"Cảnh báo", "an official warning"}, make_letter},
      {{"Máy có phần mềm bảo vệ", "machines with an agent"}, make_machines},
      {{"Văn bản chỉ đạo", "directives"}, make_directives},
      {{"Nghĩa vụ đã ghi nhận và phê duyệt", "what was recorded of duties, and approved"}, make_duty_records},
      {{"Sổ đăng ký", "registers"}, make_register_records},
      {{"Địa chỉ botnet", "botnet addresses"}, make_botnet_lists},
      {{"Phương án bảo đảm an toàn theo cấp độ", "level plans"}, make_level_plans},
      {{"Lịch trực", "duty rosters"}, make_rosters},
  };
  return all;
}

// Which machines were made up, so that the audit log alone can tell them.
std::string machines_of(const Ground& ground) {
  if (ground.machines.empty()) return {};
  return "; machines " + std::to_string(ground.machines.front().agent.machine.value) + "-" +
         std::to_string(ground.machines.back().agent.machine.value) + " are made up";
}

Result<void> note(Ground& ground) {
  TRY_VOID(store::append_audit(ground.connection, ground.scope.tenant(),
                               {.at = ground.now,
                                .who = "system",
                                .action = "sample.load",
                                .object = "unit:" + std::to_string(ground.root().id.value),
                                .detail = std::string(kProvince) + machines_of(ground),
                                .address = {}}));
  return {};
}

// What the parts know of each other, while no transaction is open.
struct Known {
  std::vector<SampleUnit> units;
  SamplePeople people;
  std::vector<SampleDevice> devices;
  std::vector<SampleMachine> machines;
};

// Lists first; then what machines say, by the road, which has transactions of its
// own; then what rests on both.
class Loader {
 public:
  Loader(store::Store& hub, flow::Flow& road, TenantId tenant, const duty::Catalogues& law, const Env& env,
         const Options& options)
      : hub_(hub),
        words_(road),
        tenant_(tenant),
        law_(law),
        env_(env),
        options_(options),
        now_(env.clock.now()) {}

  Result<std::vector<SampleAccount>> load() {
    TRY_VOID(check_clock());
    std::vector<SampleAccount> accounts;
    TRY_VOID(on_ground([&](Ground& ground) -> Result<void> {
      TRY(accounts, make_lists(ground));
      return {};
    }));
    TRY_VOID(tell_all());
    TRY_VOID(on_ground([&](Ground& ground) -> Result<void> {
      TRY_VOID(make_readings(ground));
      if (!options_.with_users) TRY_VOID(disable_accounts(ground, accounts));
      return {};
    }));
    done({"Số đo", "readings"});
    if (!options_.with_users) accounts.clear();
    return accounts;
  }

 private:
  void done(const LocalText& text) const {
    if (options_.tell) options_.tell(text);
  }

  Result<void> check_clock() const {
    const Date today = vietnam_day(now_);
    if (today >= earliest_today()) return {};
    return Error(Code::invalid, "the clock says " + to_string(today) + "; the sample begins on " +
                                    to_string(earliest_today()));
  }

  Result<void> on_ground(const std::function<Result<void>(Ground&)>& work) {
    return hub_.write([&](store::Connection& connection) -> Result<void> {
      TRY(const auto scope, api::owner_scope(connection, tenant_));
      Ground ground{.connection = connection,
                    .scope = scope,
                    .law = law_,
                    .texts = options_.texts,
                    .now = now_,
                    .today = vietnam_day(now_),
                    .units = known_.units,
                    .people = known_.people,
                    .devices = known_.devices,
                    .machines = known_.machines};
      TRY_VOID(work(ground));
      known_ = {ground.units, ground.people, ground.devices, ground.machines};
      return {};
    });
  }

  Result<std::vector<SampleAccount>> make_lists(Ground& ground) {
    TRY_VOID(estate::mark_as_sample(ground.connection, ground.scope, kProvince, now_));
    TRY_VOID(make_units(ground));
    done({"Cơ quan, đơn vị, kể cả trước khi sắp xếp", "units, also those before the reorganisation"});
    TRY(auto accounts, make_accounts(ground, env_.random));
    for (const Step& step : steps()) {
      TRY_VOID(step.make(ground));
      done(step.done);
    }
    TRY_VOID(note(ground));
    return accounts;
  }

  Result<void> tell_all() {
    const auto findings = plan_findings(known_.machines, now_);
    TRY_VOID(tell_findings(words_, known_.machines, findings));
    TRY_VOID(on_ground([&](Ground& ground) -> Result<void> {
      TRY_VOID(decide_findings(ground, findings));
      return {};
    }));
    TRY_VOID(tell_afterwards(words_, known_.machines, findings));
    const std::string count = std::to_string(findings.size());
    done({"Phát hiện: " + count + ", và đã xử lý đến đâu",
          "findings: " + count + ", and what became of them"});
    const std::string all = std::to_string(known_.machines.size());
    return tell_states(words_, known_.machines, [&](std::size_t machines) {
      const std::string told = std::to_string(machines) + "/" + all;
      done({"Máy đã báo tình trạng: " + told, "machines that told how they stand: " + told});
    });
  }

  store::Store& hub_;
  Words words_;
  TenantId tenant_;
  const duty::Catalogues& law_;
  const Env& env_;
  const Options& options_;
  Timestamp now_;
  Known known_;
};

}  // namespace

Result<SampleTexts> read_texts(const std::string& content_folder, Files& files) {
  SampleTexts texts;
  TRY(texts.records, files.read(content_folder + "/sample/records.yaml", kMostTextBytes));
  TRY(texts.directive, files.read(content_folder + "/sample/directive.yaml", kMostTextBytes));
  TRY(const auto settings, read_advisory_settings(content_folder));
  texts.following = patch::following_of(settings);
  return texts;
}

Result<std::vector<SampleAccount>> load(store::Store& hub, flow::Flow& road, TenantId tenant,
                                        const duty::Catalogues& law, const Env& env, const Options& options) {
  return Loader(hub, road, tenant, law, env, options).load();
}

}  // namespace khien::hub::demo
