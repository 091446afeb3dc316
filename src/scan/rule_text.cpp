#include <string>

#include "khien/core/text.hpp"
#include "khien/scan/rules.hpp"

namespace khien::scan {
namespace {

constexpr std::size_t kMaxRuleBytes = 160;

std::vector<LocalText> general_steps() {
  return {
      {"Không mở hoặc chạy tệp này.", "Do not open or run this file."},
      {"Hỏi người dùng máy: tệp từ đâu đến, đã mở chưa.",
       "Ask the machine's user where the file came from and whether it was opened."},
      {"Nếu không phải tệp công việc, hãy cách ly hoặc xóa tệp rồi quét lại máy.",
       "If it is not needed for work, quarantine or delete it, then scan the machine again."},
  };
}

RuleText of_hash(const std::string& rule) {
  return {{"Tệp trùng với mã độc đã biết: " + rule, "File is known malware: " + rule},
          {"Nội dung tệp trùng từng byte với một tệp có trong danh sách mã độc.",
           "The file is, byte for byte, one on the list of known malware."},
          general_steps()};
}

RuleText of_clamav(const std::string& rule) {
  return {{"ClamAV phát hiện mã độc: " + rule, "ClamAV found malware: " + rule},
          {"Nội dung tệp khớp với một mẫu nhận dạng mã độc của ClamAV.",
           "The file's content matches a malware signature of ClamAV."},
          general_steps()};
}

RuleText of_rule(const std::string& rule) {
  return {{"Tệp khớp với quy tắc " + rule, "File matches rule " + rule},
          {"Nội dung tệp khớp với một quy tắc nhận dạng mã độc.", "The file's content matches a malware rule."},
          general_steps()};
}

RuleText of_false_clean() {
  return {{"Máy này đã báo sạch một tệp mà máy khác phát hiện là mã độc",
           "This machine called a file clean that another machine found to be malware"},
          {"Hai máy dùng cùng một bộ quy tắc nhưng kết luận khác nhau về cùng một tệp. Một trong hai máy báo sai: "
           "phần mềm giám sát bị lỗi hoặc bị can thiệp. Đối tượng là số hiệu của máy đã phát hiện; mọi tệp mà máy đó "
           "nêu được gộp vào một mục.",
           "Two machines with the same rules disagree on the same file. One of them says what is not so: its agent is "
           "damaged or was tampered with. The subject is the number of the machine that found it; all files that it "
           "names are in one finding."},
          {{"Đối chiếu với máy đã phát hiện tệp: xem bằng chứng của mục này.",
            "Compare with the machine that found the file: see the evidence below."},
           {"Quét lại máy này; nếu nghi máy bị can thiệp, hãy cô lập máy.",
            "Scan this machine again; if it may have been tampered with, isolate it."},
           {"Thu hồi kết luận của máy báo sai: khien fleet recall machine SỐ_HIỆU. Nếu đó là máy đã phát hiện, mọi mục "
            "do nó gây ra tự đóng.",
            "Recall what the wrong one says: khien fleet recall machine ID. If that is the one that found it, all "
            "findings that it caused close by themselves."}}};
}

// Of the product itself, not of a file.
RuleText of_halt() {
  return {{"Máy đã ngừng tự cách ly tệp", "The machine no longer quarantines files by itself"},
          {"Trong một giờ có quá nhiều tệp bị phát hiện, nên việc tự cách ly tạm ngừng 24 giờ. Các tệp vẫn được báo cáo. "
           "Có thể máy nhiễm nặng, hoặc một quy tắc báo nhầm hàng loạt.",
           "Too many files were found within an hour, so automatic quarantine is halted for 24 hours. Files are still "
           "reported. The machine may be badly infected, or a rule is wrong about many files."},
          {{"Xem các phát hiện mới nhất của máy: có cùng một quy tắc không.",
            "Look at the machine's newest findings: do they share one rule?"},
           {"Nếu là báo nhầm, báo cho đơn vị quản lý quy tắc; nếu máy nhiễm, ngắt mạng và xử lý.",
            "If they are false, tell who keeps the rules; if the machine is infected, disconnect and treat it."},
           {"Từng tệp vẫn có thể được cách ly theo lệnh.", "Each file can still be quarantined by order."}}};
}

std::vector<LocalText> policy_steps() {
  return {{"Xem mục Chính sách trên trang của máy: thiết lập nào khác, vì sao.",
           "See the policy part of the machine's page: which setting differs, and why."},
          {"Nếu tệp /etc/khien/khien.toml của máy giữ riêng thiết lập, hỏi người quản trị máy; nếu cần, sửa chính sách của đơn vị.",
           "If the machine's own /etc/khien/khien.toml keeps the setting, ask who runs the machine; or change the unit's policy."},
          {"Mục này tự đóng khi máy làm đúng chính sách.", "This closes by itself once the machine does as the policy says."}};
}

RuleText of_policy(std::string_view rule) {
  if (rule == "policy:not_applied") {
    return {{"Máy chưa áp dụng chính sách mới", "The machine has not taken its new policy"},
            {"Chính sách mới đã có hơn 4 giờ mà máy vẫn theo bản cũ.",
             "The new policy is more than 4 hours old, and the machine still follows the one before."},
            policy_steps()};
  }
  if (rule == "policy:expired") {
    return {{"Chính sách trên máy đã hết hạn", "The machine's policy has expired"},
            {"Máy vẫn giữ thiết lập của chính sách đã nhận gần nhất, nhưng đã lâu không nhận được bản gia hạn.",
             "The machine goes on with the last policy that it took, but none came in time to extend it."},
            policy_steps()};
  }
  if (rule == "policy:refused") {
    return {{"Máy từ chối chính sách được gửi đến", "The machine refused the policy that it was given"},
            {"Chữ ký, máy nhận hoặc số phiên bản không đúng, hoặc máy được đặt là không nhận chính sách. Nếu không ai thay đổi máy "
             "hay trung tâm, có thể trung tâm đã bị can thiệp.",
             "Its signature, machine or version is not right, or the machine is set to take none. If nobody changed the machine or "
             "the hub, the hub may have been tampered with."},
            policy_steps()};
  }
  return {{"Máy có thiết lập khác chính sách", "A setting of the machine is not as the policy says"},
          {"Tệp cấu hình của máy giữ riêng hoặc giới hạn thiết lập này, hoặc máy không có chức năng đó.",
           "The machine's own file keeps or bounds this setting, or the machine cannot do it."},
          policy_steps()};
}

}  // namespace

RuleText text_for(const std::vector<std::shared_ptr<const RulePack>>& packs, std::string_view engine_and_rule) {
  const auto colon = engine_and_rule.find(':');
  const auto engine = engine_and_rule.substr(0, colon == engine_and_rule.npos ? 0 : colon);
  const auto rule = engine_and_rule.substr(colon == engine_and_rule.npos ? 0 : colon + 1);
  if (engine_and_rule == "khien:quarantine_halted") return of_halt();
  if (engine == "policy") return of_policy(engine_and_rule);
  for (const auto& pack : packs) {
    if (engine == "clamav") break;  // its names are its own, whatever a pack calls the same
    if (const auto found = pack->texts.find(rule); found != pack->texts.end()) return found->second;
  }
  // A rule's name may have come from an agent: hostile until shown to be plain.
  const std::string name = printable(truncate(rule, kMaxRuleBytes));
  if (engine_and_rule == "fleet:false_clean") return of_false_clean();
  if (engine == "ioc") return of_hash(name);
  if (engine == "clamav") return of_clamav(name);
  return of_rule(name);
}

}  // namespace khien::scan
