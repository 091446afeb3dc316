#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/law/catalogue.hpp"

namespace khien::law {

inline constexpr Budget::Limits kTestLimits{.depth = 24, .entries = 2'000'000};

inline std::string read_text(const std::string& path) { return system_files().read(path, 4 << 20).value(); }

// The shipped content, as the hub reads it.
inline std::vector<SourceFile> shipped_files() {
  const std::string root = std::string(KHIEN_SOURCE_DIR) + "/content";
  std::vector<SourceFile> files;
  for (const std::string folder : {"law", "directives", "registers", "calendars", "levels", "requirements",
                                   "clocks", "scores", "indexes"}) {
    const auto opened = DirFd::open(root + "/" + folder);
    if (!opened) continue;
    const auto read = opened->each_name([&](std::string_view name, FileStatus::Kind) -> Result<void> {
      const std::string path = folder + "/" + std::string(name);
      files.push_back({path, read_text(root + "/" + path)});
      return {};
    });
    if (!read) return {};
  }
  std::ranges::sort(files, {}, &SourceFile::path);
  return files;
}

inline Loading load(const std::vector<SourceFile>& files) {
  Budget budget(kTestLimits);
  return Catalogue::load(files, budget);
}

// A small world in which every kind of file has one member; tests change a word of it.
inline std::vector<SourceFile> small_world() {
  return {
      {"law/roles.yaml", R"(
- { id: council, by: kind, kinds: [commune], title: { vi: Xã, en: Commune } }
- { id: old_council, by: kind, kinds: [district], title: { vi: Huyện, en: District } }
- { id: body, by: assignment, title: { vi: Cơ quan thường trực, en: Standing body } }
)"},
      {"law/metrics.yaml", R"(
- { id: share, title: { vi: Tỷ lệ, en: Share }, unit: ratio, source: live, higher_is: better }
- id: spent
  title: { vi: Chi, en: Spent }
  unit: ratio
  source: register
  higher_is: better
  expression: { register: book, where: { kind: a }, sum: amount, over: { register: book, sum: amount }, exempt_if: { day: { before: as_of } } }
)"},
      {"law/systems.yaml", "- { id: 1, title: { vi: Một, en: One } }\n"},
      {"registers/book.yaml", R"(
name: book
title: { vi: Sổ, en: Book }
purpose: { vi: Để thử, en: For tests }
clauses: [D-1]
approval: second_person
date_field: day
summary: "{kind}: {amount}"
schema:
  type: object
  required: [day]
  properties:
    day: { type: string, format: date, title: { vi: Ngày, en: Day } }
    end: { type: string, format: date, title: { vi: Đến, en: End } }
    level: { type: integer, minimum: 1, maximum: 5, title: { vi: Cấp, en: Level } }
    amount: { type: number, minimum: 0, title: { vi: Số tiền, en: Amount } }
    kind: { type: string, enum: [a, b], titles: { a: { vi: A, en: A }, b: { vi: B, en: B } }, title: { vi: Loại, en: Kind } }
checks:
  - { rule: not_before, fields: [end, day], when: { level_at_least: 3, kind: a }, message: { vi: Sai, en: Wrong } }
)"},
      {"directives/d.yaml", R"(key: d
issuer: { vi: Tỉnh, en: Province }
number: 1/CT
date: 2020-01-01
kind: directive
language: vi
title: { vi: Chỉ thị, en: Directive }
valid_from: 2020-01-01
valid_to: null
relations:
  - { kind: cites, number: 2/CT }
retargets:
  - { from: old_council, to: council, on: 2025-07-01 }
clauses:
  - id: D-1
    place: "1"
    title: { vi: Báo cáo, en: Report }
    quote: "phải báo cáo"
    addressees: [old_council, body]
    verb: { words: "phải", strength: must }
    kinds: [measures, records]
    systems: [1]
    duties:
      - id: D-1.a
        title: { vi: Báo cáo, en: Report }
        recurrence: quarterly
        due: { rule: before_day, month: last_of_period, day: 20 }
        basis: law
        met_by: record_and_metric
        metric: share
        target: { at_least: 0.9 }
        register: book
        approval: second_person
        applies_if: { system_level_at_least: 3 }
        minutes: 30
        steps: { vi: [Một, Hai], en: [One, Two] }
        proof: { vi: Báo cáo, en: The report }
)"},
      {"levels/old.yaml", R"(
id: old
title: { vi: Cũ, en: Old }
valid_from: 2016-07-01
valid_to: 2026-06-30
questions:
  - { id: public, text: { vi: Công khai?, en: Public? }, kind: boolean }
  - { id: users, text: { vi: Người dùng?, en: Users? }, kind: integer }
criteria:
  - { level: 1, article: "Điều 7", text: { vi: Công khai, en: Public }, when: { question: public, is: true } }
  - { level: 2, article: "Điều 8", text: { vi: Ít, en: Few }, when: { all: [ { not: { question: public, is: true } }, { question: users, below: 10000 } ] } }
  - { level: 3, article: "Điều 9", text: { vi: Nhiều, en: Many }, when: { any: [ { question: users, at_least: 10000 } ] } }
)"},
      {"requirements/r.yaml", R"(
id: r
rule: old
title: { vi: Yêu cầu, en: Requirements }
valid_from: 2017-01-01
valid_to: null
requirements:
  - { id: r.1, level: 3, clause: "7.1", group: { vi: Mạng, en: Network }, title: { vi: Có sơ đồ, en: A map }, metric: share }
)"},
      {"clocks/c.yaml", R"(
id: c
title: { vi: Báo cáo sự cố, en: Incident notices }
valid_from: 2026-08-19
valid_to: null
duty: { vi: Báo cáo, en: Report }
traits: [ { id: serious, title: { vi: Nghiêm trọng, en: Serious } } ]
clocks:
  - { id: first, title: { vi: Lần đầu, en: First }, applies: [serious], hours: 24, receiver: { vi: A, en: A }, content: { vi: B, en: B }, article: "Điều 31" }
)"},
      {"scores/s.yaml", R"(
id: s
title: { vi: Xếp hạng, en: Ranking }
year: 2019
publisher: { vi: Bộ, en: Ministry }
indicators: [ { id: one, title: { vi: Một, en: One }, points: 20, metric: share } ]
grades: [ { grade: A, at_least: 0.8, title: { vi: Tốt, en: Good } } ]
)"},
      {"indexes/i.yaml", R"(
id: i
version: 1
title: { vi: Chỉ số, en: Index }
formula: { vi: Trung bình, en: The mean }
valid_from: 2026-01-01
components: [ { metric: share, weight: 1, title: { vi: Một, en: One } } ]
caution: { vi: Không chính thức, en: Not official }
)"},
      {"calendars/2026.yaml", R"(
year: 2026
status: enacted
decision: "QĐ 1"
holidays:
  - { from: 2026-02-16, to: 2026-02-20, name: { vi: Tết, en: Tết }, core: [2026-02-17] }
swaps:
  - { off: 2026-01-02, work: 2026-01-10 }
)"},
  };
}

// The small world with `before` in `path` replaced by `after`; both must be there.
inline std::vector<SourceFile> changed(std::string_view path, std::string_view before,
                                       std::string_view after) {
  auto files = small_world();
  const auto file = std::ranges::find(files, path, &SourceFile::path);
  if (file == files.end()) return {};
  const auto at = file->text.find(before);
  if (at == std::string::npos) return {};
  file->text.replace(at, before.size(), after);
  return files;
}

}  // namespace khien::law
