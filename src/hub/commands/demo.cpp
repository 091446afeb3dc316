#include "advisory_desk.hpp"
#include "command.hpp"
#include "demo/load.hpp"
#include "khien/api/accounts.hpp"
#include "khien/estate/sample.hpp"
#include "khien/flow/judges/check_judge.hpp"
#include "khien/flow/judges/scan_judge.hpp"
#include "khien/hub/check_content.hpp"
#include "khien/hub/installation.hpp"
#include "khien/hub/law_content.hpp"
#include "khien/probe/content.hpp"

namespace khien::hub {
namespace {

struct Found {
  bool sample = false;
  std::size_t accounts = 0;
  std::int64_t machines = 0;  // real ones
};

Result<Found> look(Office& office) {
  Found found;
  TRY_VOID(office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(found.sample, estate::is_sample(connection, office.tenant));
    TRY(const auto accounts, api::list_accounts(connection, office.tenant));
    found.accounts = accounts.size();
    TRY(found.machines, estate::count_real_machines(connection, office.tenant));
    return {};
  }));
  return found;
}

// The hub's road; where no hub runs, one for as long as this takes.
Result<std::unique_ptr<flow::Flow>> own_road(Office& office) {
  TRY(const auto content, find_content());
  TRY(const auto packs, probe::read_packs(content + "/scan"));
  TRY(auto checks, read_checks(content));
  std::vector<std::shared_ptr<const flow::Judge>> judges{flow::make_scan_judge(packs),
                                                         flow::make_check_judge(std::move(checks))};
  return std::make_unique<flow::Flow>(office.ledger, office.hub, std::move(judges), office.env.clock,
                                      flow::Flow::Options{});
}

// And what binds, where no hub runs.
Result<demo::SampleTexts> sample_texts(Office& office) {
  if (!office.law) {
    TRY(office.law, installed_catalogues());
  }
  TRY(const auto folder, find_content());
  return demo::read_texts(folder, office.env.files);
}

bool is_in_use(const Found& found) { return found.accounts > 1 || found.machines > 0; }

// The words that were typed, and --yes.
std::string same_with_yes(const Arguments& arguments) {
  std::string words = "khien demo load";
  for (const char* option : {"config", "folder"}) {
    if (arguments.has(option)) words += " --" + std::string(option) + " " + arguments.value_or(option, "");
  }
  if (arguments.has("with-users")) words += " --with-users";
  return words + " --yes";
}

int ask_first(const Found& found, const Arguments& arguments, Console& console) {
  const std::string people = std::to_string(found.accounts);
  const std::string machines = std::to_string(found.machines);
  const std::string again = same_with_yes(arguments);
  console.warn(
      {"Trung tâm này đã có " + people + " người dùng và " + machines +
           " máy thật. Nạp dữ liệu mẫu thì trung tâm này thành trung tâm mẫu mãi mãi: mọi trang đều ghi «Dữ liệu mẫu». "
           "Máy thật vẫn còn và vẫn là máy thật.\nNếu chỉ để xem thử và đúng ý, gõ:\n  " +
           again +
           "\nNếu trung tâm này để dùng thật: đừng nạp. Lập trung tâm khác để thử:\n"
           "  khien serve --folder /tmp/lam-giang",
       "This hub has " + people + " people and " + machines +
           " real machines. With sample data it is a sample hub for good: every page says «Sample data». Real "
           "machines stay, and stay real.\nIf this hub is only to look at, type:\n  " +
           again +
           "\nIf it is for real use, do not load the sample. Make another hub to try:\n"
           "  khien serve --folder /tmp/lam-giang"});
  return 1;
}

void show(Console& console, const std::vector<demo::SampleAccount>& accounts) {
  if (accounts.empty()) return;
  console.say({"Mật khẩu dùng một lần, chỉ hiện đúng lần này:", "One-time passwords, shown this once:"});
  for (const auto& account : accounts) {
    console.out("  " + account.username + "\t" + std::string(account.one_time_password.reveal()) + "\n");
  }
}

int load(Office& office, const Arguments& arguments, Console& console) {
  const auto found = look(office);
  if (!found) return console.fail(found.error());
  if (found->sample) {
    return console.fail(
        LocalText{"Trung tâm này đã có dữ liệu mẫu.", "This hub has the sample data already."});
  }
  if (is_in_use(*found) && !arguments.has("yes")) return ask_first(*found, arguments, console);
  console.say({"Nạp tỉnh mẫu «Tỉnh Lam Giang»…", "Loading the sample province «Tỉnh Lam Giang»…"});
  auto texts = sample_texts(office);
  if (!texts) return console.fail(texts.error());
  demo::Options options{
      .texts = std::move(*texts),
      .with_users = arguments.has("with-users"),
      .tell = [&console](const LocalText& done) { console.say({"  ✓ " + done.vi, "  ✓ " + done.en}); }};
  std::unique_ptr<flow::Flow> own;
  if (office.flow == nullptr) {
    auto road = own_road(office);
    if (!road) return console.fail(road.error());
    own = std::move(*road);
  }
  const auto accounts =
      demo::load(office.hub, own ? *own : *office.flow, office.tenant, *office.law, office.env, options);
  if (!accounts && accounts.error().code() == Code::conflict) {
    return console.fail(LocalText{
        "Trung tâm này đã có đơn vị, thiết bị trong danh sách hoặc người dùng trùng tên; dữ liệu mẫu chỉ nạp "
        "vào "
        "trung tâm mới. Không có gì thay đổi. Lập trung tâm khác để thử: khien serve --folder /tmp/lam-giang",
        "This hub has units, listed devices or people of the same name already; sample data is for a new hub "
        "only. "
        "Nothing was changed. Make another hub to try: khien serve --folder /tmp/lam-giang"});
  }
  if (!accounts) return console.fail(accounts.error());
  // Where no hub runs, it does both at its start.
  if (office.on_inventory) office.on_inventory();
  if (office.advisories != nullptr) office.advisories->take_letters();
  show(console, *accounts);
  console.say({"Xong. Mọi trang đều ghi «Dữ liệu mẫu»; để dùng thật, hãy lập một trung tâm mới.",
               "Done. Every page says «Sample data»; for real use set up a new hub."});
  return 0;
}

int run(Office& office, const Arguments& arguments, Console& console) {
  if (arguments.positional() != std::vector<std::string>{"load"}) {
    return console.misuse({"cần load", "load is needed"});
  }
  return load(office, arguments, console);
}

}  // namespace

Command demo_command() {
  return {
      .name = "demo",
      .synopsis = "demo load [--with-users] [--yes]",
      .summary = {"nạp một tỉnh mẫu để xem và dùng thử", "load a sample province to look at and try"},
      .details =
          {"Chỉ nạp vào trung tâm mới, chưa có đơn vị hay danh sách thiết bị nào: 100 đơn vị, 9.500 thiết\n"
           "bị và phần mềm bảo vệ trên phần lớn số đó, các phát hiện và cách xử lý, 94 trang web, 168 hệ\n"
           "thống thông tin của một tỉnh không có thật. Mọi trang đều ghi «Dữ liệu mẫu», không có đường\n"
           "quay lại. Trung tâm đang chạy hay không đều được. Thêm người dùng để thử phê duyệt hai người:\n"
           "  khien demo load --with-users",
           "Into a new hub only, without units and lists of devices: 100 units, 9,500 devices with agents\n"
           "on most of them, findings and what became of them, 94 websites, 168 information systems of a\n"
           "province that does not exist. Every page says «Sample data», and there is no way back. A hub\n"
           "may run or not. With people, to try approval by a second person:\n"
           "  khien demo load --with-users"},
      .options = with_folder(
          {{"with-users",
            "",
            {"tạo người dùng mẫu, in mật khẩu dùng một lần", "make sample people, print their passwords"}},
           {"yes",
            "",
            {"nạp cả khi trung tâm đã có người dùng hoặc máy thật",
             "load even if the hub has people or real machines"}}}),
      .office = run};
}

}  // namespace khien::hub
