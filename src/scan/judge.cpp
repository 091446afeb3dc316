#include "khien/scan/judge.hpp"

#include <algorithm>
#include <string>

namespace khien::scan {
namespace {

Claim present(std::string rule, const std::string& path, Severity severity) {
  return {.judge = JudgeId::scan,
          .standing = Claim::Standing::present,
          .rule = std::move(rule),
          .subject = path,
          .severity = severity};
}

Claim gone(const std::string& path) {
  return {.judge = JudgeId::scan, .standing = Claim::Standing::gone, .rule = {}, .subject = path};
}

// One claim a rule: an agent may name the same rule twice.
void add(std::vector<Claim>& claims, Claim claim) {
  const auto same = std::ranges::find(claims, claim.rule, &Claim::rule);
  if (same == claims.end()) {
    claims.push_back(std::move(claim));
  } else {
    same->severity = std::max(same->severity, claim.severity);
  }
}

std::vector<Claim> claims_of(const std::vector<FileMatch>& matches, const std::string& path) {
  std::vector<Claim> claims;
  for (const FileMatch& match : matches) {
    std::string rule(to_string(match.engine));
    add(claims, present(rule + ":" + match.rule, path, match.severity));
  }
  return claims;
}

}  // namespace

std::vector<Claim> judge(const FileSeen& file, const IocSet& iocs) {
  std::vector<Claim> claims = claims_of(file.matches, file.path);
  const IocSet::Entry* known = file.sha256 ? iocs.find(*file.sha256) : nullptr;
  if (known != nullptr) add(claims, present("ioc:" + known->name, file.path, known->severity));

  if (claims.empty() && file.verdict == FileVerdict::clean) claims.push_back(gone(file.path));
  return claims;
}

std::vector<Claim> judge(const FileGone& file) { return {gone(file.path)}; }

std::vector<Claim> judge(const AccessSeen& seen) {
  if (seen.answer != AccessSeen::Answer::denied) return {};
  return claims_of(seen.matches, seen.path);
}

std::vector<Claim> judge(const QuarantineSeen& seen) {
  using enum QuarantineSeen::State;
  // No path: those begin with a slash.
  const std::string subject = "quarantine";
  switch (seen.state) {
    case held: return {gone(seen.path)};
    case restored: return {};
    case halted: return {present("khien:quarantine_halted", subject, Severity::high)};
    case resumed: return {gone(subject)};
  }
  return {};
}

}  // namespace khien::scan
