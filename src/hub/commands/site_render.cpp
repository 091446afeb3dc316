#include "commands/site_render.hpp"

#include <unistd.h>

#include <string>
#include <utility>

#include "browser_words.hpp"
#include "judge_pages.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/file.hpp"
#include "khien/core/hash.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/crawl/web_url.hpp"
#include "khien/hub/installation.hpp"
#include "rendered_views.hpp"

namespace khien::hub {
namespace {

constexpr const char* kService = "/run/khien-browser/browser.sock";
constexpr mode_t kFileMode = 0644;

struct RenderedPage {
  render::Rendered rendered;
  watch::Judgement judgement;
};

Result<RenderedViews::Options> options_of(const Arguments& arguments) {
  RenderedViews::Options options;
  options.guard.allow_private = arguments.has("allow-private");
  options.dns_servers = arguments.value_or("dns", "");
  options.browser.user = arguments.value_or("browser-user", "khien-browser");
  // Root opens it by itself; who is not asks the service.
  if (const auto socket = arguments.value("browser")) options.browser.socket = *socket;
  else if (::geteuid() != 0) options.browser.socket = kService;
  if (options.browser.socket.empty()) {
    TRY(options.browser.program, find_browser());
  }
  return options;
}

Result<void> write_files(const std::string& folder, const render::Rendered& rendered) {
  TRY_VOID(system_files().make_folder(folder, 0755));
  TRY_VOID(system_files().write(folder + "/rendered.html", rendered.view.body, kFileMode));
  if (rendered.picture.empty()) return {};
  return system_files().write(folder + "/rendered.png", rendered.picture, kFileMode);
}

std::string json_of(const RenderedPage& page) {
  const render::Rendered& rendered = page.rendered;
  const PageView& view = rendered.view;
  JsonWriter out;
  out.begin_object().field("url", view.url).field("final_url", view.final_url).field("status", std::int64_t{view.status}).field("limit", view.limit);
  out.key("steps").begin_array();
  for (const RedirectStep& step : view.steps) {
    out.begin_object().field("url", step.url).field("status", std::int64_t{step.status}).field("how", to_string(step.how)).end_object();
  }
  out.end_array().field("bytes", static_cast<std::int64_t>(view.body.size())).field("sha256", sha256(view.body).hex()).field("fetched_at", view.fetched_at);
  out.field("requests", static_cast<std::int64_t>(rendered.requests)).field("left_out", static_cast<std::int64_t>(rendered.left_out));
  out.field("dialogs", static_cast<std::int64_t>(rendered.dialogs)).field("ms", rendered.took.ms);
  if (!rendered.picture.empty()) {
    out.key("picture").begin_object().field("width", std::int64_t{rendered.picture_width}).field("height", std::int64_t{rendered.picture_height});
    out.field("bytes", static_cast<std::int64_t>(rendered.picture.size())).field("sha256", sha256(rendered.picture).hex()).end_object();
  }
  out.end_object();
  std::string facts = out.take();
  facts.back() = ',';
  return facts + watch::to_json(page.judgement).substr(1) + "\n";
}

std::string text_of(const RenderedPage& page, Language language) {
  const render::Rendered& rendered = page.rendered;
  const PageView& view = rendered.view;
  std::string text = std::string(to_string(page.judgement.judged)) + "\t" + std::to_string(page.judgement.score) + "\t" + printable(view.url) + "\n";
  text += "  " + (view.status == 0 ? "---" : std::to_string(view.status)) + "  " + printable(view.final_url) + "  " + std::to_string(view.body.size()) + " B\n";
  for (const RedirectStep& step : view.steps) text += "  ← " + printable(step.url) + " (" + std::string(to_string(step.how)) + ")\n";
  if (!view.limit.empty()) text += "  " + pick({"không trọn vẹn: " + view.limit, "not whole: " + view.limit}, language) + "\n";
  const std::string asked = std::to_string(rendered.requests), left_out = std::to_string(rendered.left_out), dialogs = std::to_string(rendered.dialogs);
  text += "  " + pick({asked + " yêu cầu, " + left_out + " bị từ chối, " + dialogs + " hộp thoại, " + std::to_string(rendered.took.ms) + " ms",
                       asked + " requests, " + left_out + " refused, " + dialogs + " dialogs, " + std::to_string(rendered.took.ms) + " ms"}, language) + "\n";
  if (!rendered.picture.empty()) text += "  PNG " + std::to_string(rendered.picture_width) + "×" + std::to_string(rendered.picture_height) + "\n";
  for (const watch::Reason& reason : page.judgement.reasons) text += "  " + std::to_string(reason.weight) + "\t" + printable(reason.name) + "\t" + printable(reason.where) + "\n";
  for (const watch::BadLink& link : page.judgement.links) text += "  →\t" + printable(link.url) + "\t" + printable(link.text) + "\n";
  return text;
}

Result<watch::Judgement> judge_view(const PageView& view, const Arguments& arguments) {
  TRY(const auto installation, find_installation());
  TRY(const auto content, find_content());
  TRY(auto rules, read_web_rules(arguments.value_or("content", content)));
  TRY(const auto judge, PageJudge::create(std::move(rules), installation.worker));
  watch::Case one;
  one.id = view.url;
  one.views.push_back(view);
  std::vector<watch::Case> cases;
  cases.push_back(std::move(one));
  watch::Judgement judgement;
  PageSitting(judge).judge(std::move(cases), [&](const watch::Case&, const watch::Answer& answer) { judgement = answer.judgement; });
  return judgement;
}

}  // namespace

int render_site(const Arguments& arguments, Console& console) {
  if (arguments.positional().size() != 2) return console.misuse({"cần đúng một địa chỉ", "exactly one address is needed"});
  const std::string& word = arguments.positional()[1];
  const std::string url = word.find("://") == word.npos ? "https://" + word : word;
  // Before the browser: who typed a wrong address needs no account for one.
  if (const auto address = crawl::WebUrl::parse(url); !address) {
    return console.misuse({printable(word) + " không phải địa chỉ trang web (http hoặc https)", printable(word) + " is no address of a website (http or https)"});
  }
  auto options = options_of(arguments);
  if (!options) return console.unreadable(options.error());
  RenderedViews views(std::move(options).value(), system_clock());
  auto rendered = views.open({}, url);
  if (!rendered) {
    console.warn(words_of_missing_browser(rendered.error().what()));
    return 2;
  }
  const auto judgement = judge_view(rendered->view, arguments);
  if (!judgement) return console.unreadable(judgement.error());
  const RenderedPage page{std::move(rendered).value(), *judgement};
  if (const auto folder = arguments.value("out")) {
    if (const auto done = write_files(*folder, page.rendered); !done) return console.unreadable(done.error());
  }
  console.out(arguments.has("json") ? json_of(page) : text_of(page, console.language()));
  if (is_harmful(page.judgement.judged)) return 1;
  return page.judgement.judged == PageClass::unknown || page.rendered.view.status == 0 ? 2 : 0;
}

}  // namespace khien::hub
