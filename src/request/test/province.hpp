#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "khien/core/assert.hpp"
#include "khien/core/bytes.hpp"
#include "khien/duty/evidence.hpp"
#include "khien/estate/units.hpp"
#include "khien/request/requests.hpp"
#include "khien/store/store.hpp"

namespace khien::request {

inline constexpr Timestamp kNow{1'795'334'400'000};  // 2026-11-22T08:00:00Z
inline constexpr UserId kAsker{1};
inline constexpr UserId kSecond{2};
inline constexpr UserId kOfficer{3};

// A hub's database with a province, two communes below it and a school below the first.
class Province {
 public:
  template <class Work>
  auto write(Work work) {
    using Answer = decltype(work(std::declval<store::Connection&>()));
    std::optional<Answer> answer;
    auto written = hub_->write([&](store::Connection& connection) -> Result<void> {
      answer.emplace(work(connection));
      if (!*answer) return answer->error();
      return {};
    });
    if (!written) return Answer(std::move(written).error());
    return std::move(*answer);
  }
  template <class Work>
  auto read(Work work) {
    using Answer = decltype(work(std::declval<store::Connection&>()));
    std::optional<Answer> answer;
    khien_assert(hub_->read([&](store::Connection& connection) -> Result<void> {
                       answer.emplace(work(connection));
                       return {};
                     }).has_value());
    return std::move(*answer);
  }

  Province() {
    std::string name = (std::filesystem::temp_directory_path() / "khien-request-XXXXXX").string();
    khien_assert(mkdtemp(name.data()) != nullptr);
    folder_ = name;
    auto opened = store::Store::open({.path = folder_ + "/khien.db", .migrations = store::hub_migrations()});
    khien_assert(opened.has_value());
    hub_ = std::move(opened).value();
    const auto made = write([&](store::Connection& c) { return estate::create_tenant(c, "Tỉnh Lam Giang", kNow); }).value();
    tenant = made.tenant;
    root = made.root;
    commune = unit("Xã Mỹ Châu", root, estate::UnitKind::commune);
    school = unit("Trường Trung học cơ sở Mỹ Châu", commune, estate::UnitKind::school);
    other = unit("Xã Bảo Lâm", root, estate::UnitKind::commune);
  }
  ~Province() {
    hub_.reset();
    std::filesystem::remove_all(folder_);
  }

  UnitId unit(std::string_view name, UnitId parent, estate::UnitKind kind) {
    return write([&](store::Connection& c) { return estate::create_unit(c, scope(), name, kind, parent, kNow); }).value();
  }
  EvidenceId evidence(UnitId of, std::string_view name, std::string_view text) {
    return write([&](store::Connection& c) {
             return duty::keep_evidence(c, scope(), {.unit = of, .file_name = std::string(name), .bytes = as_bytes(text), .effective_on = {}, .by = kOfficer}, kNow);
           }).value();
  }
  RequestId send(const Audience& audience, Answer answer = Answer::words, std::optional<Date> due = {}) {
    NewRequest wanted{.unit = root, .title = "Rà soát tài khoản quản trị", .text = "Đề nghị báo cáo.", .basis = "Công văn 17", .due = due, .answer = answer,
                      .fields = {}, .attachments = {}, .audience = audience};
    if (answer == Answer::numbers) wanted.fields = {"Số máy chủ", "Số tài khoản"};
    return write([&](store::Connection& c) { return send_request(c, scope(), wanted, kAsker, kNow); }).value();
  }
  RequestUnitId asked(RequestId request, UnitId of) {
    const auto page = read([&](store::Connection& c) { return list_asked(c, scope(), request, {.state = {}, .unit = of, .words = {}, .cursor = {}}, kNow); }).value();
    for (const auto& one : page.items) {
      if (one.unit == of) return one.id;
    }
    khien_assert(false);
    return {};
  }
  State state(RequestUnitId id) {
    return read([&](store::Connection& c) { return get_asked(c, scope(), id, kNow); }).value().state;
  }

  store::TenantScope scope() const { return store::TenantScope::for_test(tenant, {root}); }
  store::TenantScope scope_of(UnitId unit) const { return store::TenantScope::for_test(tenant, {unit}); }

  TenantId tenant;
  UnitId root, commune, school, other;

 private:
  std::string folder_;
  std::unique_ptr<store::Store> hub_;
};

}  // namespace khien::request
