// Findings of before there were sites, in a database that such a hub wrote.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "khien/core/assert.hpp"
#include "khien/store/store.hpp"

namespace khien::flow {
namespace {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "khien-migrate-XXXXXX").string();
    khien_assert(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string database() const { return (path_ / "hub.db").string(); }

 private:
  std::filesystem::path path_;
};

std::span<const store::Migration> of_before() {
  const auto all = store::hub_migrations();
  const auto first = std::ranges::find_if(all, [](const store::Migration& m) { return m.name >= "0110"; });
  return all.first(static_cast<std::size_t>(first - all.begin()));
}

constexpr std::string_view kOldRows = R"sql(
INSERT INTO tenant (id, name, created_at) VALUES (1, 'Tỉnh', 0);
INSERT INTO unit (id, tenant_id, parent_id, name, name_order, name_folded, created_at, kind)
  VALUES (1, 1, NULL, 'Tỉnh', x'00', 'tinh', 0, 'province');
INSERT INTO machine (id, tenant_id, unit_id, hostname, hostname_order, search_key, enrolled_at, last_seen)
  VALUES (3, 1, 1, 'may', x'00', 'may', 0, 0);
INSERT INTO site (id, tenant_id, unit_id, address, title, label, search_key, created_at)
  VALUES (3, 1, 1, 'https://xa.gov.vn', '', '', 'xa', 0);
INSERT INTO finding (id, tenant_id, machine_id, unit_id, fingerprint, judge, rule, subject, search_key, severity, state,
                     owner_id, first_seen, last_seen, opened_at, sightings, history, settled_through, withdrawn, sha256,
                     allowed_sha256, allowed_until)
  VALUES (5, 1, 3, 1, zeroblob(32), 'scan', 'yara:a', '/x', 'yara:a /x', 3, 'suppressed', 7, 10, 20, 15, 2, 3, 9, 1,
          zeroblob(32), zeroblob(32), 99),
         (8, 1, 3, 1, randomblob(32), 'law', 'check:b', 'b', 'b', 1, 'new', NULL, 10, 20, 15, 2, 1, 9, 0, NULL, NULL, NULL);
INSERT INTO finding_evidence VALUES (1, 5, 4, 1), (1, 5, 9, 2), (1, 8, 9, 1);
INSERT INTO finding_history VALUES (1, 5, 1, 10, NULL, 'new', 'opened', ''), (1, 5, 2, 12, 7, 'suppressed', '', 'vì'),
                                   (1, 8, 1, 10, NULL, 'new', 'opened', '');
-- One that was removed: its number is not given out again.
INSERT INTO finding (id, tenant_id, machine_id, unit_id, fingerprint, judge, rule, subject, search_key, severity, state,
                     first_seen, last_seen, opened_at, sightings, history, settled_through)
  VALUES (41, 1, 3, 1, randomblob(32), 'law', 'check:c', 'c', 'c', 1, 'new', 10, 20, 15, 2, 1, 9);
DELETE FROM finding WHERE id = 41;
)sql";

std::string all_of(store::Connection& connection, store::Sql sql) {
  std::string text;
  const auto read = connection.query(sql, {}, [&](const store::Row& row) -> Result<void> {
    text += std::string(row.text(0)) + "\n";
    return {};
  });
  if (!read) FAIL(read.error().what());
  return text;
}

std::string whole(store::Connection& connection) {
  return all_of(connection, "SELECT json_array(id, tenant_id, machine_id, unit_id, hex(fingerprint), judge, rule, subject, "
                            "search_key, severity, state, owner_id, first_seen, last_seen, opened_at, sightings, history, "
                            "settled_through, withdrawn, hex(sha256), hex(allowed_sha256), allowed_until) FROM finding ORDER BY id") +
         all_of(connection, "SELECT json_array(finding_id, observation_id, sighting) FROM finding_evidence ORDER BY 1") +
         all_of(connection, "SELECT json_array(finding_id, number, at, user_id, state, effect, note) FROM finding_history ORDER BY 1");
}

TEST_CASE("findings of before there were sites are kept to the last column, with evidence and history") {
  const Folder folder;
  std::string before;
  {
    auto old = store::Store::open({.path = folder.database(), .migrations = of_before()}).value();
    REQUIRE(old->write([&](store::Connection& c) -> Result<void> {
      TRY_VOID(c.run_script(kOldRows));
      before = whole(c);
      return {};
    }));
  }
  REQUIRE(std::ranges::count(before, '\n') == 8);
  auto hub = store::Store::open({.path = folder.database(), .migrations = store::hub_migrations()}).value();
  REQUIRE(hub->write([&](store::Connection& c) -> Result<void> {
    CHECK(whole(c) == before);
    // They hang on their finding as before, and the finding on its machine.
    TRY_VOID(c.run("INSERT INTO finding (tenant_id, site_id, unit_id, fingerprint, judge, rule, subject, search_key, severity, "
                   "state, first_seen, last_seen, opened_at, sightings, history, settled_through) VALUES "
                   "(1, 3, 1, randomblob(32), 'watch', 'watch:defaced', 'u', 'u', 4, 'new', 1, 1, 1, 1, 1, 1)"));
    CHECK(c.last_insert_id() == 42);
    CHECK_FALSE(c.run("INSERT INTO finding_evidence VALUES (1, 4711, 1, 1)"));
    CHECK_FALSE(c.run("UPDATE finding SET site_id = 3 WHERE id = 5"));
    CHECK_FALSE(c.run("UPDATE finding SET machine_id = NULL WHERE id = 5"));
    TRY_VOID(c.run("DELETE FROM machine WHERE id = 3"));
    CHECK(all_of(c, "SELECT id FROM finding") == "42\n");
    CHECK(all_of(c, "SELECT finding_id FROM finding_evidence").empty());
    CHECK(all_of(c, "SELECT finding_id FROM finding_history").empty());
    return {};
  }));
}

}  // namespace
}  // namespace khien::flow
