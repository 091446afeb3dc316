#include "command.hpp"
#include "demo/load.hpp"
#include "khien/api/accounts.hpp"
#include "khien/estate/sample.hpp"
#include "khien/hub/installation.hpp"
#include "khien/hub/law_content.hpp"

namespace khien::hub {
namespace {

struct Found {
  bool sample = false;
  std::size_t accounts = 0;
};

Result<Found> look(Office& office) {
  Found found;
  TRY_VOID(office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(found.sample, estate::is_sample(connection, office.tenant));
    TRY(const auto accounts, api::list_accounts(connection, office.tenant));
    found.accounts = accounts.size();
    return {};
  }));
  return found;
}

// And what binds, where no hub runs.
Result<demo::SampleTexts> sample_texts(Office& office) {
  if (!office.law) {
    TRY(office.law, installed_catalogues());
  }
  TRY(const auto folder, find_content());
  return demo::read_texts(folder, office.env.files);
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
  if (found->accounts > 1 && !arguments.has("yes")) {
    return console.misuse(
        {"trung tâm đã có người dùng; họ sẽ thấy dữ liệu mẫu, và không có đường quay lại. "
         "Nếu đúng ý, thêm --yes",
         "the hub has people already; they would see sample data, and there is no way back. "
         "If that is meant, add --yes"});
  }
  console.say({"Nạp tỉnh mẫu «Tỉnh Lam Giang»…", "Loading the sample province «Tỉnh Lam Giang»…"});
  auto texts = sample_texts(office);
  if (!texts) return console.fail(texts.error());
  demo::Options options{
      .texts = std::move(*texts),
      .with_users = arguments.has("with-users"),
      .tell = [&console](const LocalText& done) { console.say({"  ✓ " + done.vi, "  ✓ " + done.en}); }};
  const auto accounts = demo::load(office.hub, office.tenant, *office.law, office.env, options);
  if (!accounts && accounts.error().code() == Code::conflict) {
    return console.fail(LocalText{
        "Trung tâm này đã có đơn vị, máy tính hoặc người dùng trùng tên; dữ liệu mẫu chỉ nạp vào trung tâm "
        "mới. "
        "Không có gì thay đổi. (" +
            accounts.error().what() + ")",
        "This hub has units, machines or people of the same name already; sample data is for a new hub only. "
        "Nothing was changed. (" +
            accounts.error().what() + ")"});
  }
  if (!accounts) return console.fail(accounts.error());
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
          {"Chỉ nạp vào trung tâm mới, chưa có đơn vị hay máy tính nào: 100 đơn vị, 9.500 thiết bị, 94 "
           "trang\n"
           "web, 168 hệ thống thông tin của một tỉnh không có thật. Mọi trang đều ghi «Dữ liệu mẫu».\n"
           "Thêm người dùng để thử phê duyệt hai người:\n"
           "  khien demo load --with-users",
           "Into a new hub only, without units and machines: 100 units, 9,500 devices, 94 websites, 168\n"
           "information systems of a province that does not exist. Every page says «Sample data».\n"
           "With people, to try approval by a second person:\n"
           "  khien demo load --with-users"},
      .options = with_folder(
          {{"with-users",
            "",
            {"tạo người dùng mẫu, in mật khẩu dùng một lần", "make sample people, print their passwords"}},
           {"yes",
            "",
            {"nạp cả khi trung tâm đã có người dùng", "load even if the hub has people already"}}}),
      .office = run};
}

}  // namespace khien::hub
