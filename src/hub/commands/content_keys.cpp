#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "commands/content.hpp"
#include "khien/core/env.hpp"
#include "khien/core/secret.hpp"
#include "khien/core/signature.hpp"
#include "khien/core/text.hpp"
#include "khien/hub/installation.hpp"
#include "khien/model/content.hpp"
#include "khien/model/trust.hpp"
#include "khien/probe/bundle.hpp"
#include "khien/probe/content.hpp"
#include "khien/probe/trial.hpp"

namespace khien::hub {
namespace {

constexpr std::string_view kSecretHead = "khien secret key 1\n";
constexpr std::size_t kMaxKeyBytes = 1'024;
constexpr std::size_t kMaxSignedBytes = probe::kMaxBundleBytes + kMaxEnvelopeBytes;
constexpr std::int64_t kUsualDays = 90;
constexpr int kFailed = 2;

int failed(const Error& error, Console& console) {
  console.fail(error);
  return kFailed;
}

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  return text;
}

Result<std::int64_t> number_in(const Arguments& arguments, std::string_view name, std::int64_t fallback, std::int64_t most) {
  const auto text = arguments.value(name);
  if (!text) return fallback;
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (problem != std::errc{} || end != text->data() + text->size() || number < 1 || number > most) {
    return Error(Code::invalid, "--" + std::string(name) + " is a number from 1 to " + std::to_string(most));
  }
  return number;
}

Result<Secret> read_secret(const std::string& path) {
  TRY(const auto text, system_files().read(path, kMaxKeyBytes));
  if (!text.starts_with(kSecretHead)) return Error(Code::invalid, path + ": not a secret key of khien content keygen");
  TRY(const auto seed, from_base64url(trimmed(text.substr(kSecretHead.size()))));
  return Secret(std::string(as_text(seed)));
}

Result<Bytes> read_public(const std::string& path) {
  TRY(const auto text, system_files().read(path, kMaxKeyBytes));
  TRY(auto key, from_hex(trimmed(text)));
  if (key.size() != 32) return Error(Code::invalid, path + ": a public key has 64 hexadecimal digits");
  return key;
}

// "content=2:a.pub,b.pub,c.pub"
Result<void> add_role(std::string_view word, RootDocument& root) {
  const auto equals = word.find('='), colon = word.find(':');
  if (equals == word.npos || colon == word.npos || colon < equals) {
    return Error(Code::invalid, "'" + printable(word) + "' is not TYPE=THRESHOLD:KEY.pub,KEY.pub");
  }
  SigningRole role;
  TRY(role.type, signed_type_from_string(word.substr(0, equals)));
  const std::string_view digits = word.substr(equals + 1, colon - equals - 1);
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), role.threshold);
  if (problem != std::errc{} || end != digits.data() + digits.size()) return Error(Code::invalid, "a threshold is a number");
  for (std::string_view rest = word.substr(colon + 1); !rest.empty();) {
    const auto comma = std::min(rest.find(','), rest.size());
    TRY(const auto key, read_public(std::string(rest.substr(0, comma))));
    role.keys.push_back(key_id(key));
    if (std::ranges::find(root.keys, key) == root.keys.end()) root.keys.push_back(key);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  std::ranges::sort(role.keys);
  root.roles.push_back(std::move(role));
  return {};
}

Result<void> make_root(const Arguments& arguments) {
  const auto& words = arguments.positional();
  RootDocument root;
  for (auto word = words.begin() + 2; word != words.end(); ++word) TRY_VOID(add_role(*word, root));
  std::ranges::sort(root.keys, {}, [](const Bytes& key) { return key_id(key); });
  std::ranges::sort(root.roles, {}, &SigningRole::type);
  TRY_VOID(check_root(root));
  TRY(const auto version, number_in(arguments, "version", 1, Trust::kMaxVersionStep));
  TRY(const auto lasts, number_in(arguments, "days", 3'650, 36'500));
  const std::string text = to_json(root);
  const SignedEnvelope envelope{statement_about(SignedType::root, std::string(kRootName), version, system_clock().now(),
                                                days(lasts), as_bytes(text))};
  return system_files().write(words[1], signed_file(envelope, text), 0644);
}

Result<std::string> sign_file(const std::string& path, const Secret& secret) {
  TRY(const auto bytes, system_files().read(path, kMaxSignedBytes));
  TRY(auto file, read_signed_file(as_bytes(bytes)));
  if (sha256(file.payload) != file.envelope.statement.payload_sha256) {
    return Error(Code::corrupt, path + ": not the bytes that it speaks of");
  }
  TRY_VOID(sign(file.envelope, as_bytes(secret.reveal())));
  TRY_VOID(system_files().write(path, signed_file(file.envelope, as_text(file.payload)), 0644));
  return path;
}

Result<std::string> sign_folder(const std::string& folder, const Secret& secret, const Arguments& arguments) {
  if (!arguments.has("version")) return Error(Code::invalid, "--version: the number of this release is needed");
  TRY(const auto version, number_in(arguments, "version", 1, Trust::kMaxVersionStep * 1'000));
  TRY(const auto lasts, number_in(arguments, "days", kUsualDays, 3'650));
  TRY(const auto bundle, probe::make_bundle(folder));
  SignedEnvelope envelope{statement_about(SignedType::content, std::string(kScanContent), version, system_clock().now(),
                                          days(lasts), as_bytes(bundle))};
  TRY_VOID(sign(envelope, as_bytes(secret.reveal())));
  std::string out = arguments.value_or("out", "scan-" + std::to_string(version) + ".khienpack");
  TRY_VOID(system_files().write(out, signed_file(envelope, bundle), 0644));
  return out;
}

bool is_folder(const std::string& path) { return DirFd::open(path).has_value(); }

}  // namespace

int content_keygen(const Arguments& arguments, Console& console) {
  const auto& words = arguments.positional();
  if (words.size() != 2) return console.misuse({"cần tên tệp khóa", "the key's file is needed"});
  if (system_files().exists(words[1])) return failed(Error(Code::conflict, words[1] + " exists"), console);
  const Bytes seed = system_random().bytes(32);
  const auto key = ed25519_public_key(seed);
  if (!key) return failed(key.error(), console);
  const auto kept = system_files().write(words[1], std::string(kSecretHead) + to_base64url(seed) + "\n", 0600);
  if (!kept) return failed(kept.error(), console);
  const auto told = system_files().write(words[1] + ".pub", to_hex(*key) + "\n", 0644);
  if (!told) return failed(told.error(), console);
  const std::string id = key_id(*key).hex();
  console.say({"Khóa " + id + "\nGiữ tệp này ngoài mạng; chỉ đưa tệp .pub cho người khác.",
               "Key " + id + "\nKeep this file offline; give away the .pub file only."});
  return 0;
}

int content_root(const Arguments& arguments, Console& console) {
  if (arguments.positional().size() < 3) {
    return console.misuse({"cần tên tệp và ít nhất root=NGƯỠNG:KHÓA.pub,…", "a file and at least root=THRESHOLD:KEY.pub,… are needed"});
  }
  const auto made = make_root(arguments);
  if (!made) return failed(made.error(), console);
  const std::string file = printable(arguments.positional()[1]);
  console.say({"Đã ghi " + file + "; còn phải ký: khien content sign " + file + " --key FILE",
               "Wrote " + file + "; it is still to be signed: khien content sign " + file + " --key FILE"});
  return 0;
}

int content_sign(const Arguments& arguments, Console& console) {
  const auto& words = arguments.positional();
  const auto key = arguments.value("key");
  if (words.size() != 2 || !key) return console.misuse({"cần thư mục hoặc tệp, và --key", "a folder or a file, and --key are needed"});
  const auto secret = read_secret(*key);
  if (!secret) return failed(secret.error(), console);
  const auto done = is_folder(words[1]) ? sign_folder(words[1], *secret, arguments) : sign_file(words[1], *secret);
  if (!done) return failed(done.error(), console);
  console.say({"Đã ký " + printable(*done), "Signed " + printable(*done)});
  return 0;
}

int content_check_file(const Arguments& arguments, Console& console) {
  const std::string& path = arguments.positional()[1];
  const auto root_path = arguments.value("root");
  if (!root_path) return console.misuse({"cần --root: tệp gốc tin cậy", "--root is needed: the pinned root"});
  const auto check = [&]() -> Result<Statement> {
    TRY(const auto root, system_files().read(*root_path, kMaxRootBytes + kMaxEnvelopeBytes));
    TRY(auto trust, Trust::pin(root));
    TRY(const auto bytes, probe::MappedFile::open(path, kMaxSignedBytes));
    TRY(const auto file, read_signed_file(bytes->bytes()));
    if (file.envelope.statement.type == SignedType::root) {
      TRY_VOID(trust.rotate(as_text(bytes->bytes())));
    } else {
      TRY_VOID(trust.accept(file.envelope, SignedType::content, kScanContent, sha256(file.payload), file.payload.size(),
                            system_clock().now()));
      TRY_VOID(probe::read_bundle(file.payload));
    }
    return file.envelope.statement;
  };
  const auto good = check();
  if (!good) return failed(good.error(), console);
  const std::string what = std::string(to_string(good->type)) + " " + std::to_string(good->version) + ", " + to_rfc3339(good->expires_at);
  console.say({"Tốt: " + what, "Good: " + what});
  return 0;
}

int content_test(const Arguments& arguments, Console& console) {
  if (arguments.positional().size() != 2) return console.misuse({"cần thư mục gói luật", "a folder of packs is needed"});
  const std::string& folder = arguments.positional()[1];
  const auto test = [&]() -> Result<probe::TrialReport> {
    TRY(const auto installation, find_installation());
    TRY(const auto bundle, probe::make_bundle(folder));
    TRY(auto samples, probe::examples_of(as_bytes(bundle)));
    auto built_in = probe::built_in_trial();
    std::ranges::move(built_in.must_miss, std::back_inserter(samples.must_miss));
    probe::Worker::Options options;
    options.executable = installation.worker;
    options.content_folder = folder;
    return probe::try_content(std::move(options), samples, {}, system_clock());
  };
  const auto report = test();
  if (!report) {
    console.fail(report.error());
    return report.error().code() == Code::denied ? 1 : kFailed;
  }
  const std::string numbers = std::to_string(report->rules) + " / " + std::to_string(report->hashes) + ", " +
                              std::to_string(report->start.ms) + " ms + " + std::to_string(report->scanning.ms) + " ms";
  console.say({"Tốt: luật / mã băm: " + numbers, "Good: rules / hashes: " + numbers});
  return 0;
}

}  // namespace khien::hub
