#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "book_format.hpp"
#include "khien/advisory/book.hpp"
#include "khien/advisory/ecosystem.hpp"
#include "khien/core/assert.hpp"
#include "range.hpp"

namespace khien::advisory {
namespace {

namespace format = book_format;
using format::List;
using format::Text;

constexpr std::size_t kMostReferences = 20;

// All texts of a book, equal ones once.
class Texts {
 public:
  Texts() { add(""); }

  // `text` may go afterwards.
  Text add(std::string_view text) {
    const std::uint64_t hash = std::hash<std::string_view>()(text);
    const auto [first, last] = known_.equal_range(hash);
    for (auto one = first; one != last; ++one) {
      if (at(one->second) == text) return one->second;
    }
    const auto place = static_cast<Text>(bytes_.size());
    put(text);
    known_.emplace(hash, place);
    return place;
  }

  // Of what is hardly ever said twice: not looked for.
  Text add_long(std::string_view text) {
    if (text.empty()) return 0;
    const auto place = static_cast<Text>(bytes_.size());
    put(text);
    return place;
  }

  std::string_view at(Text place) const {
    std::uint32_t length = 0;
    std::memcpy(&length, bytes_.data() + place, sizeof length);
    return std::string_view(bytes_).substr(place + 4, length);
  }

  const std::string& bytes() const { return bytes_; }

 private:
  void put(std::string_view text) {
    const auto length = static_cast<std::uint32_t>(text.size());
    bytes_.append(reinterpret_cast<const char*>(&length), sizeof length);
    bytes_ += text;
  }

  std::string bytes_;
  std::unordered_multimap<std::uint64_t, Text> known_;
};

// How a record of a vulnerability's own name is called where it is said which one it was.
std::string label_of(const Advisory& record, Basis basis) {
  return basis == Basis::distribution ? record.feed : record.id + " (" + record.feed + ")";
}

bool is_central(std::string_view feed) { return feed == "nvd" || feed == "cve"; }

struct Subject {
  std::vector<std::uint32_t> records;
  Basis best = Basis::letter;  // of what is claimed
};

// A vulnerability that a record is of.
struct Ranked {
  std::string_view id;
  std::uint32_t rank = 0;
  bool rejected = false;
};

Error too_large() { return Error(Code::exhausted, "a book has at most 4 GiB"); }

class Compiler {
 public:
  Compiler(std::span<const Advisory> records, Budget& budget) : records_(records), budget_(budget) {}

  Result<std::string> compile(std::span<const Exploited> exploited, std::span<const Likelihood> likelihoods) {
    TRY_VOID(choose());
    for (const std::uint32_t index : live_) TRY_VOID(name_subjects(index));
    for (const Exploited& one : exploited) subjects_[one.cve];
    rank();
    for (const std::uint32_t index : live_) TRY_VOID(name_claims(index));
    sort_claims();
    write_claims();
    add_vulnerabilities();
    add_exploited(exploited);
    add_likelihoods(likelihoods);
    tell_claims();
    return whole();
  }

 private:
  using Ranges = std::vector<format::RangeRow>;

  // What a claim will be of: as it is sorted. `said` is the index of what its record says.
  struct Named {
    std::uint32_t key = 0, vulnerability = 0, said = 0;
    std::uint8_t basis = 0;
  };
  // One entry of one record, and where its ranges and versions stand once they were written.
  struct Said {
    const Advisory* record = nullptr;
    const Affected* affected = nullptr;
    List ranges, versions;
    bool written = false;
  };

  // The last of each feed and id; what was withdrawn is gone, and where a CVE itself was,
  // what only its products' names say of it.
  Result<void> choose() {
    std::map<std::pair<std::string_view, std::string_view>, std::uint32_t> last;
    for (std::size_t i = 0; i < records_.size(); ++i) {
      TRY_VOID(budget_.take_entries());
      if (records_[i].id.empty()) return Error(Code::invalid, "record " + std::to_string(i) + " has no id");
      last[{records_[i].feed, records_[i].id}] = static_cast<std::uint32_t>(i);
    }
    for (const auto& [name, index] : last) {
      const Advisory& record = records_[index];
      if (!record.withdrawn) live_.push_back(index);
      else if (is_central(record.feed)) rejected_.insert(record.id);
    }
    std::ranges::sort(live_);
    return {};
  }

  template <class Visit>
  void each_subject(const Advisory& record, Visit visit) const {
    if (record.cves.empty()) visit(record.id);
    for (const std::string& cve : record.cves) visit(cve);
  }

  Result<void> name_subjects(std::uint32_t index) {
    const Advisory& record = records_[index];
    TRY_VOID(budget_.take_entries(record.cves.size()));
    Basis best = Basis::letter;
    for (const Affected& affected : record.affected) best = std::min(best, affected.basis);
    each_subject(record, [&](const std::string& id) {
      Subject& subject = subjects_[id];
      if (subject.records.empty() || subject.records.back() != index) subject.records.push_back(index);
      subject.best = std::min(subject.best, best);
    });
    return {};
  }

  void rank() {
    std::uint32_t next = 0;
    for (auto& [id, subject] : subjects_) ranks_.emplace(id, next++);
  }

  std::uint32_t key_of(const PackageKey& key) {
    const auto [found, added] = keys_.try_emplace({key.type, key.space, key.name}, static_cast<std::uint32_t>(key_rows_.size()));
    if (added) key_rows_.push_back({.type = texts_.add(key.type), .space = texts_.add(key.space), .name = texts_.add(key.name)});
    return found->second;
  }

  static std::uint32_t flags_of(const VersionRange& range, VersionOrder order) {
    const auto checked = [&](const std::string& bound) { return bound.empty() || is_checked_version(order, bound); };
    const bool all = checked(range.introduced) && checked(range.fixed) && checked(range.last_affected);
    return (range.introduced_excluded ? format::RangeRow::introduced_excluded : 0u) | (all ? format::RangeRow::checked : 0u);
  }

  List add_ranges(const std::vector<VersionRange>& ranges, VersionOrder order) {
    const List list = {static_cast<std::uint32_t>(ranges_.size()), static_cast<std::uint32_t>(ranges.size())};
    for (const VersionRange& range : ranges) {
      ranges_.push_back({.introduced = texts_.add(range.introduced), .fixed = texts_.add(range.fixed),
                         .last_affected = texts_.add(range.last_affected), .flags = flags_of(range, order)});
    }
    return list;
  }

  List add_texts(const std::vector<std::string>& all) {
    const List list = {static_cast<std::uint32_t>(words_.size()), static_cast<std::uint32_t>(all.size())};
    for (const std::string& text : all) words_.push_back(texts_.add(text));
    return list;
  }

  // Every package is claimed of every vulnerability: what a small record names is multiplied
  // here, and paid for.
  Result<void> name_claims(std::uint32_t index) {
    const Advisory& record = records_[index];
    const std::vector<Ranked> subjects = ranked_subjects(record);
    for (const Affected& affected : record.affected) {
      TRY_VOID(budget_.take_entries(subjects.size()));
      TRY_VOID(budget_.check_time());
      if ((named_.size() + subjects.size()) * sizeof(format::ClaimRow) > format::kMaxBytes) return too_large();
      if (affected.package.name.empty()) continue;
      const std::uint32_t key = key_of(normal_key(affected.package));
      for (const Ranked& subject : subjects) {
        if (affected.basis == Basis::cpe && subject.rejected) continue;
        named_.push_back({key, subject.rank, static_cast<std::uint32_t>(said_.size()), static_cast<std::uint8_t>(affected.basis)});
      }
      said_.push_back({.record = &record, .affected = &affected});
    }
    return {};
  }

  void sort_claims() {
    std::ranges::sort(named_, {}, [](const Named& one) { return std::tie(one.key, one.vulnerability, one.basis, one.said); });
    ids_.resize(ranks_.size());
    for (const auto& [id, rank] : ranks_) ids_[rank] = id;
  }

  // In their order, so that what is asked of one package stands together.
  void write_claims() {
    claims_.reserve(named_.size());
    for (const Named& one : named_) {
      Said& said = said_[one.said];
      const Affected& affected = *said.affected;
      const PackageKey key = normal_key(affected.package);
      format::ClaimRow claim = {.vulnerability = one.vulnerability, .key = one.key, .id = texts_.add(ids_[one.vulnerability]),
                                .release = texts_.add(key.release), .reason = texts_.add(affected.reason), .cpe = texts_.add(affected.cpe)};
      if (!said.written) {
        said.ranges = add_ranges(affected.ranges, order_of(key));
        said.versions = add_texts(affected.versions);
        said.written = true;
      }
      claim.record = texts_.add(ids_[one.vulnerability] == said.record->id ? label_of(*said.record, affected.basis) : said.record->id);
      claim.ranges = said.ranges;
      claim.versions = said.versions;
      claim.basis = one.basis;
      claim.standing = static_cast<std::uint8_t>(affected.standing);
      claim.severity = static_cast<std::uint8_t>(affected.severity.value_or(said.record->severity));
      List& run = key_rows_[one.key].claims;
      if (run.count++ == 0) run.first = static_cast<std::uint32_t>(claims_.size());
      claims_.push_back(claim);
    }
    named_ = {};
    said_ = {};
  }

  // What is the vulnerability's, once all is known of it.
  void tell_claims() {
    using Of = format::VulnerabilityRow;
    for (format::ClaimRow& claim : claims_) {
      const Of& row = rows_[claim.vulnerability];
      if (claim.severity == 0) claim.severity = row.severity;
      if ((row.flags & Of::exploited) != 0) claim.flags |= format::ClaimRow::exploited;
      if ((row.flags & Of::likely) != 0) claim.flags |= format::ClaimRow::likely;
    }
  }

  std::vector<Ranked> ranked_subjects(const Advisory& record) const {
    std::vector<Ranked> subjects;
    each_subject(record, [&](const std::string& id) { subjects.push_back({id, ranks_.at(id), rejected_.contains(id)}); });
    return subjects;
  }

  // The word of the better basis first, then of the feeds by name.
  std::vector<std::uint32_t> in_order(const Subject& subject) const {
    std::vector<std::uint32_t> order = subject.records;
    const auto basis_of = [&](std::uint32_t index) {
      Basis best = Basis::letter;
      for (const Affected& affected : records_[index].affected) best = std::min(best, affected.basis);
      return best;
    };
    std::ranges::sort(order, {}, [&](std::uint32_t index) { return std::make_tuple(basis_of(index), std::string_view(records_[index].feed), index); });
    return order;
  }

  void add_vulnerabilities() {
    std::vector<std::vector<std::uint32_t>> of(subjects_.size());
    for (std::size_t i = 0; i < claims_.size(); ++i) of[claims_[i].vulnerability].push_back(static_cast<std::uint32_t>(i));
    std::size_t rank = 0;
    for (const auto& [id, subject] : subjects_) {
      format::VulnerabilityRow row = {.id = texts_.add(id)};
      row.claims = {static_cast<std::uint32_t>(words_.size()), static_cast<std::uint32_t>(of[rank].size())};
      words_.insert(words_.end(), of[rank].begin(), of[rank].end());
      add_words(id, subject, row);
      row.severity = severity_of(subject, of[rank]);
      rows_.push_back(row);
      ++rank;
    }
  }

  std::uint8_t severity_of(const Subject& subject, const std::vector<std::uint32_t>& claims) const {
    std::uint8_t best = 0, any = 0;
    for (const std::uint32_t index : claims) {
      if (claims_[index].basis == static_cast<std::uint8_t>(subject.best)) best = std::max(best, claims_[index].severity);
    }
    for (const std::uint32_t index : subject.records) any = std::max(any, static_cast<std::uint8_t>(records_[index].severity));
    return best != 0 ? best : any;
  }

  void add_words(std::string_view id, const Subject& subject, format::VulnerabilityRow& row) {
    using Flag = format::VulnerabilityRow::Flag;
    std::vector<std::string> labels, references;
    for (const std::uint32_t index : in_order(subject)) {
      const Advisory& record = records_[index];
      labels.push_back(record.id == id ? record.feed : record.id);
      if (row.title == 0) row.title = texts_.add_long(record.title);
      if (row.description == 0) row.description = texts_.add_long(record.description);
      if (record.cvss_score && (row.flags & Flag::scored) == 0) {
        row.flags |= Flag::scored;
        row.score = *record.cvss_score;
        row.vector = texts_.add(record.cvss_vector);
      }
      if (record.published && ((row.flags & Flag::dated) == 0 || record.published->ms < row.published_ms)) {
        row.flags |= Flag::dated;
        row.published_ms = record.published->ms;
      }
      for (const std::string& reference : record.references) {
        if (references.size() < kMostReferences && std::ranges::find(references, reference) == references.end()) references.push_back(reference);
      }
    }
    row.labels = add_texts(labels);
    row.references = add_texts(references);
  }

  format::VulnerabilityRow* row_of(std::string_view id) {
    const auto found = ranks_.find(id);
    return found == ranks_.end() ? nullptr : &rows_[found->second];
  }

  void add_exploited(std::span<const Exploited> exploited) {
    using Flag = format::VulnerabilityRow::Flag;
    for (const Exploited& one : exploited) {
      format::VulnerabilityRow* row = row_of(one.cve);
      khien_assert(row != nullptr);
      row->flags |= static_cast<std::uint8_t>(Flag::exploited | (one.ransomware ? Flag::ransomware : 0) | (one.due_on ? Flag::has_due : 0));
      row->vendor = texts_.add(one.vendor);
      row->product = texts_.add(one.product);
      row->name = texts_.add(one.name);
      row->action = texts_.add(one.action);
      row->added_days = one.added_on.days();
      row->due_days = one.due_on ? one.due_on->days() : 0;
      if (row->title == 0) row->title = row->name;
    }
  }

  void add_likelihoods(std::span<const Likelihood> likelihoods) {
    for (const Likelihood& one : likelihoods) {
      format::VulnerabilityRow* row = row_of(one.cve);
      if (row == nullptr) continue;
      row->flags |= format::VulnerabilityRow::Flag::likely;
      row->probability = one.probability;
      row->percentile = one.percentile;
    }
  }

  std::vector<std::uint32_t> slots() const {
    const std::uint64_t size = std::bit_ceil(std::max<std::uint64_t>(2, key_rows_.size() * 2));
    std::vector<std::uint32_t> slots(size);
    for (std::size_t i = 0; i < key_rows_.size(); ++i) {
      const auto& row = key_rows_[i];
      std::uint64_t slot = format::hash_of(texts_.at(row.type), texts_.at(row.space), texts_.at(row.name)) & (size - 1);
      while (slots[slot] != 0) slot = (slot + 1) & (size - 1);
      slots[slot] = static_cast<std::uint32_t>(i + 1);
    }
    return slots;
  }

  template <class Row>
  static void put(std::string& out, format::Section section, const Row* rows, std::size_t count) {
    out.resize((out.size() + 7) / 8 * 8);
    const std::uint64_t head[2] = {out.size(), count};
    std::memcpy(out.data() + format::kSectionsAt + 16 * section, head, sizeof head);
    out.append(reinterpret_cast<const char*>(rows), count * sizeof(Row));
  }

  Result<std::string> whole() {
    const auto table = slots();
    const std::uint64_t size = texts_.bytes().size() + rows_.size() * sizeof(format::VulnerabilityRow) + key_rows_.size() * sizeof(format::KeyRow) +
                               table.size() * 4 + claims_.size() * sizeof(format::ClaimRow) + ranges_.size() * sizeof(format::RangeRow) +
                               words_.size() * 4 + format::kHeadBytes + 8 * format::kSections;
    if (size > format::kMaxBytes) return too_large();
    TRY_VOID(budget_.take_out(size));
    std::string out;
    out.reserve(size);
    out.resize(format::kHeadBytes);
    std::memcpy(out.data(), format::kMark.data(), format::kMark.size());
    put(out, format::texts, texts_.bytes().data(), texts_.bytes().size());
    put(out, format::vulnerabilities, rows_.data(), rows_.size());
    put(out, format::keys, key_rows_.data(), key_rows_.size());
    put(out, format::slots, table.data(), table.size());
    put(out, format::claims, claims_.data(), claims_.size());
    put(out, format::ranges, ranges_.data(), ranges_.size());
    put(out, format::words, words_.data(), words_.size());
    const std::uint64_t written = out.size();
    std::memcpy(out.data() + format::kSizeAt, &written, sizeof written);
    const Sha256 sum = sha256(std::string_view(out).substr(format::kSectionsAt));
    std::memcpy(out.data() + format::kSumAt, sum.bytes.data(), sum.bytes.size());
    return out;
  }

  std::span<const Advisory> records_;
  Budget& budget_;
  std::vector<std::uint32_t> live_;
  std::set<std::string, std::less<>> rejected_;
  std::map<std::string, Subject, std::less<>> subjects_;
  std::unordered_map<std::string_view, std::uint32_t> ranks_;
  std::map<std::tuple<std::string, std::string, std::string>, std::uint32_t> keys_;
  Texts texts_;
  std::vector<format::VulnerabilityRow> rows_;
  std::vector<format::KeyRow> key_rows_;
  std::vector<Named> named_;
  std::vector<Said> said_;
  std::vector<std::string_view> ids_;  // by rank
  std::vector<format::ClaimRow> claims_;
  Ranges ranges_;
  std::vector<std::uint32_t> words_;
};

}  // namespace

Result<std::string> Book::compile(std::span<const Advisory> records, std::span<const Exploited> exploited,
                                  std::span<const Likelihood> likelihoods, Budget& budget) {
  return Compiler(records, budget).compile(exploited, likelihoods);
}

}  // namespace khien::advisory
