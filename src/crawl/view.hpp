#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "khien/crawl/fetcher.hpp"
#include "transfer.hpp"

namespace khien::crawl {

// A request on its way through its steps.
//
//   waiting ─ begin_step ─► resolving ─ resolved ─► moving ─ moved ─► (waiting | ended)
//      └───────────────────────┴───── end ─────────────┴──────────────────► ended
struct View {
  enum class State : unsigned char { waiting, resolving, moving, ended };

  std::uint64_t number = 0;
  FetchRequest request;
  Fetcher::Done done;
  State state = State::waiting;
  bool begun = false;
  Duration begun_at;
  WebUrl url;             // of the step at hand
  std::string gate;       // whose place it holds or waits for
  bool inside = false;    // holds it
  bool answered = false;  // `fetched` holds some step's answer
  Fetched fetched;
  std::unique_ptr<Transfer> transfer;
  // When bytes last came in fast enough, and how many there were.
  Duration lively_at;
  std::size_t lively_bytes = 0;
};

// Where an answer sends on, and how; `reference` is empty where it does not.
struct Onward {
  std::string reference;
  RedirectStep::How how = RedirectStep::How::location;
};
// By its status and headers: Location, Refresh. Pure.
Onward onward_by_headers(const Answer& answer);
// Is it a page that may send on, or link, by its body? Pure.
bool is_page(const Answer& answer);

}  // namespace khien::crawl
