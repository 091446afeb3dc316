// ssrf_lab: sends the crawler's fetcher to hundreds of addresses that would lead it
// into inner networks, in a network of this process's own where somebody listens at
// all of these. Passes only if not one packet goes anywhere but to the public server
// and the name server; and shows that packets do go inside once the guard is open,
// so that "none" means something.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "cases.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/crawl/fetcher.hpp"
#include "khien/crawl/mail_door.hpp"
#include "lab_server.hpp"
#include "network.hpp"
#include "plain_reader.hpp"
#include "rendered_views.hpp"

namespace khien::ssrf {
namespace {

using crawl::Fetched;
using crawl::Fetcher;
using crawl::LabLine;
using crawl::LabRequest;
using crawl::LabServer;

constexpr int kSkipped = 77;
constexpr const char* kSecret = "INNER SECRET";

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i + 2 < text.size() && text[i] == '%'; i += 3)
    out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
  return out;
}

std::string page_to_everywhere();

// The public server: does what its path says.
void be_public(const LabRequest& request, LabLine& line) {
  const auto mark = request.target.find('?');
  const std::string path = request.target.substr(1, mark - 1);
  const std::string to = mark == std::string::npos ? "" : unescaped(std::string_view(request.target).substr(mark + 1));
  const std::string page = "public";
  if (path.starts_with("30")) line.answer(std::stoi(path), "Location: " + to + "\r\n", page);
  else if (path == "two") line.answer(302, "Location: /x\r\nLocation: " + to + "\r\n", page);
  else if (path == "chain") line.answer(302, "Location: /302" + request.target.substr(mark) + "\r\n", page);
  else if (path == "secure") line.answer(302, "Location: https://site.test/302" + request.target.substr(mark) + "\r\n", page);
  else if (path == "refresh-header") line.answer(200, "Refresh: 0;url=" + to + "\r\n", page);
  else if (path == "meta") line.answer(200, "", "<meta http-equiv=\"refresh\" content=\"0;url=" + to + "\">");
  else if (path == "script") line.answer(200, "", "<script>location=\"" + to + "\"</script>");
  else if (path == "404") line.answer(404, "", "<script>location=\"" + to + "\"</script>");
  else if (path == "hsts") line.answer(200, "Strict-Transport-Security: max-age=999\r\n", page);
  else if (path == "alt-svc") line.answer(200, "Alt-Svc: h2=\"127.0.0.1:443\", http/1.1=\"10.0.0.5:80\"; persist=1\r\n", page);
  else if (path == "alt-svc-own") line.answer(200, "Alt-Svc: h2=\":8080\"\r\n", page);
  else if (path == "upgrade") line.answer(200, "Upgrade: h2c\r\nConnection: Upgrade\r\n", page);
  else if (path == "link") line.answer(200, "Link: <http://10.0.0.5/>; rel=preload\r\n", page);
  else if (path == "proxy") line.answer(305, "Location: http://10.0.0.5/\r\n", page);
  else if (path == "early") line.send("HTTP/1.1 103 X\r\nLocation: http://10.0.0.5/\r\n\r\n"), line.answer(200, "", page);
  else if (path == "every") line.answer(200, "Content-Type: text/html\r\n", page_to_everywhere());
  else line.answer(200, "", page);
}

struct Servers {
  Servers() {
    for (const char* address : {kPublic, kPublic6}) {
      if (!add_address(address)) continue;
      open.push_back(std::make_unique<LabServer>(be_public, LabServer::Options{.address = address, .port = 80}));
      for (const std::uint16_t port : {std::uint16_t{443}, std::uint16_t{8443}})
        open.push_back(std::make_unique<LabServer>(be_public, LabServer::Options{.address = address, .port = port, .tls = true}));
    }
    add_address(kNames);
    for (const std::string& address : inner_addresses()) {
      if (address != "127.0.0.1" && address != "::1" && !add_address(address)) continue;
      for (const std::uint16_t port : {std::uint16_t{80}, std::uint16_t{443}, std::uint16_t{8443}, std::uint16_t{6379}, std::uint16_t{8080}})
        inner.push_back(std::make_unique<LabServer>([](const LabRequest&, LabLine& line) { line.answer(200, "", kSecret); },
                                                    LabServer::Options{.address = address, .port = port}));
    }
  }

  int visits_inside() const {
    int visits = 0;
    for (const auto& server : inner) visits += server->connections();
    return visits;
  }
  int visits_outside() const {
    int visits = 0;
    for (const auto& server : open) visits += server->requests();
    return visits;
  }

  std::vector<std::unique_ptr<LabServer>> open;
  std::vector<std::unique_ptr<LabServer>> inner;
};

crawl::FetchLimits quick() {
  crawl::FetchLimits limits;
  limits.view_time = seconds(8);
  limits.connect_time = seconds(2);
  limits.host_pause = {0};
  limits.host_at_once = 8;
  return limits;
}

class Run {
 public:
  Run(bool guarded, PacketCounter& packets) : guarded_(guarded), packets_(packets) {
    fetcher_ = Fetcher::create({.limits = quick(), .guard = {.allow_private = !guarded}, .dns_servers = std::string(kNames) + ":53"},
                               reader_, system_clock())
                   .value();
  }

  // Packets that went inside.
  int ask(const std::vector<Case>& all, Visitor visitor) {
    const int before = packets_.strange();
    for (const Case& each : all) {
      const auto submitted = fetcher_->submit({.url = each.url, .visitor = visitor},
                                              [&, this](Fetched fetched) { look(each, fetched); });
      if (!submitted) std::abort();
      if (one_by_one) fetcher_->run();
      if (one_by_one && packets_.strange() != before) blame(each);
    }
    fetcher_->run();
    return packets_.strange() - before;
  }

  bool one_by_one = false;
  int looked_at = 0;
  int secrets = 0;
  std::map<std::string, int> ends;

 private:
  void look(const Case& each, const Fetched& fetched) {
    ++looked_at;
    ++ends[fetched.view.limit.empty() ? "a page" : fetched.view.limit];
    if (fetched.view.body.find(kSecret) == std::string::npos) return;
    ++secrets;
    blame(each);
  }
  void blame(const Case& each) {
    if (!guarded_) return;
    std::printf("  %s: %s (last packet to %s)\n", each.kind.c_str(), printable(each.url).c_str(), packets_.last().c_str());
  }

  bool guarded_;
  PacketCounter& packets_;
  crawl::PlainReader reader_;
  std::unique_ptr<Fetcher> fetcher_;
};

void show(const char* what, const Run& run, int strange) {
  std::printf("%s: %d addresses, %d packets inside, %d secrets seen;", what, run.looked_at, strange, run.secrets);
  for (const auto& [end, count] : run.ends) std::printf(" %s %d", end.c_str(), count);
  std::printf("\n");
}

// The guard holds: nothing goes inside, whoever asks, one by one and all at once.
bool guarded(PacketCounter& packets, crawl::NameServer& names, bool long_form) {
  const auto all = cases();
  std::set<std::string> different;
  for (const Case& each : all) different.insert(each.url);
  bool good = different.size() >= 250;
  std::printf("%zu addresses\n", different.size());
  const std::vector<Visitor> visitors = long_form ? std::vector{Visitor::desktop, Visitor::desktop_google, Visitor::googlebot, Visitor::mobile_google}
                                                  : std::vector{Visitor::googlebot};
  for (const Visitor visitor : visitors) {
    Run run(true, packets);
    run.one_by_one = true;
    const int asked_before = names.asked("rebind.test", false);
    const int strange = run.ask(all, visitor);
    show("one by one", run, strange);
    // Both addresses of the name were asked for, and again once it changed its mind:
    // a name is looked up once, and what is kept is what is used.
    const int asked = names.asked("rebind.test", false) - asked_before;
    if (asked != 1) std::printf("  rebind.test was looked up %d times\n", asked);
    good = good && strange == 0 && run.secrets == 0 && run.looked_at == static_cast<int>(all.size()) && asked == 1;
    Run together(true, packets);
    const int at_once = together.ask(all, visitor) + together.ask(all, visitor);
    show("all at once, twice", together, at_once);
    good = good && at_once == 0 && together.secrets == 0 && together.looked_at == 2 * static_cast<int>(all.size());
  }
  return good;
}

// A name that changes at every question, asked by crawlers that each look it up anew.
bool rebinding(PacketCounter& packets, int times) {
  int strange = 0;
  int secrets = 0;
  for (int i = 0; i < times; ++i) {
    Run run(true, packets);
    strange += run.ask({{"rebind", "http://rebind.test/302?%2F"}, {"rebind", "http://rebind-six.test/"}, {"rebind", "http://rebind.test/"}},
                       Visitor::desktop);
    secrets += run.secrets;
  }
  std::printf("rebinding, %d times: %d packets inside\n", times, strange);
  return strange == 0 && secrets == 0;
}

// Mail exchangers that lead inside: addresses as such, and names that have one.
std::vector<std::string> exchangers() {
  std::vector<std::string> all = inner_addresses();
  for (const auto& [name, zone] : zones()) {
    const auto leads_inside = [](const std::string& address) { return address != kPublic && address != kPublic6 && !address.starts_with('='); };
    if (std::ranges::any_of(zone.first, leads_inside)) all.push_back(name);
  }
  return all;
}

bool mail_doors(PacketCounter& packets) {
  const int before = packets.strange();
  const auto all = exchangers();
  for (const std::string& exchanger : all) {
    // Where somebody listens, whatever it speaks.
    crawl::look_at_mail_door({exchanger}, crawl::AddressGuard(), std::string(kNames) + ":53", system_clock(), 80);
    if (packets.strange() != before) std::printf("  mail: %s (last packet to %s)\n", printable(exchanger).c_str(), packets.last().c_str());
  }
  const int inside = packets.strange() - before;
  std::printf("mail exchangers that lead inside: %zu, %d packets inside\n", all.size(), inside);
  return inside == 0 && all.size() > 10;
}

// A page of the public server that leads to every address in the ways that pages have.
std::string page_to_everywhere() {
  JsonWriter urls;
  urls.begin_array();
  for (const Case& each : cases()) urls.string(each.url);
  urls.end_array();
  // Within a script element: no end of it may be in there.
  std::string list = urls.take();
  for (auto at = list.find('<'); at != list.npos; at = list.find('<', at)) list.replace(at, 1, "\\u003c");
  return "<!doctype html><body><script>const all=" + list +
         ";all.forEach((u,i)=>{try{new Image().src=u}catch(e){}try{fetch(u,{mode:'no-cors'}).catch(()=>{})}catch(e){}"
         "try{new WebSocket(u.replace(/^http/,'ws'))}catch(e){}try{navigator.sendBeacon(u,'x')}catch(e){}"
         "if(i%24==0){const f=document.createElement('iframe');f.src=u;document.body.append(f)}"
         "if(i%24==1){const l=document.createElement('link');l.rel='preconnect';l.href=u;document.head.append(l)}});"
         "new Worker(URL.createObjectURL(new Blob(['for(const u of '+JSON.stringify(all.slice(0,60))+')fetch(u,{mode:\"no-cors\"}).catch(()=>{})'])));"
         "const p=new RTCPeerConnection({iceServers:[{urls:'stun:10.0.0.5:3478'}]});p.createDataChannel('x');p.createOffer().then(o=>p.setLocalDescription(o));"
         "setTimeout(()=>location='http://10.0.0.5/',4000)</script>";
}

// Packets that went inside while a browser had that page open; none: there is no browser.
std::optional<int> open_everywhere(PacketCounter& packets, bool with_guard) {
  hub::RenderedViews::Options options{.browser = {}, .guard = {.allow_private = !with_guard}, .dns_servers = std::string(kNames) + ":53"};
  options.browser.program = KHIEN_BROWSER;
  options.browser.user = "64020";
  options.browser.limits.requests = 5'000;
  options.browser.limits.load_time = seconds(45);
  options.pause = {0};
  hub::RenderedViews views(std::move(options), system_clock());
  const int before = packets.strange();
  const auto page = views.open(SiteId{1}, "http://site.test/every");
  if (!page) {
    std::printf("no browser here: %s\n", page.error().what().c_str());
    return std::nullopt;
  }
  const int strange = packets.strange() - before;
  std::printf("a page that asks for all by script%s: %zu requests, %zu refused, sent to %s (%s), %d packets inside\n", with_guard ? "" : ", the guard open",
              page->requests, page->left_out, printable(page->view.final_url).c_str(), page->view.limit.c_str(), strange);
  return page->requests > 300 && page->view.final_url == "http://10.0.0.5/" ? strange : -1;
}

bool rendered(PacketCounter& packets) {
  const auto inside = open_everywhere(packets, true);
  return !inside || *inside == 0;
}

// With the guard open the same lab is not silent.
bool control(PacketCounter& packets, const Servers& servers) {
  const int before = packets.strange();
  crawl::look_at_mail_door({"10.0.0.5"}, crawl::AddressGuard({.allow_private = true}), std::string(kNames) + ":53", system_clock(), 80);
  const int mail = packets.strange() - before;
  std::printf("a mail exchanger with the guard open: %d packets inside\n", mail);
  if (mail == 0) return false;
  if (const auto by_browser = open_everywhere(packets, false); by_browser && *by_browser < 100) return false;
  Run run(false, packets);
  const int strange = run.ask(cases(), Visitor::desktop);
  show("with the guard open", run, strange);
  return strange > 100 && run.secrets > 100 && servers.visits_inside() > 50;
}

int run(bool long_form) {
  if (!enter_own_network()) {
    std::printf("skipped: this kernel lets nobody make a network of his own\n");
    return kSkipped;
  }
  Servers servers;
  crawl::NameServer names(kNames, 53, zones());
  PacketCounter packets({kPublic, kPublic6, kNames});
  bool good = guarded(packets, names, long_form);
  good = rebinding(packets, long_form ? 500 : 5) && good;
  good = mail_doors(packets) && good;
  good = rendered(packets) && good;
  std::printf("visits to listeners inside: %d; to the public server: %d\n", servers.visits_inside(), servers.visits_outside());
  good = good && servers.visits_inside() == 0 && servers.visits_outside() > 50;
  good = control(packets, servers) && good;
  std::printf(good ? "ok\n" : "FAILED\n");
  return good ? 0 : 1;
}

}  // namespace
}  // namespace khien::ssrf

int main(int argc, char**) { return khien::ssrf::run(argc > 1 || std::getenv("KHIEN_CAMPAIGN") != nullptr); }
