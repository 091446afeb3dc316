#include "khien/duty/state_secret.hpp"

#include <doctest/doctest.h>

#include <string>

#include "khien/core/text.hpp"
#include "khien/duty/evidence.hpp"
#include "khien/duty/refusal.hpp"
#include "world.hpp"

namespace khien::duty {
namespace {

std::optional<Classification> named(std::string_view name) {
  const auto marking = marking_in_name(name);
  return marking ? std::optional(marking->level) : std::nullopt;
}
std::optional<Classification> written(std::string_view text) {
  const auto marking = marking_in_text(as_bytes(text));
  return marking ? std::optional(marking->level) : std::nullopt;
}

TEST_CASE("a marking in a file's name is seen however it is written") {
  for (const char* name : {"Báo cáo (MẬT).pdf", "bao-cao_mật.docx", "12 Mật.txt", "Công văn MẬT số 3.pdf", "[MAT] 12.pdf",
                           "M\xe1\xba\xact.pdf", "Ma\xcc\xa3\xcc\x82t.pdf"}) {
    CAPTURE(name);
    CHECK(named(name) == Classification::confidential);
  }
  for (const char* name : {"TỐI MẬT - kế hoạch.pdf", "toi_mat.pdf", "TOI-MAT.docx", "KeHoachTốiMật TOIMAT.pdf"}) {
    CAPTURE(name);
    CHECK(named(name) == Classification::secret);
  }
  for (const char* name : {"TUYỆT MẬT.pdf", "tuyet mat.pdf", "tuyet_mat_2026.pdf", "TUYETMAT.zip", "«TUYỆT MẬT».pdf"}) {
    CAPTURE(name);
    CHECK(named(name) == Classification::top_secret);
  }
}

TEST_CASE("names that merely speak of secrecy, or of something else, are not marked") {
  for (const char* name :
       {"Quy chế bảo mật.pdf", "QUY CHẾ BẢO MẬT.pdf", "Hướng dẫn đổi mật khẩu.docx", "mật mã dân sự.pdf", "Bí mật nhà nước - văn bản.pdf",
        "giai phong mat bang.pdf", "Mất điện.pdf", "mặt bằng.pdf", "mật độ dân số.xlsx", "tôi mất thẻ.pdf", "mat-khau.txt", "KE HOACH MAT BANG.pdf"}) {
    CAPTURE(name);
    CHECK_FALSE(marking_in_name(name));
  }
}

TEST_CASE("a stamp in text is a line of its own, or stands behind its label") {
  CHECK(written("CỘNG HÒA\nMẬT\nSố: 1") == Classification::confidential);
  CHECK(written("  ** TỐI MẬT ** \r\nx") == Classification::secret);
  CHECK(written("a\nT U Y Ệ T  M Ậ T\nb") == Classification::top_secret);
  CHECK(written("Độ mật: Tối mật") == Classification::secret);
  CHECK(written("<html><body><div>TUYỆT MẬT</div></body></html>") == Classification::top_secret);
  CHECK(written("<p>M&#7852;T</p>") == Classification::confidential);
  CHECK(written("\xff\xfeM\0\xac\x1eT\0\n\0") == std::nullopt);  // cut at the NUL by the literal
  CHECK(written(std::string_view("\xff\xfeM\0\xac\x1eT\0\n\0", 10)) == Classification::confidential);
}

TEST_CASE("a stamp is read as a person sees it") {
  // Full width, Cyrillic and Greek letters, invisible ones between, marks by themselves.
  CHECK(written("ＭẬＴ\n") == Classification::confidential);
  CHECK(written("\xd0\x9cẬ\xd0\xa2") == Classification::confidential);
  CHECK(written("\xce\x9cẬ\xce\xa4") == Classification::confidential);
  CHECK(written("M\xe2\x80\x8bẬ\xc2\xadT") == Classification::confidential);
  CHECK(written("MA\xcc\xa3\xcc\x82T") == Classification::confidential);
  CHECK(named("\xef\xbc\xadẬ\xef\xbc\xb4.pdf") == Classification::confidential);
  CHECK(named("T.U.Y.Ệ.T M.Ậ.T.pdf") == Classification::top_secret);
  CHECK(named("cv_M-Ậ-T_12.pdf") == Classification::confidential);
  // Moved to its place by blanks.
  CHECK(written(std::string(300, ' ') + "MẬT" + std::string(300, '\t') + "\n") == Classification::confidential);
  // As programs write it in HTML.
  CHECK(written("<p>&nbsp;MẬT&nbsp;</p>") == Classification::confidential);
  CHECK(written("<p><b>M</b><span style='x'>ẬT</span></p>") == Classification::confidential);
  CHECK(written("<p>M<!-- > -->ẬT</p>") == Classification::confidential);
  // Full width by number, and letters of mathematics, as they are or by number.
  CHECK(written("<p>&#xFF2D;Ậ&#65332;</p>") == Classification::confidential);
  CHECK(written("\xf0\x9d\x90\x8cẬ\xf0\x9d\x97\xa7") == Classification::confidential);
  CHECK(written("<p>&#x1D40C;Ậ&#x1D413;</p>") == Classification::confidential);
  CHECK(written("M\xf3\xa0\x80\xa0ẬT") == Classification::confidential);  // a tag that is not drawn
  CHECK(written("<p>&#xD800;MẬT</p>") == std::nullopt);  // no character: stays as it is written
  CHECK(written("M&Acirc;&#803;T") == Classification::confidential);
  CHECK(written("<a\nMẬT\n>") == Classification::confidential);
  // One damaged byte does not make it another encoding.
  CHECK(written("MẬT\n\xff") == Classification::confidential);
}

TEST_CASE("text that speaks of degrees of secrecy is not marked") {
  CHECK_FALSE(written("Bí mật nhà nước độ Tuyệt mật, độ Tối mật, độ Mật được quy định tại Điều 8."));
  CHECK_FALSE(written("Mật khẩu: 123\nbảo mật\nMật độ\n"));
  CHECK_FALSE(written("Tuyệt mật\n"));  // a heading in a list, not a stamp
  CHECK_FALSE(written("MAT\nMẶT\nMẤT\n"));
}

TEST_CASE("formats that are not read are said to be not read") {
  CHECK(looked_at(as_bytes("%PDF-1.7 x")) == LookedAt::name);
  CHECK(may_hold_words(as_bytes("%PDF-1.7 x")));
  CHECK(may_hold_words(as_bytes("PK\x03\x04")));
  CHECK_FALSE(may_hold_words(as_bytes("%PNG")));
  CHECK(looked_at(as_bytes("PK\x03\x04")) == LookedAt::name);
  CHECK(looked_at(as_bytes(std::string_view("a\0b", 3))) == LookedAt::name);
  CHECK(looked_at(as_bytes("chữ")) == LookedAt::text);
}

TEST_CASE("a refused secret leaves not one byte in the database") {
  World world;
  const std::string canary = "CANARY-7f3a-nội dung phải mất hẳn";
  const auto before = world.count("SELECT count(*) FROM evidence_content");
  const auto upload = [&](std::string_view name, std::string_view text, Classification declared) {
    const NewEvidence file{world.commune, std::string(name), as_bytes(text), declared, {}, kOfficer.user};
    return world.write([&](store::Connection& c) { return keep_evidence(c, *world.whole, file, kNow); });
  };
  for (const auto& refused : {upload("CANARY-name TUYỆT MẬT.txt", canary, Classification::none),
                              upload("CANARY-name.txt", "MẬT\n" + canary, Classification::none),
                              upload("CANARY-name.txt", canary, Classification::secret)}) {
    REQUIRE_FALSE(refused);
    CHECK(is_state_secret(refused.error()));
    CHECK(refusal_of(refused.error())->message.vi.find("bí mật nhà nước") != std::string::npos);
  }
  // A document whose words another process read.
  const NewEvidence document{world.commune, "x.docx", as_bytes("PK\x03\x04 CANARY"), Classification::none, {}, kOfficer.user, "Số: 1\nTUYỆT MẬT\n"};
  CHECK(is_state_secret(world.write([&](store::Connection& c) { return keep_evidence(c, *world.whole, document, kNow); }).error()));
  CHECK(world.count("SELECT count(*) FROM evidence_content") == before);
  CHECK(world.bytes().find("CANARY") == std::string::npos);
  // The same bytes without a marking are kept: the search above can find them.
  REQUIRE(upload("CANARY-name.txt", canary, Classification::none));
  CHECK(world.bytes().find(canary) != std::string::npos);
}

}  // namespace
}  // namespace khien::duty
