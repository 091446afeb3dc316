#include "device_matching.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "agent_line.hpp"
#include "device_statements.hpp"
#include "khien/core/assert.hpp"

namespace khien::estate {
namespace {

constexpr std::array<std::string_view, 3> kKinds{"serial", "mac", "name"};

// 0 is the strongest.
std::size_t rank_of(std::string_view kind) {
  return static_cast<std::size_t>(std::ranges::find(kKinds, kind) - kKinds.begin());
}

struct Candidate {
  DeviceId device;
  std::string kind;
  std::optional<MachineId> holder;  // who has the device now …
  std::string held_by;              // … and by which kind of key
};

// The machine's pairs, first by rank.
Result<std::vector<Candidate>> candidates_of(store::Connection& connection, TenantId tenant, MachineId machine) {
  std::vector<Candidate> found;
  TRY_VOID(connection.query(
      kCandidates,
      {tenant, machine}, [&](const store::Row& row) -> Result<void> {
        Candidate candidate{.device = DeviceId{row.integer(1)}, .kind = std::string(row.text(0))};
        if (!row.is_null(3)) candidate.holder = MachineId{row.integer(3)};
        candidate.held_by = row.text(4);
        found.push_back(std::move(candidate));
        return {};
      }));
  std::ranges::sort(found, {}, [](const Candidate& c) { return std::pair(rank_of(c.kind), c.device); });
  return found;
}

// The work that a change makes: machines to be matched, each once at a time.
class Matching {
 public:
  Matching(store::Connection& connection, TenantId tenant) : connection_(connection), tenant_(tenant) {}

  void add(MachineId machine) { waiting_.insert(machine); }
  Result<void> run() {
    // Each step makes a match of higher rank or frees one of lower, so it ends;
    // the order of the set only makes it the same each time.
    while (!waiting_.empty()) {
      const MachineId machine = *waiting_.begin();
      waiting_.erase(waiting_.begin());
      TRY_VOID(match(machine));
    }
    return {};
  }

 private:
  Result<void> match(MachineId machine) {
    TRY(const auto current, device_of(machine));
    TRY(const auto candidates, candidates_of(connection_, tenant_, machine));
    for (const Candidate& candidate : candidates) {
      const bool free = !candidate.holder || *candidate.holder == machine;
      if (!free && rank_of(candidate.held_by) <= rank_of(candidate.kind)) continue;
      if (!free) add(*candidate.holder);
      return give(machine, current, candidate);
    }
    if (current && !current->is_agents_own) {
      TRY_VOID(unlink(current->device));
      TRY_VOID(add_rivals(current->device, machine));
    }
    return keep_agent_line(connection_, tenant_, machine);
  }

  Result<void> give(MachineId machine, const std::optional<AgentLine>& current, const Candidate& candidate) {
    if (current && current->device == candidate.device) {
      TRY_VOID(connection_.run("UPDATE device SET matched_by = ?3 WHERE tenant_id = ?1 AND id = ?2",
                               {tenant_, candidate.device, candidate.kind}));
      return {};
    }
    if (current && current->is_agents_own) {
      TRY_VOID(drop_agent_line(connection_, tenant_, current->device));
    } else if (current) {
      TRY_VOID(unlink(current->device));
      TRY_VOID(add_rivals(current->device, machine));
    }
    TRY_VOID(connection_.run("UPDATE device SET machine_id = ?3, matched_by = ?4 WHERE tenant_id = ?1 AND id = ?2",
                             {tenant_, candidate.device, machine, candidate.kind}));
    return {};
  }

  Result<void> unlink(DeviceId device) {
    TRY_VOID(connection_.run("UPDATE device SET machine_id = NULL, matched_by = NULL WHERE tenant_id = ?1 AND id = ?2",
                             {tenant_, device}));
    return {};
  }

  // A device that became free is for the next in rank.
  Result<void> add_rivals(DeviceId device, MachineId except) {
    return connection_.query(
        kRivals,
        {tenant_, device, except}, [&](const store::Row& row) -> Result<void> {
          add(MachineId{row.integer(0)});
          return {};
        });
  }

  Result<std::optional<AgentLine>> device_of(MachineId machine) { return line_of(connection_, tenant_, machine); }

  store::Connection& connection_;
  TenantId tenant_;
  std::set<MachineId> waiting_;
};

Result<void> add_holders(store::Connection& connection, TenantId tenant, const Key& key, Matching& matching) {
  return connection.query("SELECT machine_id FROM machine_key WHERE tenant_id = ?1 AND kind = ?2 AND key = ?3",
                          {tenant, key.kind, key.text}, [&](const store::Row& row) -> Result<void> {
                            matching.add(MachineId{row.integer(0)});
                            return {};
                          });
}

std::string_view stored_kind(std::string_view kind) { return kKinds.at(rank_of(kind)); }

template <class Ask>
Result<std::vector<Key>> read_keys(Ask ask) {
  std::vector<Key> keys;
  TRY_VOID(ask([&](const store::Row& row) -> Result<void> {
    keys.push_back({stored_kind(row.text(0)), std::string(row.text(1))});
    return {};
  }));
  std::ranges::sort(keys);
  return keys;
}

Result<std::vector<Key>> machine_keys(store::Connection& connection, TenantId tenant, MachineId machine) {
  return read_keys([&](const store::Connection::Visit& visit) {
    return connection.query("SELECT kind, key FROM machine_key WHERE tenant_id = ?1 AND machine_id = ?2",
                            {tenant, machine}, visit);
  });
}

Result<std::vector<Key>> device_keys(store::Connection& connection, TenantId tenant, DeviceId device) {
  return read_keys([&](const store::Connection::Visit& visit) {
    return connection.query("SELECT kind, key FROM device_key WHERE tenant_id = ?1 AND device_id = ?2",
                            {tenant, device}, visit);
  });
}

}  // namespace

Result<void> put_machine_keys(store::Connection& connection, TenantId tenant, MachineId machine,
                              const std::vector<Key>& keys) {
  TRY(const auto before, machine_keys(connection, tenant, machine));
  if (before == keys && !keys.empty()) return keep_agent_line(connection, tenant, machine);
  Matching matching(connection, tenant);
  for (const Key& key : before) TRY_VOID(add_holders(connection, tenant, key, matching));
  TRY_VOID(connection.run("DELETE FROM machine_key WHERE tenant_id = ?1 AND machine_id = ?2", {tenant, machine}));
  for (const Key& key : keys) {
    TRY_VOID(connection.run("INSERT INTO machine_key (tenant_id, kind, key, machine_id) VALUES (?1, ?2, ?3, ?4)",
                            {tenant, key.kind, key.text, machine}));
    TRY_VOID(add_holders(connection, tenant, key, matching));
  }
  matching.add(machine);
  return matching.run();
}

Result<void> match_anew(store::Connection& connection, TenantId tenant, MachineId machine) {
  Matching matching(connection, tenant);
  matching.add(machine);
  return matching.run();
}

Result<void> store_device_keys(store::Connection& connection, TenantId tenant, DeviceId device,
                               const std::vector<Key>& keys) {
  TRY_VOID(connection.run("DELETE FROM device_key WHERE tenant_id = ?1 AND device_id = ?2", {tenant, device}));
  for (const Key& key : keys) {
    TRY_VOID(connection.run("INSERT INTO device_key (tenant_id, kind, key, device_id) VALUES (?1, ?2, ?3, ?4)",
                            {tenant, key.kind, key.text, device}));
  }
  return {};
}

Result<void> put_device_keys(store::Connection& connection, TenantId tenant, DeviceId device,
                             const std::vector<Key>& keys) {
  TRY(const auto before, device_keys(connection, tenant, device));
  if (before == keys) return {};
  Matching matching(connection, tenant);
  for (const Key& key : before) TRY_VOID(add_holders(connection, tenant, key, matching));
  for (const Key& key : keys) TRY_VOID(add_holders(connection, tenant, key, matching));
  TRY_VOID(store_device_keys(connection, tenant, device, keys));
  return matching.run();
}

}  // namespace khien::estate
