// Vulnerabilities and warnings, walked by the journey.
#include "journey.hpp"

namespace khien::api {

using net::Method;

namespace {

PackagesSeen installed(std::int64_t number, const std::string& version) {
  return {.inventory = number, .part = 1, .parts = 1,
          .packages = {{"pkg:deb/debian/xz-utils@" + version + "?arch=amd64", "xz-utils", version, "", ""}}};
}

}  // namespace

// A vulnerability from the feed to the proof, with what people say of it between.
void walk_advisory(Journey& journey, EnrolledMachine& machine, const std::string& commune) {
  auto& world = journey.world;
  CHECK(field_of(journey.get("/advisory-feeds"), "vulnerabilities") == "0");
  // The machine, and a site that shows what it was made with.
  CHECK(field_of(journey.get("/advisories"), "followed.machines") == "2");
  feed::Collected records;
  REQUIRE(records.take(World::vulnerable("CVE-2024-3094", "xz-utils", "5.6.2", "Backdoor in XZ Utils")));
  REQUIRE(world.report(machine, {{world.clock.now(), installed(100, "5.6.0")}}).status == 200);
  world.bring_feed(records);
  const auto feeds = journey.get("/advisory-feeds");
  CHECK(field_of(feeds, "items.0.feed") == "osv");
  CHECK(field_of(feeds, "matched") == "true");

  const auto list = journey.get("/advisories?severity=critical&q=xz&kind=vulnerability");
  CHECK(field_of(list, "items.0.name") == "CVE-2024-3094");
  CHECK(field_of(list, "items.0.counts.open") == "1");
  const auto id = field_of(list, "items.0.id");
  const std::string path = "/advisories/" + id;
  const auto detail = journey.get(path);
  CHECK(field_of(detail, "fixes.0.fixed") == "5.6.2");
  CHECK(field_of(detail, "description") == "text");
  CHECK(field_of(journey.get("/overview"), "advisories.machines_open") == "1");
  CHECK(journey.get("/today").find("Lỗ hổng CVE-2024-3094 chưa vá") != std::string::npos);
  const auto machine_id = std::to_string(machine.identity.machine.value);
  const auto software = journey.get("/machines/" + machine_id + "/software?view=followed");
  CHECK(field_of(software, "items.0.vulnerabilities.0.advisory") == id);
  CHECK(field_of(journey.get("/machines/" + machine_id + "/software?q=nothing"), "total") == "0");
  const auto open = journey.get(path + "/machines?state=open&unit=" + commune);
  CHECK(field_of(open, "items.0.packages.0.version") == "5.6.0");
  CHECK(field_of(open, "items.0.proof.kind") == "packages_seen");
  const auto finding = journey.get("/findings/" + field_of(open, "items.0.finding"));
  CHECK(field_of(finding, "finding.title.vi") == "Lỗ hổng CVE-2024-3094 chưa vá");

  const auto told = journey.ask(Method::post, path + "/acknowledgement", 200, R"({"note":"đã nhận","unit":)" + commune + "}");
  CHECK(field_of(told, "advisory.units_acknowledged") == "1");
  CHECK(field_of(journey.ask(Method::post, path + "/reminder", 200, "{}"), "history.0.event") == "reminded");
  journey.ask(Method::post, path + "/decisions", 422, R"({"kind":"accepted","reason":"x","until":"2026-12-01"})");
  journey.ask(Method::post, path + "/decisions", 422, R"({"kind":"accepted","reason":"x","until":"2020-12-01","unit":)" + commune + "}");
  const auto decided = journey.ask(Method::post, path + "/decisions", 201,
                                   R"({"kind":"mitigated","reason":"tách mạng","until":"2026-12-31","machine":)" + machine_id + "}");
  CHECK(field_of(decided, "advisory.counts.mitigated") == "1");
  const auto decision = "/advisory-decisions/" + field_of(decided, "decisions.0.id");
  CHECK(field_of(journey.ask(Method::delete_, decision, 200), "advisory.counts.open") == "1");
  journey.ask(Method::delete_, decision, 409);

  REQUIRE(world.report(machine, {{world.clock.now(), installed(101, "5.6.2")}}).status == 200);
  const auto proven = journey.get(path + "/machines");
  CHECK(field_of(proven, "items.0.state") == "patched");
  CHECK(field_of(proven, "items.0.proof.kind") == "packages_seen");
  CHECK(field_of(journey.get("/advisories"), "items") == "array:0");
  CHECK(field_of(journey.get("/overview"), "advisories.machines_open") == "0");
}

// The same of a firewall without an agent: open by a list, patched by the next, open again.
void walk_firewall(Journey& journey, const std::string& commune) {
  auto& world = journey.world;
  const auto device = field_of(journey.ask(Method::post, "/devices", 201, R"({"name":"fw-xa","kind":"network","unit":)" + commune + "}"), "id");
  const auto hand_in = [&](std::string_view version) {
    journey.ask(Method::post, "/devices/" + device + "/inventory", 200,
                R"({"product":"FortiOS","confirm":true,"version":")" + std::string(version) + R"("})");
    world.hear_inventories();
  };
  hand_in("7.4.1");
  auto record = World::vulnerable("CVE-2024-21762", "fortios", "7.4.3", "FortiOS");
  record.affected.front().package = {"appliance", "fortinet", "fortios", ""};
  record.affected.front().basis = advisory::Basis::ecosystem;
  feed::Collected records;
  REQUIRE(records.take(record));
  world.bring_feed(records, feed::FeedKind::csaf);
  const std::string path = "/advisories/" + field_of(journey.get("/advisories?q=21762"), "items.0.id") + "/machines";
  const auto open = journey.get(path + "?state=open");
  CHECK(field_of(open, "items.0.device") == device);
  CHECK(field_of(open, "items.0.machine.name") == "fw-xa");
  CHECK(field_of(open, "items.0.packages.0.fixed") == "7.4.3");
  const auto machine = field_of(open, "items.0.machine.id");
  CHECK(field_of(journey.get("/devices/" + device + "/inventory"), "handed.machine") == machine);
  CHECK(field_of(journey.get("/machines/" + machine), "device") == device);
  CHECK(field_of(journey.get("/machines/" + machine + "/software"), "items.0.version") == "7.4.1");
  CHECK(journey.get("/machines?q=fw-xa").find("fw-xa") == std::string::npos);
  hand_in("7.4.3");
  CHECK(field_of(journey.get(path), "items.0.state") == "patched");
  CHECK(field_of(journey.get(path), "items.0.proof.kind") == "packages_seen");
  hand_in("7.4.2");
  CHECK(field_of(journey.get(path), "items.0.state") == "open");
  // By one list of many: a bad row stops all of it; then the road is told behind the commit.
  const auto import = [&](std::string_view csv) {
    return journey.ask(Method::post, "/imports", 201,
                       R"({"kind":"appliances","file_name":"tb.csv","content":")" + to_base64(as_bytes(csv)) + R"(","unit":)" + commune + "}");
  };
  const auto bad = import("Thiết bị;Hãng;Sản phẩm;Phiên bản\nfw-xa;Fortinet;FortiOS;7.4.4\nfw-la;Fortinet;FortiOS;7.4.4\n");
  CHECK(field_of(bad, "problems.0.row") == "3");
  CHECK(field_of(bad, "problems.0.column") == "Thiết bị");
  journey.ask(Method::post, "/imports/" + field_of(bad, "id") + "/confirm", 409);
  CHECK(field_of(journey.get("/devices/" + device + "/inventory"), "handed.format") == "hand");
  const auto good = import("Thiết bị;Hãng;Sản phẩm;Phiên bản\nfw-xa;Fortinet;FortiOS;7.4.4\n");
  CHECK(field_of(good, "changes") == "1");
  const auto told = world.inventories_told;
  CHECK(field_of(journey.ask(Method::post, "/imports/" + field_of(good, "id") + "/confirm", 200), "state") == "confirmed");
  CHECK(world.inventories_told == told + 1);
  world.hear_inventories();
  CHECK(field_of(journey.get("/devices/" + device + "/inventory"), "handed.file_name") == "tb.csv");
  CHECK(field_of(journey.get(path), "items.0.state") == "patched");
  hand_in("7.4.4");
}

// An official warning, from its file to the advisory that follows from it; and what a
// province follows by itself.
void walk_letter(Journey& journey) {
  journey.ask(Method::post, "/letters", 422, R"({"file_name":"a.pdf","content":"JVBERi0x"})");
  journey.ask(Method::post, "/letters", 422, "{}");
  const auto read = journey.ask(Method::post, "/letters", 201, R"({"text":"Số 17/CATTT-NCSC: XZ Utils"})");
  CHECK(field_of(read, "letter.number") == "17/CATTT-NCSC");
  CHECK(field_of(read, "letter.fixes.0") == "pkg:deb/debian/xz-utils@5.6.2");
  CHECK(field_of(read, "found.0.field") == "number");
  const auto spare = field_of(journey.ask(Method::post, "/letters", 201, R"({"text":"khác"})"), "letter.id");
  journey.ask(Method::delete_, "/letters/" + spare, 204);
  const auto path = "/letters/" + field_of(read, "letter.id");
  const auto confirm = [&](std::string_view rest, int status) {
    return journey.ask(Method::post, path + "/confirm", status,
                       R"({"number":"17/CATTT-NCSC","sender":"Cục An toàn thông tin","title":"Cảnh báo","issued_on":"2026-11-20")" +
                           std::string(rest) + "}");
  };
  confirm(R"(,"cves":["CVE-2024-3094"],"due_on":"2026-11-19")", 422);
  confirm("", 422);
  confirm(R"(,"fixes":["xz-utils 5.6"])", 422);
  const auto made = confirm(R"(,"cves":["CVE-2024-3094"],"due_on":"2026-11-27")", 200);
  confirm(R"(,"cves":["CVE-2024-3094"])", 409);
  CHECK(field_of(made, "letter.state") == "confirmed");
  journey.get("/evidence/" + field_of(made, "letter.evidence"));
  journey.world.tend_advisories();
  const auto advisory = journey.get("/advisories/" + field_of(made, "letter.advisory"));
  CHECK(field_of(advisory, "advisory.kind") == "letter");
  CHECK(field_of(advisory, "advisory.due_on") == "2026-11-27");
  CHECK(field_of(advisory, "letter.sender") == "Cục An toàn thông tin");
  CHECK(field_of(advisory, "vulnerabilities.0.name") == "CVE-2024-3094");
  const auto named = journey.get("/advisories?view=all&q=3094");
  CHECK(field_of(named, "items.0.due_by") == "letter");
  CHECK(field_of(named, "items.0.letters.0.name") == "17/CATTT-NCSC");
  CHECK(field_of(journey.get("/letters"), "items.0.state") == "confirmed");
  journey.get(path);

  CHECK(field_of(journey.get("/advisory-settings"), "shipped") == "true");
  const auto set = journey.ask(Method::put, "/advisory-settings", 200,
                               R"({"least_severity":"none","least_likelihood":101,"days_exploited":7,"days_ransomware":3,"days_likely":7,)"
                               R"("days_critical":7,"days_high":14,"days_medium":30,"days_low":60,"remind_days":2})");
  CHECK(field_of(set, "least_severity") == "null");
  CHECK(field_of(set, "changed_by.name") == "Trần Thị Bình");
  // The act says what it was before and what it is.
  const auto acts = journey.get("/audit");
  CHECK(acts.find("least_likelihood 10 > none") != std::string::npos);
  CHECK(acts.find("remind_days 3 > 2") != std::string::npos);
}

}  // namespace khien::api
