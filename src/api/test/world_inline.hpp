#pragma once

#include <condition_variable>
#include <mutex>

#include "password.hpp"
#include "world.hpp"

namespace khien::api {

inline std::string World::hash_of(std::string_view password) {
  return hash_password(password, kCheap, random).value();
}

// The answer of a handler that may answer from another thread.
inline net::Response late_answer_of(net::Handler& handler, net::Request request) {
  std::mutex mutex;
  std::condition_variable wake;
  std::optional<net::Response> answer;
  handler.handle(std::move(request), [&](net::Response response) {
    const std::lock_guard lock(mutex);
    answer = std::move(response);
    wake.notify_all();
  });
  std::unique_lock lock(mutex);
  wake.wait(lock, [&] { return answer.has_value(); });
  return std::move(*answer);
}

inline net::Response World::report(EnrolledMachine& machine, const std::vector<Observation>& observations) {
  auto response = late_answer_of(*agents, batch_request(machine, observations));
  if (response.status == 200) machine.next_seq += observations.size();
  const auto applied = road->apply_pending();
  if (!applied) FAIL(applied.error().what());
  return response;
}

// Over a whole copy of the database: any row that changed shows.
inline std::string World::database_hash() {
  const auto path = folder.file("copy-" + std::to_string(++copies) + ".db");
  const auto copied = hub->copy_to(path);
  if (!copied) FAIL(copied.error().what());
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  std::filesystem::remove(path);
  // Bytes 24-27 and 92-99 of the header count writes, also those rolled back.
  std::string stable = bytes;
  for (const std::size_t at : {24u, 25u, 26u, 27u, 92u, 93u, 94u, 95u, 96u, 97u, 98u, 99u}) stable[at] = 0;
  return sha256(stable).hex();
}

}  // namespace khien::api
