#include "forged.hpp"

// Visible signatures as people use them (a leader's, then the agency's seal), and documents that
// were made before they were signed so that something else can be shown after ("shadow
// attacks": hide, replace, hide and replace; Mainka, Mladenov, Rohlmann, NDSS 2021).
namespace khien::seal {
namespace {

using enum SignatureState;

std::string seal_at(const std::string& rectangle) { return "/Rect [" + rectangle + "] /AP << /N 12 0 R >>"; }

Objects pictured(const std::string& rectangle, std::string_view kind = kPerson) {
  Objects objects = second(seal_at(rectangle), "", kind);
  objects[12] = stream("1 0 0 RG 2 2 96 96 re S", "/Type /XObject /Subtype /Form /BBox [0 0 100 100] ");
  return objects;
}

TEST_CASE("a visible signature is as good as another, and so is the agency's seal beside it, which is told") {
  Objects visible = letter();
  visible[6] = field(7, seal_at("350 100 550 180"));
  visible[12] = stream("0 0 1 RG 2 2 96 96 re S", "/Type /XObject /Subtype /Form /BBox [0 0 100 100] ");
  const std::string leader = by_leader(visible);
  const auto alone = judged(leader);
  CHECK_MESSAGE(alone.valid, alone.signatures[0].detail);
  CHECK_FALSE(alone.signatures[0].pictured_after);
  CHECK(alone.words.vi.find("Lưu ý") == std::string::npos);
  Objects sealed = pictured("300 100 400 200");
  sealed[14] = sealed[12];
  sealed.erase(12);
  sealed[10] = field(11, "/Rect [300 100 400 200] /AP << /N 14 0 R >>");
  const auto both = judged(lab().sign(update(leader, sealed), "clerk"));
  REQUIRE(both.signatures.size() == 2);
  CHECK_MESSAGE(both.valid, both.signatures[0].detail);
  CHECK(both.signatures[0].pictured_after);
  CHECK_FALSE(both.signatures[1].pictured_after);
  CHECK(both.words.vi.find("Lưu ý: chữ ký sau đặt hình chữ ký hoặc con dấu lên trang") != std::string::npos);
  CHECK(static_cast<std::size_t>(both.signatures[0].signed_bytes) == leader.size());
  // It is no copy of an issued document that shows what was issued.
  CHECK_FALSE(judged(lab().sign(update(leader, sealed), "clerk"), leader.size()).covers_first_revision_only_signatures);
}

TEST_CASE("a picture that is larger than a signature, or many of them, is no signature's") {
  const std::string leader = by_leader(letter());
  CHECK(judged(lab().sign(update(leader, pictured("0 0 200 200")), "clerk")).valid);
  CHECK(first_state(lab().sign(update(leader, pictured("0 0 300 200")), "clerk")) == covers_part_only);
  CHECK(first_state(lab().sign(update(leader, pictured("595 842 0 0")), "clerk")) == covers_part_only);
  // Three fields of one signature.
  Objects many = pictured("0 0 200 200");
  many[1] = catalog("6 0 R 10 0 R 13 0 R 14 0 R");
  many[3] = page("6 0 R 10 0 R 13 0 R 14 0 R");
  many[13] = field(11, seal_at("200 0 400 200"));
  many[14] = field(11, seal_at("400 0 595 200"));
  CHECK(first_state(lab().sign(update(leader, many), "clerk")) == covers_part_only);
  // One that grows when the page is looked at from afar.
  CHECK(first_state(lab().sign(update(leader, second("/Rect [0 0 99 99] /F 12")), "clerk")) == covers_part_only);
}

TEST_CASE("a field that waited for a signature may be signed, and nothing else of it may change") {
  Objects waiting = base("6 0 R 10 0 R");
  waiting[6] = field(7);
  waiting[7] = signature();
  const std::string empty = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (S2) /F 132 /P 3 0 R /Rect [300 100 400 200] ";
  waiting[10] = empty + ">>";
  const std::string leader = by_leader(waiting);
  REQUIRE(judged(leader).valid);
  Objects filled = {{10, empty + "/V 11 0 R /AP << /N 12 0 R >> >>"}, {11, signature()}, {12, stream("0 0 9 9 re f", "/Type /XObject /Subtype /Form /BBox [0 0 9 9] ")}};
  const auto both = judged(lab().sign(update(leader, filled), "clerk"));
  CHECK_MESSAGE(both.valid, both.signatures[0].detail);
  CHECK(both.signatures[0].pictured_after);
  filled[10] = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (S2) /F 132 /P 3 0 R /Rect [0 0 595 842] /V 11 0 R /AP << /N 12 0 R >> >>";
  CHECK(first_state(lab().sign(update(leader, filled), "clerk")) == changed_after);
  // As the page's own forms under a second name.
  waiting[3] = page("6 0 R 10 0 R", "/XObject 10 0 R");
  waiting[4] = stream("/AP Do");
  const std::string twice = by_leader(waiting);
  REQUIRE(judged(twice).valid);
  filled = {{10, empty + "/V 11 0 R /AP 15 0 R >>"}, {11, signature()}, {15, shows("999")}};
  CHECK(first_state(lab().sign(update(twice, filled), "clerk")) == changed_after);
  // A field that was signed is not signed again.
  filled = {{6, field(11)}, {11, signature()}};
  CHECK(first_state(lab().sign(update(leader, filled), "clerk")) == changed_after);
}

// With somebody else's genuine signature over all, and as it is.
void is_told(const std::string& signed_by_leader, Objects more, const std::string& trailer = "") {
  CHECK_FALSE(judged(update(signed_by_leader, more, trailer)).valid);
  more.try_emplace(1, catalog("6 0 R 10 0 R"));
  more.try_emplace(3, page("6 0 R 10 0 R"));
  more[10] = field(11);
  more[11] = signature();
  CHECK(first_state(lab().sign(update(signed_by_leader, more, trailer), "clerk")) == changed_after);
}

TEST_CASE("shadow: what covered the text is taken away") {
  Objects covered = letter();
  covered[3] = page("6 0 R", "/XObject << /Cover 8 0 R >> /Font << /F1 5 0 R >>");
  covered[4] = stream(says("999") + " /Cover Do");
  covered[8] = shows("100");
  const std::string leader = by_leader(covered);
  REQUIRE(judged(leader).valid);
  // Emptied, made null, freed.
  for (const char* body : {"<< /Length 0 /Type /XObject /Subtype /Form /BBox [0 0 0 0] >>\nstream\n\nendstream", "null"}) {
    is_told(leader, {{8, body}, {3, page("6 0 R 10 0 R", "/XObject << /Cover 8 0 R >> /Font << /F1 5 0 R >>")}});
  }
  std::string freed = update(leader, {{1, catalog("6 0 R 10 0 R")}, {3, page("6 0 R 10 0 R", "/XObject << /Cover 8 0 R >> /Font << /F1 5 0 R >>")}, {10, field(11)}, {11, signature()}});
  freed.insert(freed.rfind("trailer\n"), "8 1\n0000000000 65535 f \n");
  CHECK(first_state(lab().sign(freed, "clerk")) == changed_after);
}

TEST_CASE("shadow: a form field, its font or what is drawn is replaced") {
  Objects form = letter();
  form[1] = catalog("6 0 R 8 0 R");
  form[3] = page("6 0 R 8 0 R");
  const std::string text = "<< /Type /Annot /Subtype /Widget /FT /Tx /T (Sum) /P 3 0 R /Rect [72 600 300 640] /DA (/F1 12 Tf) ";
  form[8] = text + "/V (100) /AP << /N 9 0 R >> >>";
  form[9] = shows("100");
  const std::string leader = by_leader(form);
  REQUIRE(judged(leader).valid);
  const auto both = [](Objects more) {
    more[1] = catalog("6 0 R 8 0 R 10 0 R");
    more[3] = page("6 0 R 8 0 R 10 0 R");
    return more;
  };
  is_told(leader, both({{8, text + "/V (999) /AP << /N 9 0 R >> >>"}}));
  is_told(leader, both({{9, shows("999")}}));
  is_told(leader, both({{5, "<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>"}}));
  is_told(leader, both({{4, stream(says("999"))}}));
  is_told(leader, both({{2, "<< /Type /Pages /Kids [3 0 R 13 0 R] /Count 2 >>"}, {13, page("")}}));
}

TEST_CASE("shadow: the file holds a second document that was signed with it, and a table turns to it") {
  // An object of the same number that no table names, before the signature's own update.
  const Objects honest = letter();
  std::string two = update("", honest);
  const std::string hidden = "4 0 obj\n" + stream(says("999")) + "\nendobj\n";
  // Behind the header, where offsets are those of what comes after: made anew with room for it.
  two = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + hidden;
  const std::size_t at = two.find("4 0 obj");
  std::string table = "0 1\n0000000000 65535 f \n";
  for (const auto& [number, body] : honest) {
    char line[24];
    std::snprintf(line, sizeof line, "%010zu 00000 n \n", two.size());
    table += std::to_string(number) + " 1\n" + line;
    two += std::to_string(number) + " 0 obj\n" + body + "\nendobj\n";
  }
  const std::string xref = std::to_string(two.size());
  two += "xref\n" + table + "trailer\n<< /Size 20 /Root 1 0 R >>\nstartxref\n" + xref + "\n%%EOF\n";
  const std::string leader = lab().sign(two, "leader");
  REQUIRE(judged(leader).valid);
  const auto turned = [&](std::string pdf) {
    char line[32];
    std::snprintf(line, sizeof line, "4 1\n%010zu 00000 n \n", at);
    return pdf.insert(pdf.rfind("trailer\n"), line);
  };
  CHECK_FALSE(judged(turned(update(leader, {}))).valid);
  CHECK(first_state(lab().sign(turned(update(leader, second())), "clerk")) == changed_after);
  // A second catalog, which the new trailer names.
  Objects double_faced = letter();
  double_faced[13] = "<< /Type /Catalog /Pages 14 0 R /AcroForm << /Fields [6 0 R 10 0 R] /SigFlags 3 >> >>";
  double_faced[14] = "<< /Type /Pages /Kids [15 0 R] /Count 1 >>";
  double_faced[15] = "<< /Type /Page /Parent 14 0 R /MediaBox [0 0 595 842] /Contents 16 0 R /Annots [6 0 R 10 0 R] /Resources << /Font << /F1 5 0 R >> >> >>";
  double_faced[16] = stream(says("999"));
  const std::string faces = by_leader(double_faced);
  REQUIRE(judged(faces).valid);
  std::string other = update(faces, {{10, field(11)}, {11, signature()}});
  other.replace(other.rfind("/Root 1 0 R"), 11, "/Root 13 0 R");
  CHECK(first_state(lab().sign(other, "clerk")) == changed_after);
}

TEST_CASE("shadow: what the signed document names and does not have is supplied later") {
  Objects dangling = letter();
  dangling[3] = page("6 0 R", "/XObject << /Later 18 0 R >> /Font << /F1 5 0 R >>");
  dangling[4] = stream(says("100") + " /Later Do");
  const std::string leader = by_leader(dangling);
  REQUIRE(judged(leader).valid);
  is_told(leader, {{18, shows("999")}, {3, page("6 0 R 10 0 R", "/XObject << /Later 18 0 R >> /Font << /F1 5 0 R >>")}});
}

TEST_CASE("a signature without its value, or of ranges that make no sense, is none") {
  const std::string leader = by_leader(letter());
  const auto with = [&](const std::string& what, const std::string& other) {
    std::string pdf = leader;
    const auto at = pdf.find(what);
    REQUIRE(at != pdf.npos);
    pdf.replace(at, std::min(what.size(), other.size()), other.substr(0, what.size()));
    return judged(pdf);
  };
  for (const auto& [what, other] : {std::pair<std::string, std::string>{"/Contents <", "/Contentz <"}, {"/ByteRange [0", "/ByteRange [9"}, {"/ByteRange", "/BiteRange"}, {"/ByteRange [0 ", "/ByteRange [-"}}) {
    CHECK_FALSE_MESSAGE(with(what, other).valid, other);
  }
}

}  // namespace
}  // namespace khien::seal
