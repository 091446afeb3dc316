#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "judgement.hpp"
#include "khien/duty/catalogues.hpp"
#include "marks.hpp"
#include "measures.hpp"
#include "picture.hpp"

namespace khien::duty {

// One question to all units: how they stand with a duty's occurrence.
struct Question {
  const ScheduledClause* clause = nullptr;
  const law::Duty* duty = nullptr;
  const law::Occurrence* occurrence = nullptr;
  bool is_past = false;  // whoever was not bound on its last day is not asked
};

// Answers questions about one day for all units in sight, with everything that many
// questions share read once.
class Evaluation {
 public:
  // Figures that no state depends on, but that stand beside a duty, cost as much as
  // those that decide: they are read only for whoever shows them.
  enum class Figures : unsigned char { deciding, all };
  static Result<std::unique_ptr<Evaluation>> create(store::Connection& connection, const store::TenantScope& scope,
                                                    const TenantLaw& law, Date as_of, Timestamp now,
                                                    std::vector<Question> questions,
                                                    Figures figures = Figures::deciding);

  const Picture& picture() const { return picture_; }
  const std::vector<Question>& questions() const { return questions_; }

  // None where the occurrence does not bind the unit.
  std::optional<DutyState> state(std::size_t question, std::size_t unit) const;
  Facts facts(std::size_t question, std::size_t unit) const;
  Picture::Bound bound(std::size_t question, std::size_t unit) const;

 private:
  explicit Evaluation(Picture picture) : picture_(std::move(picture)) {}
  bool applies(const law::AppliesIf& condition, std::size_t unit, bool for_all) const;
  Result<void> measure(store::Connection& connection, const store::TenantScope& scope, const TenantLaw& law, Timestamp now,
                       Figures figures);

  struct Columns {
    const std::vector<Measurement>* of_units = nullptr;
    const std::vector<Measurement>* of_all = nullptr;
  };

  Picture picture_;
  std::vector<Question> questions_;
  Marks marks_;
  std::vector<std::vector<Picture::Bound>> bound_;  // by clause as it first appears
  std::vector<std::size_t> clause_of_;              // question → bound_
  std::unique_ptr<Measures> measures_;
  std::vector<Columns> columns_;
  // Where the whole tenant is not seen: what was kept for those who act for it.
  std::vector<Measurement> highest_level_of_all_;
  std::vector<Measurement> sites_of_all_;
};

// The period of a register's metric: that of a duty that recurs.
std::optional<Period> period_of(const law::Duty& duty, const law::Occurrence& occurrence);

}  // namespace khien::duty
