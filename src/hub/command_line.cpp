#include "khien/hub/command_line.hpp"

#include "command.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/units.hpp"
#include "khien/hub/control.hpp"
#include "khien/hub/data_folder.hpp"

namespace khien::hub {
namespace {

constexpr std::string_view kDefaultConfig = "/etc/khien/khien.toml";
constexpr std::size_t kMaxConfigBytes = 1u << 20;

int no_command(const std::string& word, Console& console) {
  const std::string shown = printable(word);
  return console.misuse({"không có lệnh '" + shown + "'", "there is no command '" + shown + "'"});
}

// Where there is none, how to name the one that was meant.
int no_hub(const Config& config, Console& console) {
  const std::string folder = printable(config.folder);
  const std::string option = config.folder == default_config().folder ? "" : " --folder " + folder;
  return console.fail(
      LocalText{"Không có trung tâm nào trong " + folder +
                    ".\nNếu trung tâm ở nơi khác, thêm --folder THƯ-MỤC hoặc --config TỆP. ./run giữ tệp cấu hình ở "
                    "/var/lib/khien/khien.toml (root) hoặc ~/.local/state/khien/khien.toml.\n"
                    "Lập trung tâm mới: khien serve" +
                    option,
                "There is no hub in " + folder +
                    ".\nIf it is elsewhere, add --folder PATH or --config FILE. ./run keeps its configuration in "
                    "/var/lib/khien/khien.toml (root) or ~/.local/state/khien/khien.toml.\n"
                    "To make a hub: khien serve" +
                    option});
}

// No hub runs: this process is the owner of the databases for as long as the
// command takes.
Result<int> run_as_owner(const Config& config, const std::vector<std::string>& words, Console& console) {
  const Env env = system_env();
  if (!env.files.exists(config.folder + "/khien.db")) return no_hub(config, console);
  TRY(const auto folder, DataFolder::open(config.folder, env));
  TRY(const auto authority, folder.authority(config.province));
  TRY(auto audit, folder.audit_key());
  TRY(const auto hub, store::Store::open({.path = folder.hub_database(), .migrations = store::hub_migrations()}));
  TRY(const auto ledger, store::Ledger::open({.path = folder.ledger_database()}));
  std::vector<TenantId> tenants;
  TRY_VOID(hub->read([&](store::Connection& connection) -> Result<void> {
    TRY(tenants, estate::all_tenants(connection));
    return {};
  }));
  if (tenants.empty()) return Error(Code::not_found, "the hub was never set up (khien serve does it)");
  Office office{.hub = *hub,
                .ledger = *ledger,
                .env = env,
                .config = config,
                .tenant = tenants.front(),
                .ca_sha256 = authority.sha256(),
                .audit_public_key = std::move(audit.public_key),
                .agents_port = config.agents_port};
  return run_office_command(office, words, console);
}

int run_where_the_databases_are(const Arguments& arguments, const std::vector<std::string>& words, Console& console) {
  const auto config = config_of(arguments);
  if (!config) return console.fail(config.error());
  auto code = run_by_control(DataFolder::control_socket_of(config->folder), words, console);
  if (!code && code.error().code() == Code::not_found) code = run_as_owner(*config, words, console);
  if (!code) return console.fail(code.error());
  return *code;
}

bool asks_for_help(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word == "--") return false;
    if (word == "--help" || word == "-h") return true;
  }
  return false;
}

}  // namespace

int ask_the_office(const Arguments& arguments, const std::vector<std::string>& words, Console& console) {
  return run_where_the_databases_are(arguments, words, console);
}

std::vector<OptionSpec> with_folder(std::vector<OptionSpec> options) {
  options.push_back({"config", "FILE", {"tệp khien.toml", "the khien.toml to use"}});
  options.push_back({"folder", "PATH", {"thư mục dữ liệu của trung tâm", "the hub's data folder"}});
  return options;
}

Result<Config> config_of(const Arguments& arguments) {
  Files& files = system_files();
  Config config = default_config();
  const std::string file = arguments.value_or("config", kDefaultConfig);
  if (arguments.has("config") || files.exists(file)) {
    TRY(const auto text, files.read(file, kMaxConfigBytes));
    TRY(config, config_from_toml(text, file));
  }
  config.folder = arguments.value_or("folder", config.folder);
  return config;
}

int run_command_line(const std::vector<std::string>& words, Console& console) {
  if (words.empty() || words[0] == "help" || words[0] == "--help" || words[0] == "-h") {
    const Command* about = words.size() > 1 ? find_command(words[1]) : nullptr;
    if (words.size() > 1 && about == nullptr) return no_command(words[1], console);
    console.out(help_text(about, console.language()));
    return words.empty() ? 2 : 0;
  }
  if (words[0] == "version" || words[0] == "--version") {
    console.out("khien " KHIEN_VERSION "\n");
    return 0;
  }
  const Command* command = find_command(words[0]);
  if (command == nullptr) return no_command(words[0], console);
  console.set_command(command->name);
  if (asks_for_help(words)) {
    console.out(help_text(command, console.language()));
    return 0;
  }
  const auto arguments = Arguments::parse({words.begin() + 1, words.end()}, command->options);
  if (!arguments) return misunderstood(arguments.error(), console);
  const bool goes_there = command->at_the_office != nullptr && command->at_the_office(*arguments);
  if (command->here != nullptr && !goes_there) return command->here(*arguments, console);
  std::vector<std::string> prepared = words;
  if (command->prepare != nullptr) {
    if (auto done = command->prepare(*arguments, prepared); !done) return console.unreadable(done.error());
  }
  return run_where_the_databases_are(*arguments, prepared, console);
}

}  // namespace khien::hub
