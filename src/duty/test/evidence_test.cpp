#include "khien/duty/evidence.hpp"

#include "khien/duty/refusal.hpp"
#include "world.hpp"

namespace khien::duty {
namespace {

NewEvidence file_of(UnitId unit, std::string_view bytes) {
  return {unit, "Báo cáo quý.pdf", as_bytes(bytes), Classification::none, day("2026-09-18"), kOfficer.user};
}

TEST_CASE("evidence comes back byte for byte, with its hash, date and who brought it") {
  World world;
  const std::string_view bytes("%PDF\0\xff\x00 x", 9);
  const auto id = world.write([&](store::Connection& c) { return keep_evidence(c, *world.whole, file_of(world.commune, bytes), kNow); }).value();
  const auto kept = world.read([&](store::Connection& c) { return get_evidence(c, *world.whole, id); }).value();
  CHECK(kept.sha256 == sha256(bytes));
  CHECK(kept.file_name == "Báo cáo quý.pdf");
  CHECK(kept.size == 9);
  CHECK(kept.looked_at == LookedAt::name);
  CHECK(kept.effective_on == day("2026-09-18"));
  CHECK(kept.uploaded_by == kOfficer.user);
  CHECK(kept.unit_name == "Xã Mỹ Châu");
  CHECK(as_text(world.read([&](store::Connection& c) { return read_evidence(c, *world.whole, id); }).value()) == bytes);
}

TEST_CASE("the same content is kept once, as evidence of each") {
  World world;
  for (const auto unit : {world.commune, world.department}) {
    REQUIRE(world.write([&](store::Connection& c) { return keep_evidence(c, *world.whole, file_of(unit, "một"), kNow); }));
  }
  CHECK(world.count("SELECT count(*) FROM evidence") == 2);
  CHECK(world.count("SELECT count(*) FROM evidence_content") == 1);
}

TEST_CASE("evidence of a unit outside the scope is as absent") {
  World world;
  const auto narrow = store::TenantScope::for_test(world.tenant.tenant, {world.department});
  const auto id = world.write([&](store::Connection& c) { return keep_evidence(c, *world.whole, file_of(world.commune, "x"), kNow); }).value();
  const auto foreign = world.read([&](store::Connection& c) { return get_evidence(c, narrow, id); });
  const auto absent = world.read([&](store::Connection& c) { return get_evidence(c, narrow, EvidenceId{99}); });
  CHECK(foreign.error().code() == Code::not_found);
  CHECK(foreign.error().what() == absent.error().what());
  CHECK(world.read([&](store::Connection& c) { return read_evidence(c, narrow, id); }).error().code() == Code::not_found);
  CHECK(world.write([&](store::Connection& c) { return keep_evidence(c, narrow, file_of(world.commune, "y"), kNow); }).error().code() ==
        Code::not_found);
}

TEST_CASE("evidence is listed newest first, page by page, by words without their marks, and only in scope") {
  World world;
  std::vector<EvidenceId> kept;
  for (const std::string_view name : {"Biên bản 1.pdf", "Nhật ký máy chủ.csv", "Biên bản 2.pdf", "Biên bản 3.pdf"}) {
    auto file = file_of(kept.size() == 3 ? world.department : world.commune, name);
    file.file_name = name;
    kept.push_back(world.write([&](store::Connection& c) { return keep_evidence(c, *world.whole, file, kNow); }).value());
  }
  const auto ids = [&](const store::TenantScope& scope, const EvidenceQuery& query) {
    std::vector<EvidenceId> all;
    for (auto one = query;;) {
      const auto page = world.read([&](store::Connection& c) { return list_evidence(c, scope, one); }).value();
      CHECK(page.items.size() <= one.limit);
      for (const auto& item : page.items) all.push_back(item.id);
      if (!page.next) return all;
      one.cursor = *page.next;
    }
  };
  CHECK(ids(*world.whole, {.limit = 3}) == std::vector{kept[3], kept[2], kept[1], kept[0]});
  CHECK(ids(*world.whole, {.words = "bien ban", .limit = 1}) == std::vector{kept[3], kept[2], kept[0]});
  CHECK(ids(*world.whole, {.unit = world.commune, .words = "bien ban"}) == std::vector{kept[2], kept[0]});
  CHECK(ids(*world.whole, {.words = "my chau"}) == std::vector{kept[2], kept[1], kept[0]});
  CHECK(ids(*world.whole, {.words = "khong co"}).empty());
  CHECK(ids(store::TenantScope::for_test(world.tenant.tenant, {world.department}), {}) == std::vector{kept[3]});
  CHECK(world.read([&](store::Connection& c) { return list_evidence(c, *world.whole, {.cursor = "xx"}); }).error().code() == Code::invalid);
}

TEST_CASE("an empty file and one over 10 MB are refused with the field") {
  World world;
  CHECK(refusal_of(check_evidence(file_of(world.commune, "")).error())->field == "content");
  const std::string large(kMostEvidenceBytes + 1, 'x');
  CHECK(refusal_of(check_evidence(file_of(world.commune, large)).error())->field == "content");
  CHECK(check_evidence(file_of(world.commune, std::string_view(large).substr(1))));
}

TEST_CASE("bytes that changed on the disk are not handed out") {
  World world;
  const auto id = world.write([&](store::Connection& c) { return keep_evidence(c, *world.whole, file_of(world.commune, "một"), kNow); }).value();
  REQUIRE(world.write([&](store::Connection& c) { return c.run("UPDATE evidence_content SET bytes = x'00'"); }));
  CHECK(world.read([&](store::Connection& c) { return read_evidence(c, *world.whole, id); }).error().code() == Code::corrupt);
}

}  // namespace
}  // namespace khien::duty
