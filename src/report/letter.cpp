#include "letter.hpp"

#include <algorithm>
#include <array>

#include "khien/core/text.hpp"
#include "words.hpp"

namespace khien::report {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"January", "February", "March",     "April",   "May",      "June",
                                                   "July",    "August",   "September", "October", "November", "December"};

// Room for a hand where the registry gave nothing yet.
constexpr std::string_view kRoomForNumber = "        ";
constexpr std::string_view kRoomForDay = "      ";

std::string number_line(const Kind& kind, const Snapshot& snapshot, const Issue& issue, bool vi) {
  const std::string number = issue.number ? padded(*issue.number, 2) : std::string(kRoomForNumber);
  const std::string& symbol = snapshot.issuer.symbol.empty() ? kind.symbol : snapshot.issuer.symbol;
  return (vi ? "Số: " : "No.: ") + number + "/" + symbol;
}

// Appendix I, II.4: days below 10 and the months 1 and 2 have a zero before them.
std::string day_of(const Snapshot& snapshot, const Issue& issue, bool vi) {
  const std::string room(kRoomForDay);
  if (!issue.day) {
    const std::string year = std::to_string(vietnam_day(snapshot.taken_at).year());
    return vi ? "ngày" + room + "tháng" + room + "năm " + year : room + room + room + year;
  }
  const Date day = *issue.day;
  if (!vi) {
    const std::string month(kMonths[static_cast<std::size_t>(day.month() - 1)]);
    return std::to_string(day.day()) + " " + month + " " + std::to_string(day.year());
  }
  const std::string month = day.month() <= 2 ? padded(day.month(), 2) : std::to_string(day.month());
  return "ngày " + padded(day.day(), 2) + " tháng " + month + " năm " + std::to_string(day.year());
}

std::string day_line(const Snapshot& snapshot, const Issue& issue, bool vi) {
  const std::string place = snapshot.issuer.place.empty() ? "" : snapshot.issuer.place + ", ";
  return place + day_of(snapshot, issue, vi);
}

// "BÁO CÁO" as "Báo cáo".
std::string in_small(const std::string& capitals) {
  std::size_t first = 1;
  while (first < capitals.size() && (capitals[first] & 0xC0) == 0x80) ++first;
  return capitals.substr(0, first) + lower(std::string_view(capitals).substr(std::min(first, capitals.size())));
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// Without the dash and the mark at the end that a list gives it.
std::string bare(std::string_view text) {
  while (!text.empty() && (text.front() == '-' || text.front() == ' ')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ';' || text.back() == '.' || text.back() == ' ')) text.remove_suffix(1);
  return std::string(text);
}

bool is_filing(std::string_view text) { return lower(text).starts_with("lưu"); }

}  // namespace

Letterhead letterhead_of(const Kind& kind, const Snapshot& snapshot, const Issue& issue, Language language) {
  const bool vi = language == Language::vi;
  Letterhead made{.parent_agency = snapshot.issuer.parent_agency,
                  .agency = snapshot.issuer.agency,
                  .number = number_line(kind, snapshot, issue, vi),
                  .place_and_day = day_line(snapshot, issue, vi),
                  .type = vi ? kind.type.vi : kind.type.en,
                  .subject = vi ? kind.subject.vi : kind.subject.en};
  const std::string& to = vi ? kind.to.vi : kind.to.en;
  if (!to.empty()) made.to = (vi ? "Kính gửi: " : "To: ") + to;
  const bool letter = made.type.empty();
  if (letter) made.subject.insert(0, vi ? "V/v " : "Re: ");
  return made;
}

SignatureBlock signature_of(const Kind& kind, const Snapshot& snapshot, Language language) {
  const Issuer& issuer = snapshot.issuer;
  SignatureBlock made{.titles = lines_of(issuer.signer_mode_title), .name = issuer.signer_name};
  if (!issuer.signer_mode.empty()) {
    if (made.titles.empty()) made.titles.emplace_back();
    made.titles[0] = made.titles[0].empty() ? issuer.signer_mode : issuer.signer_mode + " " + made.titles[0];
  } else {
    made.titles.clear();  // nobody is signed for
  }
  if (!issuer.signer_title.empty()) made.titles.push_back(issuer.signer_title);
  std::string filing = language == Language::vi ? "Lưu: VT" : "Filed: VT";
  for (const std::string& one : issuer.recipients.empty() ? kind.recipients : issuer.recipients) {
    const std::string name = bare(one);
    if (is_filing(name)) filing = name;
    else if (!name.empty()) made.recipients.push_back("- " + name + ";");
  }
  made.recipients.push_back("- " + filing + ".");
  for (const KindSigner& signer : kind.signers) {
    const auto found = snapshot.words.find(signer.field);
    std::string name = found == snapshot.words.end() ? "" : found->second;
    std::ranges::replace(name, '\n', ' ');
    made.columns.push_back({language == Language::vi ? signer.title.vi : signer.title.en, std::move(name)});
  }
  return made;
}

std::string name_of_type(const Kind& kind, Language language) {
  const bool vi = language == Language::vi;
  const std::string& type = vi ? kind.type.vi : kind.type.en;
  return type.empty() ? std::string(vi ? "Công văn" : "Letter") : in_small(type);
}

std::string attached_to(const Kind& kind, const Snapshot& snapshot, const Issue& issue, Language language) {
  const bool vi = language == Language::vi;
  const std::string name = name_of_type(kind, language);
  const std::string number = number_line(kind, snapshot, issue, vi);
  const std::string issuer = issuer_in_sentence(snapshot);
  if (vi) return "(Kèm theo " + name + " số " + number.substr(number.find(' ') + 1) + " " + day_of(snapshot, issue, vi) + " của " + issuer + ")";
  return "(Attached to " + name + " " + number + " of " + day_of(snapshot, issue, vi) + " by " + issuer + ")";
}

std::string issuer_in_sentence(const Snapshot& snapshot) {
  const std::string& agency = snapshot.issuer.agency;
  if (agency.empty() || lower(agency) == lower(snapshot.scope_name)) return snapshot.scope_name;
  return agency;
}

std::string scope_in_sentence(const Snapshot& snapshot) {
  constexpr std::array<std::string_view, 5> kNouns{"Tỉnh ", "Thành phố ", "Xã ", "Phường ", "Đặc khu "};
  for (const std::string_view noun : kNouns) {
    if (snapshot.scope_name.starts_with(noun)) return lower(noun) + snapshot.scope_name.substr(noun.size());
  }
  return snapshot.scope_name;
}

std::string area_of(const Snapshot& snapshot, Language language) {
  const bool whole = snapshot.scope_key == "tenant";
  if (language == Language::vi) return (whole ? "trên địa bàn " : "của ") + scope_in_sentence(snapshot);
  return (whole ? "in " : "of ") + snapshot.scope_name;
}

void end_body(Document& document) {
  constexpr std::string_view kEnd = "./.";
  auto* last = document.blocks.empty() ? nullptr : std::get_if<Paragraph>(&document.blocks.back());
  if (last == nullptr || last->role == Paragraph::Role::heading) {
    document.blocks.emplace_back(Paragraph{Paragraph::Role::body, {{.text = std::string(kEnd)}}});
    return;
  }
  // Behind a figure's raised number, not inside it.
  if (last->runs.empty() || last->runs.back().note) last->runs.emplace_back();
  std::string& text = last->runs.back().text;
  while (text.ends_with('.') || text.ends_with(' ') || text.ends_with('/')) text.pop_back();
  text += kEnd;
}

}  // namespace khien::report
