#include "khien/request/outside.hpp"

#include <doctest/doctest.h>
#include <zip.h>

#include <map>

#include "khien/core/hash.hpp"
#include "khien/core/json.hpp"
#include "khien/core/signature.hpp"
#include "khien/duty/refusal.hpp"
#include "province.hpp"

namespace khien::request {
namespace {

const Bytes kKey(32, std::byte{7});

std::string name_of(UserId user) { return "Người " + std::to_string(user.value); }

std::map<std::string, std::string> unzipped(const Bytes& bytes) {
  zip_error_t error;
  zip_t* zip = zip_open_from_source(zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error), ZIP_RDONLY, &error);
  REQUIRE(zip != nullptr);
  std::map<std::string, std::string> files;
  for (zip_int64_t i = 0; i < zip_get_num_entries(zip, 0); ++i) {
    zip_stat_t stat;
    REQUIRE(zip_stat_index(zip, static_cast<zip_uint64_t>(i), 0, &stat) == 0);
    std::string text(stat.size, '\0');
    zip_file_t* file = zip_fopen_index(zip, static_cast<zip_uint64_t>(i), 0);
    zip_fread(file, text.data(), text.size());
    zip_fclose(file);
    files[stat.name] = text;
  }
  zip_close(zip);
  return files;
}

struct Desk {
  Desk() {
    receiver = province.write([&](store::Connection& c) {
      return add_receiver(c, province.scope(), {.unit = province.root, .name = "Công an tỉnh", .kind = ReceiverKind::police, .address = {}, .contact = {}}, kAsker, kNow);
    }).value();
    id = record("142/CV-PA05").value();
    first = province.evidence(province.commune, "../nhật ký.txt", "10.0.0.1 quét cổng");
    second = province.evidence(province.root, "b.txt", "bản ghi");
  }
  Result<OutsideRequestId> record(std::string number) {
    return province.write([&](store::Connection& c) {
      return record_outside_request(c, province.scope(), {.receiver = receiver, .number = std::move(number), .dated = Date::parse("2026-11-20").value(),
                                                          .what_for = "Xác minh tấn công", .basis = "Điều 88 BLTTHS", .due = {}}, kAsker, kNow);
    });
  }
  Result<PackageId> prepare(std::vector<EvidenceId> files) {
    return province.write([&](store::Connection& c) { return prepare_package(c, province.scope(), id, files, "Nhật ký ngày 20/11", kAsker, kNow); });
  }
  Result<void> decide(PackageId package, bool approve, UserId who) {
    return province.write([&](store::Connection& c) { return decide_package(c, province.scope(), package, {approve, "Đúng phạm vi."}, who, name_of, kNow); });
  }
  Result<Bytes> zip(PackageId package) {
    return province.read([&](store::Connection& c) { return package_zip(c, province.scope(), package, kKey); });
  }
  Result<void> receipt(PackageId package, std::string_view on = "2026-11-22") {
    return province.write([&](store::Connection& c) { return record_receipt(c, province.scope(), package, "BB 03", Date::parse(on).value(), kAsker, kNow); });
  }
  OutsideRequest now() {
    return province.read([&](store::Connection& c) { return get_outside_request(c, province.scope(), id, kNow); }).value();
  }
  Province province;
  ReceiverId receiver;
  OutsideRequestId id;
  EvidenceId first, second;
};

TEST_CASE("evidence leaves when a second person approved it, with a signed manifest of every file") {
  Desk desk;
  const auto package = desk.prepare({desk.first, desk.second}).value();
  CHECK(desk.zip(package).error().code() == Code::conflict);
  CHECK(desk.decide(package, true, kAsker).error().code() == Code::denied);
  CHECK(desk.receipt(package).error().code() == Code::conflict);
  REQUIRE(desk.decide(package, true, kSecond));
  CHECK(desk.decide(package, false, kSecond).error().code() == Code::conflict);

  const auto bytes = desk.zip(package).value();
  CHECK(bytes == desk.zip(package).value());
  const auto files = unzipped(bytes);
  REQUIRE(files.size() == 4);
  // No name leads out of the folder.
  CHECK(files.at("files/001-.._nhật ký.txt") == "10.0.0.1 quét cổng");
  const auto& manifest = files.at("manifest.json");
  JsonDocument document;
  Budget budget({});
  const auto json = document.parse(manifest, budget).value();
  CHECK(json.string_at("chosen_by").value() == "Người 1");
  CHECK(json.string_at("approved_by").value() == "Người 2");
  CHECK(json.field("request").value().string_at("number").value() == "142/CV-PA05");
  (void)json.field("files").value().each([&](Json file) -> Result<void> {
    const auto& body = files.at(std::string(file.string_at("name").value()));
    CHECK(file.string_at("sha256").value() == sha256(body).hex());
    CHECK(file.integer_at("size").value() == static_cast<std::int64_t>(body.size()));
    CHECK(file.string_at("uploaded_by").value() == "Người 3");
    return {};
  });
  const auto& signature = files.at("manifest.sig");
  CHECK(signature.starts_with("khien evidence package 1\nsha256 " + sha256(manifest).hex() + "\n"));
  const auto signed_text = signature.substr(0, signature.find("key "));
  const auto given = from_base64(signature.substr(signature.find("ed25519 ") + 8, 88)).value();
  CHECK(ed25519_verify(ed25519_public_key(kKey).value(), as_bytes(signed_text), given));

  REQUIRE(desk.province.write([&](store::Connection& c) { return note_download(c, desk.province.scope(), package, sha256(as_text(bytes)), kAsker, kNow); }));
  CHECK(desk.receipt(package, "2026-11-23").error().code() == Code::invalid);
  CHECK(desk.receipt(package, "2026-11-21").error().code() == Code::invalid);
  REQUIRE(desk.receipt(package));
  CHECK(desk.now().state == OutsideState::answered);
  const auto csv = desk.province.read([&](store::Connection& c) { return outside_log_as_csv(c, desk.province.scope(), true, name_of); }).value();
  for (const char* word : {"Tiếp nhận yêu cầu", "Lập gói minh chứng", "Duyệt gói", "Tải gói", "Bên nhận đã ký nhận", "142/CV-PA05"}) CHECK(csv.find(word) != csv.npos);
}

TEST_CASE("a package is chosen within bounds, and one that was refused never leaves") {
  Desk desk;
  CHECK(desk.prepare({}).error().code() == Code::invalid);
  CHECK(desk.prepare({desk.first, desk.first}).error().code() == Code::invalid);
  CHECK(desk.prepare({EvidenceId{999}}).error().code() == Code::not_found);
  CHECK(desk.prepare(std::vector<EvidenceId>(41, desk.first)).error().code() == Code::invalid);
  const auto package = desk.prepare({desk.first}).value();
  REQUIRE(desk.decide(package, false, kSecond));
  CHECK(desk.zip(package).error().code() == Code::conflict);
  CHECK(desk.receipt(package).error().code() == Code::conflict);
}

TEST_CASE("what others asked for is recorded once, and takes nothing more when it is closed") {
  Desk desk;
  CHECK(desk.record("142/CV-PA05").error().code() == Code::conflict);
  REQUIRE(desk.record("143/CV-PA05"));
  const auto say = [&](OutsideWord word) { return desk.province.write([&](store::Connection& c) { return say_outside(c, desk.province.scope(), desk.id, word, "Đã gửi công văn trả lời.", kAsker, kNow); }); };
  REQUIRE(say(OutsideWord::note));
  CHECK(desk.now().state == OutsideState::open);
  REQUIRE(say(OutsideWord::answered));
  CHECK(desk.now().state == OutsideState::answered);
  REQUIRE(say(OutsideWord::closed));
  CHECK(say(OutsideWord::note).error().code() == Code::conflict);
  CHECK(desk.prepare({desk.first}).error().code() == Code::conflict);
  // A receiver that is not active is asked nothing more.
  REQUIRE(desk.province.write([&](store::Connection& c) { return change_receiver(c, desk.province.scope(), desk.receiver, {.address = {}, .contact = {}, .active = false}); }));
  CHECK(desk.record("144/CV-PA05").error().code() == Code::invalid);
}

TEST_CASE("units below see nothing of what others asked the standing body for") {
  Desk desk;
  const auto package = desk.prepare({desk.first}).value();
  const auto commune = desk.province.scope_of(desk.province.commune);
  CHECK(desk.province.read([&](store::Connection& c) { return get_outside_request(c, commune, desk.id, kNow); }).error().code() == Code::not_found);
  CHECK(desk.province.read([&](store::Connection& c) { return outside_history(c, commune, desk.id); }).error().code() == Code::not_found);
  CHECK(desk.province.read([&](store::Connection& c) { return get_package(c, commune, package); }).error().code() == Code::not_found);
  CHECK(desk.province.read([&](store::Connection& c) { return list_receivers(c, commune); }).value().empty());
  CHECK(desk.province.read([&](store::Connection& c) { return outside_log_as_csv(c, commune, true, name_of); }).value().find("PA05") == std::string::npos);
}

TEST_CASE("no statement changes or removes what was chosen, approved and handed over") {
  Desk desk;
  const auto package = desk.prepare({desk.first}).value();
  REQUIRE(desk.decide(package, true, kSecond));
  const auto refused = [&](store::Sql sql) { return !desk.province.write([&](store::Connection& c) -> Result<void> { TRY_VOID(c.run(sql)); return {}; }).has_value(); };
  CHECK(refused("UPDATE outside_request SET what_for = 'x', events = events + 1"));
  CHECK(refused("DELETE FROM outside_request"));
  CHECK(refused("UPDATE outside_event SET words = 'x'"));
  CHECK(refused("DELETE FROM outside_event"));
  CHECK(refused("UPDATE evidence_package SET manifest = 'x', state = 'received', received_day = 1"));
  CHECK(refused("UPDATE evidence_package SET state = 'waiting', decided_by = NULL, manifest = NULL"));
  CHECK(refused("DELETE FROM evidence_package"));
  CHECK(refused("UPDATE evidence_package_file SET evidence_id = 2"));
  CHECK(refused("DELETE FROM evidence_package_file"));
  CHECK(refused("INSERT INTO evidence_package_file (tenant_id, package_id, evidence_id, sha256) VALUES (1, 1, 2, zeroblob(32))"));
  CHECK(refused("DELETE FROM receiver"));
}

}  // namespace
}  // namespace khien::request
