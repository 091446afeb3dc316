#include <algorithm>

#include "commands/law.hpp"
#include "khien/core/file.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/hub/installation.hpp"
#include "khien/hub/law_content.hpp"
#include "khien/law/quotes.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMaxSourceBytes = 32u << 20;
constexpr int kDeepestSource = 4;

bool is_data_file(std::string_view name) {
  return name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json");
}

Result<std::vector<std::string>> names_in(const std::string& folder, FileStatus::Kind wanted) {
  TRY(const auto opened, DirFd::open(folder));
  std::vector<std::string> names;
  TRY_VOID(opened.each_name([&](std::string_view name, FileStatus::Kind kind) -> Result<void> {
    if (kind == wanted && !name.starts_with('.')) names.emplace_back(name);
    return {};
  }));
  std::ranges::sort(names);
  return names;
}

// What is to be checked: a content folder, or new directives beside what is installed.
Result<std::vector<law::SourceFile>> files_to_check(const std::vector<std::string>& words) {
  if (words.size() < 2) {
    TRY(const auto installed, find_content());
    return read_law_files(installed);
  }
  const std::string& folder = words[1];
  TRY(auto own, read_law_files(folder));
  if (!own.empty()) return own;

  TRY(const auto names, names_in(folder, FileStatus::Kind::regular));
  TRY(const auto installed, find_content());
  TRY(auto files, read_law_files(installed));
  bool any = false;
  for (const std::string& name : names) {
    if (!is_data_file(name)) continue;
    TRY(auto text, system_files().read(folder + "/" + name, kMaxSourceBytes));
    const std::string path = "directives/" + name;
    // The installed one of the same name is what the new one is a version of.
    std::erase_if(files, [&path](const law::SourceFile& file) { return file.path == path; });
    files.push_back({path, std::move(text)});
    any = true;
  }
  if (!any) return Error(Code::not_found, folder + " holds neither content folders nor directives");
  return files;
}

Result<void> read_sources(const std::string& folder, int depth, std::vector<law::SourceFile>& documents) {
  TRY(const auto names, names_in(folder, FileStatus::Kind::regular));
  for (const std::string& name : names) {
    TRY(auto text, system_files().read(folder + "/" + name, kMaxSourceBytes));
    documents.push_back({name, std::move(text)});
  }
  if (depth >= kDeepestSource) return {};
  TRY(const auto folders, names_in(folder, FileStatus::Kind::directory));
  for (const std::string& name : folders) TRY_VOID(read_sources(folder + "/" + name, depth + 1, documents));
  return {};
}

void show(const law::Fault& fault, const Arguments& arguments, Console& console) {
  if (arguments.has("json")) {
    JsonWriter out;
    out.begin_object().field("file", fault.file).field("line", static_cast<std::int64_t>(fault.line));
    out.field("field", fault.field).key("message").begin_object();
    out.field("vi", fault.message.vi).field("en", fault.message.en).end_object().end_object();
    console.out(out.take() + "\n");
    return;
  }
  std::string line = printable(fault.file);
  if (fault.line > 0) line += ":" + std::to_string(fault.line);
  if (!fault.field.empty()) line += ": " + printable(fault.field);
  console.out(line + ": " + printable(pick(fault.message, console.language())) + "\n");
}

struct Counts {
  std::size_t directives = 0;
  std::size_t clauses = 0;
  std::size_t scope_notes = 0;
  std::size_t duties = 0;
};

Counts count(const law::Catalogue& catalogue) {
  Counts counts{.directives = catalogue.directives().size()};
  for (const law::Directive& directive : catalogue.directives()) {
    for (const law::Clause& clause : directive.clauses) {
      ++(clause.scope_note ? counts.scope_notes : counts.clauses);
      counts.duties += clause.duties.size();
    }
  }
  return counts;
}

void sum_up(const law::Catalogue& catalogue, std::optional<std::size_t> quotes, Console& console) {
  const Counts counts = count(catalogue);
  const auto n = [](std::size_t number) { return std::to_string(number); };
  console.warn({n(counts.directives) + " văn bản, " + n(counts.clauses) + " điều khoản, " +
                    n(counts.scope_notes) + " ghi chú phạm vi, " + n(counts.duties) +
                    " nhiệm vụ: không có lỗi",
                n(counts.directives) + " directives, " + n(counts.clauses) + " clauses, " +
                    n(counts.scope_notes) + " scope notes, " + n(counts.duties) + " duties: no fault"});
  if (quotes) {
    console.warn({n(*quotes) + " trích dẫn đều có trong tài liệu gốc",
                  n(*quotes) + " quotes all stand in their documents"});
  }
}

}  // namespace

int check_law(const Arguments& arguments, Console& console) {
  if (arguments.positional().size() > 2) return console.misuse({"chỉ một thư mục", "one folder only"});
  const auto files = files_to_check(arguments.positional());
  if (!files) return console.unreadable(files.error());
  law::Loading loading = load_law(*files);
  std::vector<law::Fault> faults = std::move(loading.faults);
  std::optional<std::size_t> quotes;
  if (const auto sources = arguments.value("sources"); sources && loading.catalogue) {
    std::vector<law::SourceFile> documents;
    if (const auto read = read_sources(*sources, 0, documents); !read)
      return console.unreadable(read.error());
    law::QuoteCheck check = law::check_quotes(*loading.catalogue, documents);
    quotes = check.found;
    faults = std::move(check.faults);
  }
  for (const law::Fault& fault : faults) show(fault, arguments, console);
  if (!faults.empty()) {
    const std::string number = std::to_string(faults.size());
    console.warn({number + " lỗi", number + " faults"});
    return 1;
  }
  sum_up(*loading.catalogue, quotes, console);
  return 0;
}

}  // namespace khien::hub
