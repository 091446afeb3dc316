#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "khien/watch/rules.hpp"
#include "lexicon.hpp"
#include "sites.hpp"

namespace khien::watch {

// Every number of the judge, each a field of weights.yaml under its name.
enum class Weight : unsigned char {
  // Of one link, in points.
  link_threshold, link_listed, link_shape, link_shape_word, link_brand_host, link_anchor_shape, link_ending, link_slug,
  link_hidden, link_no_script, link_after_end, link_external, link_external_vn, link_internal, link_trusted, link_platform,
  link_press, link_lottery, link_anchor_context, link_block_context, link_call, link_new_domain, link_known, link_second_word,
  link_foreign, link_cheap_ending, link_betting_ending, link_folder, link_in_offer, link_spreads, link_only_words, link_as_text,
  // Of one passage, in points.
  passage_threshold, passage_call, passage_brand_call, passage_context, passage_point, passage_disguised, passage_name, passage_dense, passage_foreign, passage_titled, passage_calm,
  // Of the page, in hundredths.
  page_threshold, page_suspicion, hidden_links, hidden_link_more, spam_links, spam_link_more, strong_link, spreading_links, links_after_end,
  listed_domain, hidden_words, promotion, promotion_most, title_words, title_language, title_and_text, foreign_words, glued_words, glued_term,
  bracket_anchor, frame, unseen_frame, dropper, script_address, coded_address, picture_words, cover, declared_address, other_face, other_language, other_page, other_links, other_words, redirect_listed, redirect_foreign, redirect_some_visitors, new_hidden_links,
  deface_title, deface_heading, deface_short, deface_prose, deface_mark, deface_small, deface_lonely, deface_signature, deface_replaced,
  deface_context,
  context, dead_link,
  count_
};
inline constexpr std::size_t kWeights = static_cast<std::size_t>(Weight::count_);
std::string_view to_string(Weight weight);

struct Rules::Impl {
  Lexicon lexicon;
  std::vector<std::string> entries;  // ids, by Term::entry
  HostSet trusted, platforms, press, lotteries;
  HostSet endings;                   // "casino", "bet": of names above which anything may be sold
  HostSet betting_endings;           // of these, those above which nothing but bets is sold
  HostSet cheap_endings;             // "vip", "top": a bookmaker's name above them is no firm's
  Shapes shapes;
  DomainTable domains;
  std::array<double, kWeights> weights{};

  double weight(Weight one) const { return weights[static_cast<std::size_t>(one)]; }
};

}  // namespace khien::watch
