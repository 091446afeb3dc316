#include "khien/crawl/frontier.hpp"

#include <algorithm>
#include <array>

#include "khien/core/assert.hpp"
#include "khien/core/hash.hpp"

namespace khien::crawl {
namespace {

constexpr std::array<std::string_view, 7> kOrigins{"home", "infected", "imported", "echo", "upload", "listed", "linked"};

void write(JsonWriter& out, const FrontierPage& page, std::uint64_t rank) {
  out.begin_object().field("url", page.url).field("origin", to_string(page.origin));
  out.field("depth", static_cast<std::int64_t>(page.depth)).field("rank", std::to_string(rank)).end_object();
}

Result<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  if (text.empty() || text.size() > 20) return Error(Code::invalid, "not a number");
  for (const char c : text) {
    if (c < '0' || c > '9') return Error(Code::invalid, "not a number");
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

}  // namespace

std::string_view to_string(PageOrigin origin) { return kOrigins.at(static_cast<std::size_t>(origin)); }

Result<PageOrigin> page_origin_from_string(std::string_view text) {
  const auto found = std::ranges::find(kOrigins, text);
  if (found == kOrigins.end()) return Error(Code::invalid, "origin is not one that is known");
  return static_cast<PageOrigin>(found - kOrigins.begin());
}

std::uint64_t Frontier::rank(const FrontierPage& page) {
  ++came_;
  if (page.origin < PageOrigin::listed) return (static_cast<std::uint64_t>(page.origin) << 48) | came_;
  // Near pages before far ones; among them by hash.
  const Sha256 hash = sha256(std::to_string(round_) + "|" + page.url);
  std::uint64_t value = std::min<std::uint64_t>(page.depth, 255);
  for (std::size_t i = 0; i < 7; ++i) value = (value << 8) | std::to_integer<std::uint64_t>(hash.bytes[i]);
  return value;
}

Frontier::Heap& Frontier::heap_of(PageOrigin origin) {
  if (origin == PageOrigin::listed) return listed_;
  return origin == PageOrigin::linked ? linked_ : first_;
}

bool Frontier::add(FrontierPage page) {
  if (known_.contains(page.url)) return false;
  if (known_.size() >= most_) {
    ++dropped_;
    return false;
  }
  known_.insert(page.url);
  const std::uint64_t order = rank(page);
  heap_of(page.origin).insert({order, std::move(page)});
  return true;
}

FrontierPage Frontier::take(Heap& heap) {
  khien_assert(!heap.empty());
  return std::move(heap.extract(heap.begin()).value().page);
}

std::optional<FrontierPage> Frontier::next() {
  if (!first_.empty()) return take(first_);
  if (listed_.empty() && linked_.empty()) return std::nullopt;
  const bool linked = listed_.empty() || (linked_turn_ && !linked_.empty());
  linked_turn_ = !linked;
  return take(linked ? linked_ : listed_);
}

std::string Frontier::to_json() const {
  JsonWriter out;
  out.begin_object().field("round", std::to_string(round_)).field("came", std::to_string(came_));
  out.field("linked_turn", linked_turn_).field("dropped", static_cast<std::int64_t>(dropped_));
  std::set<std::string_view> gone(known_.begin(), known_.end());
  out.key("waiting").begin_array();
  for (const Heap* heap : {&first_, &listed_, &linked_}) {
    for (const Waiting& each : *heap) {
      write(out, each.page, each.rank);
      gone.erase(each.page.url);
    }
  }
  out.end_array().key("gone").begin_array();
  for (const std::string_view url : gone) out.string(url);
  out.end_array().end_object();
  return out.take();
}

Result<Frontier> Frontier::from_json(const Json& root, std::size_t most) {
  TRY(const auto round, root.string_at("round"));
  TRY(const std::uint64_t round_number, number(round));
  Frontier frontier(most, round_number);
  TRY(const auto came, root.string_at("came"));
  TRY(frontier.came_, number(came));
  TRY(frontier.linked_turn_, root.boolean_at("linked_turn"));
  TRY(const auto dropped, root.integer_at("dropped"));
  frontier.dropped_ = static_cast<std::size_t>(std::max<std::int64_t>(dropped, 0));
  TRY(const Json waiting, root.field("waiting"));
  TRY_VOID(waiting.each([&](Json each) -> Result<void> {
    FrontierPage page;
    TRY(const auto url, each.string_at("url"));
    TRY(const auto origin, each.string_at("origin"));
    TRY(page.origin, page_origin_from_string(origin));
    TRY(const auto depth, each.integer_at("depth"));
    TRY(const auto rank_text, each.string_at("rank"));
    TRY(const std::uint64_t order, number(rank_text));
    page.url = url;
    page.depth = static_cast<std::uint32_t>(std::clamp<std::int64_t>(depth, 0, 255));
    if (!frontier.known_.insert(page.url).second) return Error(Code::invalid, "an address waits twice");
    frontier.heap_of(page.origin).insert({order, std::move(page)});
    return {};
  }));
  TRY(const Json gone, root.field("gone"));
  TRY_VOID(gone.each([&](Json each) -> Result<void> {
    TRY(const auto url, each.string());
    frontier.known_.emplace(url);
    return {};
  }));
  return frontier;
}

}  // namespace khien::crawl
