#include "khien/exchange/avreport.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "sample_report.hpp"

namespace khien::exchange {
namespace {

std::string written(const Scheme& scheme, const AvReport& report) {
  auto text = scheme.write(report);
  REQUIRE_MESSAGE(text, text.error().what());
  return *text;
}

Result<AvReport> read_unsigned(const Scheme& scheme, const std::string& xml) {
  Budget budget = plenty();
  return scheme.read(xml, budget, Scheme::Signed::no);
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  const auto at = text.find(what);
  REQUIRE_MESSAGE(at != text.npos, what);
  return text.replace(at, what.size(), by);
}

std::string refusal(const Scheme& scheme, const std::string& xml) {
  const auto read = read_unsigned(scheme, xml);
  return read ? "" : read.error().what();
}

TEST_CASE("2290: an edXML envelope whose root has no prefix, in the order that the receiver asks for") {
  const Scheme scheme = scheme_of("2290");
  const std::string xml = written(scheme, sample_report());
  CHECK(xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<edXMLEnvelope xmlns:edXML=\"http://www.mic.gov.vn/TBT/QCVN_102_2016\">"
                        "<edXML:edXMLHeader><edXML:MessageHeader><edXML:From><edXML:OrganId>000.00.12.H28</edXML:OrganId>"));
  CHECK(xml.contains("<edXML:Subject>Chia sẻ thông tin mã độc</edXML:Subject></edXML:MessageHeader></edXML:edXMLHeader><edXML:edXMLBody>"));
  CHECK(xml.contains("<AVReport name=\"Khiên\"><Datetime>1790000000</Datetime><Malware><Machine ip=\"10.1.2.3\" name=\"xa-tan-lap-01\"><MalwareInfo>"));
  CHECK(xml.contains("<Update><NumberMachineNotUpdateOn15Day>1</NumberMachineNotUpdateOn15Day></Update><QualityFeature>"));
  CHECK(xml.contains("<Md5>" + std::string(32, 'b') + "</Md5>"));
  CHECK_FALSE(xml.contains("ippublic"));
  CHECK_FALSE(xml.contains("TargetPort"));
  CHECK_FALSE(xml.contains("HashFile"));
  // Two malwares of one machine stand in one Machine; names are escaped.
  CHECK(xml.contains("</MalwareInfo><MalwareInfo><MalwareName>Eicar &lt;test&gt; &quot;x&quot;</MalwareName>"));
  CHECK(scheme.seal_place() == SealPlace{"http://www.mic.gov.vn/TBT/QCVN_102_2016", "edXMLHeader"});
}

TEST_CASE("8676: the same in SOAP, with what was added") {
  const Scheme scheme = scheme_of("8676");
  const std::string xml = written(scheme, sample_report());
  CHECK(xml.contains("<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:edXML=\"http://edxml.gov.vn/schema\">"
                     "<soapenv:Header><edXML:MessageHeader><edXML:From>"));
  CHECK(xml.contains("<edXML:OrganizationInCharge>Công an tỉnh</edXML:OrganizationInCharge>"));
  CHECK(xml.contains("</soapenv:Header><soapenv:Body><AVReport "));
  CHECK(xml.contains("<Machine ip=\"10.1.2.3\" ippublic=\"203.0.113.7\" name=\"xa-tan-lap-01\">"));
  CHECK(xml.contains("<PathFile>C:\\Users\\*\\Downloads\\a&amp;b.exe</PathFile><HashFile>" + std::string(64, 'a') + "</HashFile>"));
  CHECK(xml.contains("<TargetPort>443</TargetPort>"));
  CHECK(scheme.seal_place() == SealPlace{"http://schemas.xmlsoap.org/soap/envelope/", "Header"});
}

TEST_CASE("what is written is read, and written again it is the same") {
  for (const std::string id : {"2290", "8676"}) {
    const Scheme scheme = scheme_of(id);
    const std::string xml = written(scheme, sample_report());
    const auto read = read_unsigned(scheme, xml);
    REQUIRE_MESSAGE(read, read.error().what());
    CHECK(read->rows.size() == sample_report().rows.size());
    CHECK(read->not_updated == 1);
    CHECK(read->at == sample_report().at);
    CHECK(read->from.id == "000.00.12.H28");
    CHECK(written(scheme, *read) == xml);
  }
  const auto read = read_unsigned(scheme_of("8676"), written(scheme_of("8676"), sample_report()));
  CHECK(*read == sample_report());
}

TEST_CASE("an empty report has every section, and the count of 15 days as 0") {
  AvReport report = sample_report();
  report.rows.clear();
  report.not_updated = 0;
  const std::string xml = written(scheme_of("2290"), report);
  CHECK(xml.contains("<Malware></Malware><Connection></Connection><Vulnerability></Vulnerability><OS></OS><Update>"
                     "<NumberMachineNotUpdateOn15Day>0</NumberMachineNotUpdateOn15Day></Update><QualityFeature></QualityFeature>"));
  CHECK(read_unsigned(scheme_of("2290"), xml));
}

TEST_CASE("the strict reader names what is not as it is to be") {
  const Scheme scheme = scheme_of("2290");
  const std::string xml = written(scheme, sample_report());
  const auto after = [&](std::string_view what, std::string_view by) { return refusal(scheme, replaced(xml, what, by)); };
  CHECK(after("<Update><NumberMachineNotUpdateOn15Day>1</NumberMachineNotUpdateOn15Day></Update>", "") ==
        "/edXMLEnvelope/edXML:edXMLBody/AVReport: expected Update, found QualityFeature");
  CHECK(refusal(scheme, replaced(replaced(xml, "<edXML:Subject>", "<Subject>"), "</edXML:Subject>", "</Subject>")) ==
        "/edXMLEnvelope/edXML:edXMLHeader/edXML:MessageHeader: expected edXML:Subject, found Subject");
  CHECK(refusal(scheme, replaced(replaced(xml, "<Md5>", "<md5>"), "</Md5>", "</md5>")).ends_with("expected Md5, found md5"));
  CHECK(after(" xmlns:edXML=\"http://www.mic.gov.vn/TBT/QCVN_102_2016\"", " xmlns:edXML=\"http://edxml.gov.vn/schema\"").contains("must declare edXML"));
  CHECK(after(" ip=\"10.1.2.3\"", "").contains("other attributes"));
  CHECK(after("<Datetime>1790000000<", "<Datetime>hôm nay<").contains("Datetime"));
  CHECK(after("<NumberFile>1<", "<NumberFile><").contains("must not be empty"));
  CHECK(after("<AutoProtect>On<", "<AutoProtect>yes<").contains("none of the words"));
  CHECK(after("000.00.12.H28", "000.00.12.H28X").contains("OrganId"));
  CHECK(after("<Malware>", "<Malware><!-- x -->").contains("Malware"));
  CHECK(after("<Malware>", "<Malware>x").contains("unexpected text"));
  CHECK(after("Eicar", "&#69;icar").contains("reference"));
  CHECK(after("<edXMLEnvelope", "<!DOCTYPE x [<!ENTITY a \"b\">]><edXMLEnvelope").contains("document type"));
  CHECK(after("</AVReport>", "<Extra></Extra></AVReport>").contains("unexpected Extra"));
  // A machine that protects itself and is in no list of systems.
  CHECK(after("<OS><Machine ip=\"10.1.2.3\" name=\"xa-tan-lap-01\"><OSName>Debian GNU/Linux 12</OSName><LastUpdate>1789999000</LastUpdate></Machine>", "<OS>") != "");
  Budget budget = plenty();
  CHECK(scheme.read(xml, budget).error().what() == "/edXMLEnvelope/edXML:edXMLHeader: Signature is missing");
}

TEST_CASE("what people set is refused by name; what machines say is mended") {
  const Scheme scheme = scheme_of("2290");
  AvReport report = sample_report();
  report.from.id = "000.00.12.H28.X";
  CHECK(scheme.write(report).error().what() == "edXML:OrganId: longer than 13 characters");
  report = sample_report();
  report.from.name = "UBND\ntỉnh";
  CHECK(scheme.write(report).error().what().contains("edXML:OrganName"));
  report = sample_report();
  report.from.name.clear();
  CHECK(scheme.write(report).error().what() == "edXML:OrganName: must not be empty");

  report = sample_report();
  report.rows[0].facts["malware_name"] = std::string("a\x01\xE2\x80\xAE") + "b\xFF" + std::string(400, 'x');
  report.rows[0].facts["files"] = "many";
  report.rows[0].facts["behaviour"] = "danced";
  const std::string xml = written(scheme, report);
  CHECK(xml.contains("<MalwareBehavior>Unknown</MalwareBehavior><TypeOfDevice>workstation</TypeOfDevice><NumberFile>0</NumberFile>"));
  CHECK(xml.contains("<MalwareName>ab\xEF\xBF\xBD" + std::string(252, 'x') + "</MalwareName>"));
  report.rows.resize(0);
  report.rows.resize(kMostRows + 1, sample_report().rows[4]);
  CHECK(scheme.write(report).error().code() == Code::exhausted);
}

TEST_CASE("a 200 is not accepted: the body says so, and a province may say what its receiver says") {
  const Scheme scheme = scheme_of("2290");
  CHECK(scheme.judge(200, "") == Outcome::unclear);
  CHECK(scheme.judge(200, "OK") == Outcome::unclear);
  CHECK(scheme.judge(200, "<r><Status> Success </Status></r>") == Outcome::accepted);
  CHECK(scheme.judge(200, "<Status>duplicate</Status>") == Outcome::duplicate);
  CHECK(scheme.judge(409, "<Status>duplicate</Status>") == Outcome::duplicate);
  CHECK(scheme.judge(400, "<Status>error</Status>") == Outcome::refused);
  CHECK(scheme.judge(500, "<Status>success</Status>") == Outcome::later);
  CHECK(scheme.judge(429, "") == Outcome::later);
  CHECK(scheme.judge(403, "") == Outcome::refused);
  const Scheme own = scheme.accepting({"Đã nhận"});
  CHECK(own.judge(200, "<b>ĐÃ NHẬN</b>") == Outcome::accepted);
  CHECK(own.judge(200, "<Status>Success</Status>") == Outcome::unclear);
  CHECK(scheme_of("8676").judge(500, "<soapenv:Fault><faultcode>soapenv:Client</faultcode></soapenv:Fault>") == Outcome::refused);
}

TEST_CASE("a scheme that is wrong is refused by its line") {
  const std::string good = file_text(std::string(KHIEN_SOURCE_DIR) + "/content/exchange/avreport-2290.yaml");
  const auto why = [&](std::string_view what, std::string_view by) {
    Budget budget = plenty();
    const auto read = Scheme::from_yaml(replaced(good, what, by), budget);
    REQUIRE_FALSE(read);
    CHECK(read.error().what().starts_with("line "));
    return read.error().what();
  };
  CHECK(why("text: malware_name", "text: malware_nam").contains("'malware_nam' is not known here"));
  CHECK(why("most: 13", "mots: 13").contains("unknown key 'mots'"));
  CHECK(why("- signature: true", "- { name: X }").contains("no place for the signature"));
  CHECK(why("edXML:Subject", "soap:Subject").contains("not declared"));
  CHECK(why("body: [\"<status>success</status>\", \"<status>ok</status>\", '\"status\":\"success\"', '\"status\":\"ok\"'] ", "").contains("said by the body"));
  CHECK(why("removed: Deleted", "removed: Quarantined").contains("two words"));
}

TEST_CASE("a malware's type is by its name") {
  const Scheme scheme = scheme_of("2290");
  CHECK(scheme.malware_type("Win.Ransomware.WannaCry") == "Ransomware");
  CHECK(scheme.malware_type("khien_eicar") == "Test");
  CHECK(scheme.malware_type("zzz") == "Malware");
}

}  // namespace
}  // namespace khien::exchange
