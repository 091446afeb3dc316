#include "forged.hpp"

namespace khien::seal {
namespace {

using enum SignatureState;

TEST_CASE("a time stamp alone is nobody's signature") {
  const auto alone = judged(lab().sign(update("", letter("", kStamp)), ""));
  CHECK_FALSE(alone.valid);
  REQUIRE(alone.signatures.size() == 1);
  CHECK(alone.signatures[0].state == valid);
  CHECK(alone.signatures[0].is_time_stamp);
  CHECK(alone.words.vi == "Không hợp lệ: tệp chỉ có dấu thời gian, không có chữ ký số của người hay cơ quan nào.");
  // Beside a signature it is welcome, and is not counted as one.
  const auto both = judged(lab().sign(update(by_leader(letter()), second("/Rect [0 0 0 0]", "", kStamp)), ""));
  CHECK_MESSAGE(both.valid, both.signatures[0].detail);
  CHECK(both.words.vi.starts_with("Hợp lệ: 1 chữ ký số"));
  CHECK(signers_of(both) == "Leader");
}

TEST_CASE("a second signer leaves the first valid, if his field shows nothing") {
  const std::string leader = by_leader(letter());
  REQUIRE(judged(leader).valid);
  const auto twice = judged(lab().sign(update(leader, second()), "clerk"));
  CHECK_MESSAGE(twice.valid, twice.signatures[0].detail);
  CHECK(signers_of(twice) == "Leader; Clerk");
  // A form of no size, and an entry with nothing in it, as programs write them.
  Objects formal = second("/Rect [0 0 0 0] /MK << >> /AP << /N 12 0 R >>");
  formal[12] = stream("", "/Type /XObject /Subtype /Form /BBox [0 0 0 0] ");
  CHECK(judged(lab().sign(update(leader, formal), "clerk")).valid);
}

TEST_CASE("a field that paints over what was signed is told") {
  const std::string leader = by_leader(letter());
  for (const std::string_view kind : {kPerson, kStamp}) {
    Objects over = second("/Rect [0 0 595 842] /AP << /N 12 0 R >>", "", kind);
    over[12] = shows("999");
    CHECK(first_state(lab().sign(update(leader, over), kind == kPerson ? "clerk" : "")) == covers_part_only);
  }
  for (const char* widget : {"/Rect [0 0 0 0] /A << /S /JavaScript /JS (1) >>", "/Rect [0 0 0 0] /AA << >>", "/Rect [0 0 9 9] /OC 5 0 R", "/Rect [0 0 300 200]"}) {
    CHECK(first_state(lab().sign(update(leader, second(widget)), "clerk")) == covers_part_only);
  }
  // A "field" whose value is no signature is no signature field.
  Objects hollow = second();
  hollow[10] = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (S2) /V << >> /P 3 0 R /Rect [0 0 0 0] >>";
  CHECK(first_state(lab().sign(update(leader, hollow), "clerk")) == changed_after);
}

TEST_CASE("what a page shows is not replaced under another name") {
  // As the file's metadata.
  Objects more = letter("/Metadata 4 0 R");
  std::string leader = by_leader(more);
  REQUIRE(judged(leader).valid);
  for (const std::string_view kind : {kPerson, kStamp}) {
    Objects swapped = second("/Rect [0 0 0 0]", "/Metadata 4 0 R", kind);
    swapped[4] = stream(says("999"));
    CHECK(first_state(lab().sign(update(leader, swapped), kind == kPerson ? "clerk" : "")) == changed_after);
  }
  // As the file's information: its producer is what the page draws.
  more = letter();
  more[3] = page("6 0 R", "/XObject 13 0 R");
  more[4] = stream("/Producer Do");
  more[13] = "<< /Producer 14 0 R >>";
  more[14] = shows("100");
  leader = by_leader(more, " /Info 13 0 R");
  REQUIRE(judged(leader).valid);
  Objects swapped = {{1, catalog("6 0 R 10 0 R")}, {10, field(11)}, {11, signature()}, {13, "<< /Producer 15 0 R >>"}, {15, shows("999")}};
  CHECK(first_state(lab().sign(update(leader, swapped, " /Info 13 0 R"), "clerk")) == changed_after);
  // As the catalog, whose new entry the page draws.
  more[3] = page("6 0 R", "/XObject 1 0 R");
  more[4] = stream("/DSS Do");
  leader = by_leader(more);
  REQUIRE(judged(leader).valid);
  swapped = {{1, catalog("6 0 R 10 0 R", "/DSS 15 0 R")}, {10, field(11)}, {11, signature()}, {15, shows("999")}};
  CHECK(first_state(lab().sign(update(leader, swapped), "clerk")) == changed_after);
}

TEST_CASE("what only the file itself knows may be renewed by a later signer") {
  const std::string meta = "/Type /Metadata /Subtype /XML ";
  Objects more = letter("/Metadata 12 0 R");
  more[12] = stream("<x/>", meta);
  more[13] = "<< /Producer (a) /Title (t) >>";
  const std::string leader = by_leader(more, " /Info 13 0 R");
  Objects renewed = second("/Rect [0 0 0 0]", "/Metadata 12 0 R /DSS 14 0 R");
  renewed[12] = stream("<y/>", meta);
  renewed[13] = "<< /Producer (b) /ModDate (D:2026) /Title (t) >>";
  renewed[14] = "<< /Type /DSS >>";
  CHECK(judged(lab().sign(update(leader, renewed, " /Info 13 0 R"), "clerk")).valid);
  renewed[13] = "<< /Producer (b) /Title (another) >>";
  CHECK(first_state(lab().sign(update(leader, renewed, " /Info 13 0 R"), "clerk")) == changed_after);
}

TEST_CASE("a signed copy is the issued document and signatures, whoever signs it once or twice") {
  const std::string issued = update("", base(""));
  const Objects first = {{1, catalog("10 0 R")}, {3, page("10 0 R")}, {10, field(11)}, {11, signature()}};
  const std::string copy = lab().sign(update(issued, first), "leader");
  CHECK(judged(copy).valid);
  CHECK_FALSE(judged(copy).covers_first_revision_only_signatures);  // nobody asked
  CHECK(judged(copy, issued.size()).covers_first_revision_only_signatures);
  const Objects next = {{1, catalog("10 0 R 12 0 R")}, {3, page("10 0 R 12 0 R")}, {12, field(13)}, {13, signature()}};
  const auto twice = judged(lab().sign(update(copy, next), "clerk"), issued.size());
  CHECK(twice.valid);
  CHECK(twice.covers_first_revision_only_signatures);
  // Begins with the issued bytes, is signed over all, and shows another sum.
  Objects swapped = first;
  swapped[4] = stream(says("999"));
  const auto false_copy = judged(lab().sign(update(issued, swapped), "leader"), issued.size());
  CHECK(false_copy.valid);
  CHECK_FALSE(false_copy.covers_first_revision_only_signatures);
  Objects painted = first;
  painted[10] = field(11, "/Rect [0 0 595 842] /AP << /N 12 0 R >>");
  painted[12] = shows("999");
  CHECK_FALSE(judged(lab().sign(update(issued, painted), "leader"), issued.size()).covers_first_revision_only_signatures);
}

TEST_CASE("a certificate that is for servers, programs, stamps or nothing signs no document") {
  const std::string pdf = update("", letter());
  for (const char* who : {"leader", "clerk", "person", "signer"}) CHECK_MESSAGE(judged(lab().sign(pdf, who)).valid, who);
  for (const char* who : {"tls", "code", "tsa", "silent", "cipher"}) {
    const auto verification = judged(lab().sign(pdf, who));
    CHECK_FALSE_MESSAGE(verification.valid, who);
    CHECK(verification.signatures[0].state == untrusted);
  }
}

TEST_CASE("a certificate without a name is nobody's") {
  const auto verification = judged(lab().sign(update("", letter()), "nameless"));
  REQUIRE(verification.signatures.size() == 1);
  CHECK(signers_of(verification).empty());
}

TEST_CASE("last year's certificate beside the signer's does no harm") {
  const std::string pdf = update("", letter());
  const auto verification = judged(lab().sign(pdf, "leader", " -certfile old.pem"));
  CHECK_MESSAGE(verification.valid, verification.signatures[0].detail);
  // One that leads nowhere could be changed by anybody.
  lab().run("openssl req -x509 -newkey rsa:2048 -nodes -keyout foreign.key -out foreign.pem -days 1 -subj /CN=foreign >log 2>&1");
  CHECK_FALSE(judged(lab().sign(pdf, "leader", " -certfile foreign.pem")).valid);
}

}  // namespace
}  // namespace khien::seal
