#include "khien/feed/feed.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "documents.hpp"
#include "json_text.hpp"
#include "reading.hpp"

namespace khien::feed {
namespace {

bool is_debian(const Json& root) {
  bool is = false;
  const auto done = root.each_field([&](std::string_view, Json package) -> Result<void> {
    (void)package.each_field([&](std::string_view name, Json issue) -> Result<void> {
      is = (name.starts_with("CVE-") || name.starts_with("TEMP-")) && issue.is_object() && issue.field("releases").has_value();
      return Error(Code::not_found, "the first will do");
    });
    return Error(Code::not_found, "the first will do");
  });
  (void)done;
  return is;
}

std::optional<FeedKind> kind_of_object(const Json& root) {
  if (root.field("cveMetadata") && root.field("containers")) return FeedKind::cve;
  if (const auto document = object_of(root, "document"); document && document->field("csaf_version")) return FeedKind::csaf;
  if (text_of(root, "format") == "NVD_CVE") return FeedKind::nvd;
  if (root.field("catalogVersion") && root.field("vulnerabilities")) return FeedKind::kev;
  if (text_of(root, "id") != "" && text_of(root, "modified") != "") return FeedKind::osv;
  if (root.field("source") && root.field("package") && root.field("id") && root.field("value")) return FeedKind::trivy;
  if (is_debian(root)) return FeedKind::debian;
  return std::nullopt;
}

// An array is of its first element's kind.
std::optional<FeedKind> kind_of(const Json& root) {
  if (root.is_object()) return kind_of_object(root);
  std::optional<FeedKind> kind;
  const auto done = root.each([&](Json first) -> Result<void> {
    if (first.is_object()) kind = kind_of_object(first);
    return Error(Code::not_found, "the first will do");
  });
  (void)done;
  // Kinds that are a document each are no elements.
  if (kind == FeedKind::kev || kind == FeedKind::nvd || kind == FeedKind::csaf || kind == FeedKind::debian) return std::nullopt;
  return kind;
}

bool is_epss(std::string_view line) { return line.starts_with("#model_version:") || line.starts_with("cve,epss"); }

std::string first_words(std::string_view text) { return words_of(text.substr(0, 60), 60); }

Result<void> read_document(FeedKind kind, const Json& root, Reading& reading) {
  switch (kind) {
    case FeedKind::kev: return read_kev(root, reading);
    case FeedKind::cve: return read_cve(root, reading);
    case FeedKind::nvd: return read_nvd(root, reading);
    case FeedKind::osv: return read_osv(root, reading);
    case FeedKind::debian: return read_debian(root, reading);
    case FeedKind::csaf: return read_csaf(root, reading);
    case FeedKind::trivy: return read_trivy(root, reading);
    case FeedKind::epss: break;
  }
  return reading.broken("", "not JSON of this feed");
}

// Parses each part and gives it to the reader of the kind that the first part had.
class Reader {
 public:
  explicit Reader(Reading& reading) : reading_(reading), documents_(limits_of_documents(reading.budget().limits())) {}

  Result<void> take(const Part& part) {
    reading_.stand_at(part.where);
    TRY_VOID(reading_.budget().check_time());
    return part.kind == Part::Kind::line ? take_line(part) : take_json(part);
  }

  std::optional<FeedKind> kind() const { return kind_; }

 private:
  Result<void> take_line(const Part& part) {
    if (!kind_ && !is_epss(part.text)) return reading_.broken("", "neither JSON nor EPSS: '" + first_words(part.text) + "'");
    if (!settle(FeedKind::epss)) return reading_.broken("", "a text among JSON");
    return read_epss_line(part.text, part.line, reading_);
  }

  Result<void> take_json(const Part& part) {
    auto root = document_.parse(part.text, documents_);
    if (!root) return reading_.broken(of_tracker(part), root.error().what() + (root.error().code() == Code::invalid ? json_fault(part.text, part.before) : ""), root.error().code());
    const auto kind = part.of_tracker && kind_ == FeedKind::debian ? kind_ : kind_of(*root);
    if (!kind) return not_ours(*root, part);
    if (!settle(*kind)) return not_ours(*root, part);
    auto done = read_document(*kind, *root, reading_);
    // In an archive of CSAF documents one that contradicts itself costs itself only.
    if (!done && *kind == FeedKind::csaf && part.one_of_many && done.error().code() == Code::invalid) {
      reading_.stand_at("");
      reading_.pass_over("", done.error().what());
      return {};
    }
    return done;
  }

  // Which issue it is: its names stand first, as they are in the file.
  static std::string_view of_tracker(const Part& part) {
    return part.of_tracker ? part.text.substr(1, std::min<std::size_t>(part.text.find(":{", part.text.find(":{") + 1), 80) - 1) : std::string_view();
  }

  // Archives have files beside the records; a file that is nothing else is no feed.
  Result<void> not_ours(const Json& root, const Part& part) {
    if (part.one_of_many && !part.where.empty() && part.where.find(".json") != part.where.npos) {
      reading_.pass_over("", kind_ ? "no record of " + std::string(to_string(*kind_)) : "no record of a feed that is known");
      return {};
    }
    return reading_.broken("", root.is_array() && root.size() == 0 ? "no records" : "the schema is of no feed that is known");
  }

  bool settle(FeedKind kind) {
    if (!kind_) {
      kind_ = kind;
      reading_.summary.kind = kind;
      reading_.summary.name = to_string(kind);
    }
    return kind_ == kind;
  }

  // All documents together: many lines are one feed.
  static Budget::Limits limits_of_documents(const Budget::Limits& of_feed) {
    return {.bytes_in = std::max(of_feed.bytes_in, of_feed.bytes_out), .depth = of_feed.depth, .entries = of_feed.entries};
  }

  Reading& reading_;
  Budget documents_;
  JsonDocument document_;
  std::optional<FeedKind> kind_;
};

// Ends a detection: not an error that anybody sees.
Error found() { return Error(Code::conflict, "found"); }

}  // namespace

Result<FeedKind> detect_feed(ByteView bytes, std::string_view name) {
  (void)name;  // no kind needs it yet
  Budget budget(feed_limits());
  std::optional<FeedKind> kind;
  JsonDocument document;
  Budget documents({.bytes_in = feed_limits().bytes_out, .depth = 64, .entries = feed_limits().entries});
  const auto done = each_part(bytes, budget, [&](const Part& part) -> Result<void> {
    if (part.kind == Part::Kind::line) {
      if (is_epss(part.text)) kind = FeedKind::epss;
      return found();
    }
    TRY(const Json root, document.parse(part.text, documents));
    kind = kind_of(root);
    if (kind || !part.one_of_many) return found();
    return {};
  });
  if (kind) return *kind;
  if (!done && done.error().code() != Code::conflict) return done.error();
  return Error(Code::invalid, "the schema is of no feed that is known");
}

Result<FeedSummary> read_feed(ByteView bytes, std::string_view name, Budget& budget, FeedSink& sink, const ReadingOptions& options) {
  (void)name;  // no kind needs it yet
  Reading reading(sink, budget, options.wanted);
  Reader reader(reading);
  TRY_VOID(each_part(bytes, budget, [&](const Part& part) { return reader.take(part); }, options.passed));
  reading.stand_at("");
  const FeedSummary& summary = reading.summary;
  if (!reader.kind()) return Error(Code::invalid, "the schema is of no feed that is known");
  if (summary.taken == 0 && summary.passed_over > 0) {
    return Error(Code::invalid, "none of " + std::to_string(summary.passed_over) + " records could be taken; the first: " +
                                    summary.named.front().where + ": " + summary.named.front().why);
  }
  if (summary.taken == 0) return Error(Code::invalid, "no records");
  return std::move(reading.summary);
}

namespace {

template <class Record>
void put(std::vector<Record>& all, std::map<std::string, std::size_t, std::less<>>& places, const std::string& key, Record record) {
  const auto [place, is_new] = places.emplace(key, all.size());
  if (is_new) all.push_back(std::move(record));
  else all[place->second] = std::move(record);
}

}  // namespace

namespace {

// What makes two entries one: of Debian a release's package, of others all they say.
std::string identity_of(const advisory::Affected& affected, bool is_debian) {
  const auto& key = affected.package;
  JsonWriter json;
  json.begin_array().string(key.type).string(key.space).string(key.name).string(key.release);
  if (is_debian) return json.end_array().take();
  json.integer(static_cast<std::int64_t>(affected.basis)).integer(static_cast<std::int64_t>(affected.standing)).string(affected.reason).string(affected.cpe);
  json.integer(affected.severity ? static_cast<std::int64_t>(*affected.severity) : -1).begin_array();
  for (const auto& range : affected.ranges) {
    json.string(range.introduced).string(range.fixed).string(range.last_affected).boolean(range.introduced_excluded);
  }
  json.end_array().begin_array();
  for (const std::string& version : affected.versions) json.string(version);
  return json.end_array().end_array().take();
}

void add_texts(std::vector<std::string>& texts, std::vector<std::string> more) {
  texts.insert(texts.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  std::ranges::sort(texts);
  texts.erase(std::ranges::unique(texts).begin(), texts.end());
}

}  // namespace

bool is_united(std::string_view feed) { return feed == "debian" || feed == "trivy"; }

void Collected::unite(std::size_t place, advisory::Advisory record) {
  advisory::Advisory& known = advisories[place];
  const bool is_debian = known.feed == "debian";
  const auto [entry, is_new] = united_.try_emplace(place);
  auto& places = entry->second;
  for (std::size_t i = 0; is_new && i < known.affected.size(); ++i) places[identity_of(known.affected[i], is_debian)] = i;
  for (advisory::Affected& affected : record.affected) {
    const auto [at, is_first] = places.try_emplace(identity_of(affected, is_debian), known.affected.size());
    if (is_first) known.affected.push_back(std::move(affected));
    else known.affected[at->second] = std::move(affected);
  }
  if (known.title.empty()) known.title = std::move(record.title);
  if (known.description.empty()) known.description = std::move(record.description);
  known.severity = std::max(known.severity, record.severity);
  if (record.cves != known.cves) add_texts(known.cves, std::move(record.cves));
  if (record.references != known.references) add_texts(known.references, std::move(record.references));
}

Result<void> Collected::take(advisory::Advisory record) {
  const std::string key = "a\n" + record.feed + "\n" + record.id;
  const auto place = is_united(record.feed) ? places_.find(key) : places_.end();
  if (place != places_.end()) unite(place->second, std::move(record));
  else put(advisories, places_, key, std::move(record));
  return {};
}

Result<void> Collected::take(advisory::Exploited record) {
  const std::string key = "e\n" + record.cve;
  put(exploited, places_, key, std::move(record));
  return {};
}

Result<void> Collected::take(advisory::Likelihood record) {
  const std::string key = "l\n" + record.cve;
  put(likelihoods, places_, key, std::move(record));
  return {};
}

}  // namespace khien::feed
