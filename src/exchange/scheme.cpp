#include <algorithm>

#include "khien/core/text.hpp"
#include "khien/exchange/avreport.hpp"
#include "scheme_table.hpp"

namespace khien::exchange {

struct Scheme::Impl {
  SchemeTable table;
};

Scheme::Scheme(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Result<Scheme> Scheme::from_yaml(std::string_view text, Budget& budget) {
  TRY(auto table, read_scheme_table(text, budget));
  return Scheme(std::make_shared<const Impl>(Impl{std::move(table)}));
}

const std::string& Scheme::id() const { return impl_->table.id; }
const LocalText& Scheme::title() const { return impl_->table.title; }
const std::string& Scheme::content_type() const { return impl_->table.content_type; }
const std::string& Scheme::soap_action() const { return impl_->table.soap_action; }
const std::string& Scheme::endpoint() const { return impl_->table.endpoint; }
const SealPlace& Scheme::seal_place() const { return impl_->table.place; }

Result<std::string> Scheme::write(const AvReport& report) const { return write_message(impl_->table, report); }

Result<AvReport> Scheme::read(std::string_view xml, Budget& budget, Signed is_signed) const {
  return read_message(impl_->table, xml, budget, is_signed == Signed::yes);
}

Outcome Scheme::judge(int status, std::string_view body) const {
  const bool is_success = status >= 200 && status < 300;
  const std::string said = squeezed(body);
  for (const AnswerRule& rule : impl_->table.answers) {
    const bool status_fits = rule.statuses.empty() ? is_success : std::ranges::find(rule.statuses, status) != rule.statuses.end();
    const auto is_said = [&](const std::string& word) { return said.contains(word); };
    if (status_fits && (rule.words.empty() || std::ranges::any_of(rule.words, is_said))) return rule.outcome;
  }
  if (is_success) return Outcome::unclear;
  const bool is_passing = status == 408 || status == 425 || status == 429 || status >= 500;
  return is_passing ? Outcome::later : Outcome::refused;
}

Scheme Scheme::accepting(std::vector<std::string> words) const {
  auto impl = std::make_shared<Impl>(*impl_);
  std::erase_if(impl->table.answers, [](const AnswerRule& rule) { return rule.outcome == Outcome::accepted; });
  for (std::string& word : words) word = squeezed(word);
  impl->table.answers.push_back({.outcome = Outcome::accepted, .statuses = {}, .words = std::move(words)});
  return Scheme(std::move(impl));
}

std::string Scheme::malware_type(std::string_view malware_name) const {
  const std::string name = lower(malware_name);
  for (const auto& [word, type] : impl_->table.malware_types) {
    if (name.contains(word)) return type;
  }
  return impl_->table.other_type;
}

}  // namespace khien::exchange
