#include <algorithm>
#include <span>
#include <utility>

#include "khien/core/text.hpp"
#include "khien/core/yaml.hpp"
#include "rules_impl.hpp"
#include "spelling.hpp"

namespace khien::watch {
namespace {

constexpr std::size_t kMaxTermBytes = 120;

// Reads values of one file. Each error is "FILE:LINE: what".
class Reading {
 public:
  explicit Reading(std::string_view file) : file_(file) {}

  Error wrong(const Yaml& at, std::string_view what) const {
    return Error(Code::invalid, file_ + ":" + std::to_string(at.line) + ": " + std::string(what));
  }

  Result<void> only(const Yaml& map, std::span<const std::string_view> names) const {
    if (map.kind != Yaml::Kind::map) return wrong(map, "must be a map");
    for (const Yaml::Field& field : map.fields) {
      if (std::ranges::find(names, field.name) == names.end()) return wrong(field.value, "unknown field '" + field.name + "'");
    }
    return {};
  }

  Result<const Yaml*> member(const Yaml& map, std::string_view name) const {
    const Yaml* found = map.kind == Yaml::Kind::map ? map.find(name) : nullptr;
    if (found == nullptr) return wrong(map, "field '" + std::string(name) + "' is missing");
    return found;
  }

  Result<std::vector<std::string>> texts(const Yaml& map, std::string_view name) const {
    TRY(const Yaml* list, member(map, name));
    if (list->kind != Yaml::Kind::list || list->items.empty()) return wrong(*list, "must be a list with something in it");
    std::vector<std::string> all;
    for (const Yaml& item : list->items) {
      if (!item.is_scalar() || item.text.empty()) return wrong(item, "must be a text");
      all.push_back(item.text);
    }
    return all;
  }

 private:
  std::string file_;
};

Result<Kind> kind_of(const Reading& reading, const Yaml& map) {
  TRY(const Yaml* value, reading.member(map, "kind"));
  for (std::size_t i = 0; i < kKinds; ++i) {
    if (to_string(static_cast<Kind>(i)) == value->text) return static_cast<Kind>(i);
  }
  return reading.wrong(*value, "'" + value->text + "' is no kind of word");
}

Result<double> positive(const Reading& reading, const Yaml& map, std::string_view name) {
  TRY(const Yaml* value, reading.member(map, name));
  if (value->kind != Yaml::Kind::integer && value->kind != Yaml::Kind::number) return reading.wrong(*value, "must be a number");
  if (!(value->number > 0) || value->number > 100) return reading.wrong(*value, "must be over 0, and 100 at most");
  return value->number;
}

bool hits_entry(const Lexicon& lexicon, std::string_view text, std::uint32_t entry) {
  std::vector<Word> words;
  std::vector<Hit> hits;
  split_words(text, words);
  lexicon.find(text, words, hits);
  return std::ranges::any_of(hits, [&](const Hit& hit) { return lexicon.term(hit.term).entry == entry; });
}

// An example waits until all words are read: a longer term elsewhere must not steal it.
struct Example {
  const Yaml* at;
  std::string text;
  std::uint32_t entry;
  bool hit;
};

class LexiconFile {
 public:
  LexiconFile(std::string_view name, Rules::Impl& rules) : reading_(name), rules_(rules) {}

  Result<void> read(const Yaml& document) {
    constexpr std::string_view kFields[] = {"words"};
    TRY_VOID(reading_.only(document, kFields));
    TRY(const Yaml* list, reading_.member(document, "words"));
    if (list->kind != Yaml::Kind::list) return reading_.wrong(*list, "must be a list");
    for (const Yaml& item : list->items) TRY_VOID(read_entry(item));
    return try_examples();
  }

 private:
  Result<void> read_entry(const Yaml& map) {
    constexpr std::string_view kFields[] = {"id", "kind", "weight", "terms", "anywhere", "hit", "miss"};
    TRY_VOID(reading_.only(map, kFields));
    TRY(const Yaml* id, reading_.member(map, "id"));
    if (std::ranges::find(rules_.entries, id->text) != rules_.entries.end()) return reading_.wrong(*id, "'" + id->text + "' is there already");
    const auto entry = static_cast<std::uint32_t>(rules_.entries.size());
    rules_.entries.push_back(id->text);
    TRY(const auto kind, kind_of(reading_, map));
    TRY(const auto weight, positive(reading_, map, "weight"));
    const Yaml* anywhere = map.find("anywhere");
    TRY(const auto terms, reading_.texts(map, "terms"));
    for (const std::string& text : terms) {
      std::vector<Word> words;
      split_words(text, words);
      if (words.empty() || text.size() > kMaxTermBytes) return reading_.wrong(map, "'" + text + "' is no term");
      rules_.lexicon.add({spelled(text), entry, kind, weight, 0}, anywhere != nullptr && anywhere->boolean);
    }
    return note_examples(map, entry);
  }

  Result<void> note_examples(const Yaml& map, std::uint32_t entry) {
    for (const bool hit : {true, false}) {
      const std::string_view name = hit ? "hit" : "miss";
      TRY(const auto texts, reading_.texts(map, name));
      for (const std::string& text : texts) examples_.push_back({map.find(name), spelled(text), entry, hit});
    }
    return {};
  }

  Result<void> try_examples() const {
    for (const Example& one : examples_) {
      if (hits_entry(rules_.lexicon, one.text, one.entry) == one.hit) continue;
      const std::string& id = rules_.entries[one.entry];
      return reading_.wrong(*one.at, one.hit ? id + " does not hit '" + one.text + "'" : id + " hits its miss '" + one.text + "'");
    }
    return {};
  }

  Reading reading_;
  Rules::Impl& rules_;
  std::vector<Example> examples_;
};

class SitesFile {
 public:
  SitesFile(std::string_view name, Rules::Impl& rules) : reading_(name), rules_(rules) {}

  Result<void> read(const Yaml& document) {
    constexpr std::string_view kFields[] = {"trusted", "platforms", "press", "lotteries", "endings", "betting_endings", "cheap_endings", "shapes"};
    TRY_VOID(reading_.only(document, kFields));
    TRY_VOID(read_hosts(document, "trusted", rules_.trusted));
    TRY_VOID(read_hosts(document, "platforms", rules_.platforms));
    TRY_VOID(read_hosts(document, "press", rules_.press));
    TRY_VOID(read_hosts(document, "lotteries", rules_.lotteries));
    TRY_VOID(read_hosts(document, "endings", rules_.endings));
    TRY_VOID(read_hosts(document, "betting_endings", rules_.betting_endings));
    TRY_VOID(read_hosts(document, "cheap_endings", rules_.cheap_endings));
    return read_shapes(document);
  }

 private:
  Result<void> read_hosts(const Yaml& document, std::string_view name, HostSet& hosts) {
    constexpr std::string_view kFields[] = {"hosts", "hit", "miss"};
    TRY(const Yaml* map, reading_.member(document, name));
    TRY_VOID(reading_.only(*map, kFields));
    TRY(const auto all, reading_.texts(*map, "hosts"));
    for (const std::string& host : all) hosts.add(host);
    return try_examples(*map, [&](const std::string& host) { return hosts.has(host); });
  }

  Result<void> read_shapes(const Yaml& document) {
    constexpr std::string_view kFields[] = {"numbers", "endings", "words", "suffixes", "honest", "hit", "miss"};
    TRY(const Yaml* map, reading_.member(document, "shapes"));
    TRY_VOID(reading_.only(*map, kFields));
    TRY(rules_.shapes.numbers, reading_.texts(*map, "numbers"));
    TRY(rules_.shapes.endings, reading_.texts(*map, "endings"));
    TRY(rules_.shapes.words, reading_.texts(*map, "words"));
    TRY(rules_.shapes.suffixes, reading_.texts(*map, "suffixes"));
    TRY(rules_.shapes.honest, reading_.texts(*map, "honest"));
    if (std::ranges::any_of(rules_.shapes.words, [](const std::string& word) { return word.size() < 2; })) return reading_.wrong(*map, "a word of one letter");
    rules_.shapes.finish();
    return try_examples(*map, [&](const std::string& host) { return rules_.shapes.weigh_host(host) > 0; });
  }

  template <class Has>
  Result<void> try_examples(const Yaml& map, Has has) const {
    for (const bool hit : {true, false}) {
      TRY(const auto texts, reading_.texts(map, hit ? "hit" : "miss"));
      for (const std::string& text : texts) {
        if (has(text) != hit) return reading_.wrong(map, (hit ? "does not hit '" : "hits its miss '") + text + "'");
      }
    }
    return {};
  }

  Reading reading_;
  Rules::Impl& rules_;
};

Result<void> read_weights(std::string_view name, const Yaml& document, Rules::Impl& rules) {
  const Reading reading(name);
  if (document.kind != Yaml::Kind::map) return reading.wrong(document, "must be a map");
  for (std::size_t i = 0; i < kWeights; ++i) {
    TRY(rules.weights[i], positive(reading, document, to_string(static_cast<Weight>(i))));
  }
  if (document.fields.size() != kWeights) return reading.wrong(document, "has a weight that nothing asks for");
  return {};
}

Result<void> read_file(const SourceFile& file, Budget& budget, Rules::Impl& rules) {
  if (file.path.ends_with(".txt")) {
    TRY_VOID(budget.take_in(file.text.size()));
    rules.domains.add(file.text);
    return {};
  }
  auto document = parse_yaml(file.text, budget);
  if (!document) return std::move(document).error().within(file.path);
  if (file.path.contains("lexicon")) return LexiconFile(file.path, rules).read(*document);
  if (file.path.contains("sites")) return SitesFile(file.path, rules).read(*document);
  if (file.path.contains("weights")) return read_weights(file.path, *document, rules);
  return Error(Code::invalid, file.path + ": no file of the judge's rules");
}

}  // namespace

std::string_view to_string(Weight weight) {
  constexpr std::array<std::string_view, kWeights> kNames{
      "link_threshold", "link_listed", "link_shape", "link_shape_word", "link_brand_host", "link_anchor_shape", "link_ending",
      "link_slug", "link_hidden", "link_no_script", "link_after_end", "link_external", "link_external_vn", "link_internal",
      "link_trusted", "link_platform", "link_press", "link_lottery", "link_anchor_context", "link_block_context", "link_call",
      "link_new_domain", "link_known", "link_second_word", "link_foreign", "link_cheap_ending", "link_betting_ending", "link_folder", "link_in_offer", "link_spreads", "link_only_words", "link_as_text",
      "passage_threshold", "passage_call", "passage_brand_call", "passage_context", "passage_point", "passage_disguised", "passage_name", "passage_dense", "passage_foreign", "passage_titled", "passage_calm",
      "page_threshold", "page_suspicion", "hidden_links", "hidden_link_more", "spam_links", "spam_link_more", "strong_link", "spreading_links",
      "links_after_end", "listed_domain", "hidden_words", "promotion", "promotion_most", "title_words", "title_language", "title_and_text",
      "foreign_words", "glued_words", "glued_term", "bracket_anchor", "frame", "unseen_frame", "dropper", "script_address", "coded_address", "picture_words", "cover", "declared_address", "other_face", "other_language", "other_page", "other_links", "other_words", "redirect_listed",
      "redirect_foreign", "redirect_some_visitors", "new_hidden_links", "deface_title", "deface_heading", "deface_short",
      "deface_prose", "deface_mark", "deface_small", "deface_lonely", "deface_signature", "deface_replaced", "deface_context", "context", "dead_link"};
  return kNames[static_cast<std::size_t>(weight)];
}

Rules::Rules(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Rules::Rules(Rules&&) noexcept = default;
Rules& Rules::operator=(Rules&&) noexcept = default;
Rules::~Rules() = default;

std::size_t Rules::word_count() const { return impl_->lexicon.size(); }
std::size_t Rules::domain_count() const { return impl_->domains.size(); }

Budget::Limits rules_limits() { return {.bytes_in = 8u << 20, .depth = 16, .entries = 400'000, .time = seconds(20)}; }

Result<Rules> Rules::load(const std::vector<SourceFile>& files, Budget& budget) {
  auto impl = std::make_unique<Impl>();
  for (const SourceFile& file : files) TRY_VOID(read_file(file, budget, *impl));
  impl->domains.finish();
  if (impl->lexicon.size() == 0) return Error(Code::invalid, "no words among the rules");
  if (impl->weight(Weight::page_threshold) <= 0) return Error(Code::invalid, "no weights among the rules");
  return Rules(std::move(impl));
}

}  // namespace khien::watch
