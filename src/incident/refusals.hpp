#pragma once

#include "khien/incident/refusal.hpp"

namespace khien::incident::refusals {

inline constexpr Refusal kClosed{Code::conflict, "", "Sự cố đã đóng: chỉ ghi được báo cáo còn phải gửi hoặc mở lại.",
                                 "The incident is closed: reports that it owes can be recorded, or it is opened again."};
inline constexpr Refusal kNoSuchMove{Code::conflict, "state", "Sự cố đang ở trạng thái không cho phép bước này. Tải lại rồi thử lại.",
                                     "The incident's state does not allow this. Reload and try again."};
inline constexpr Refusal kNeedsCause{Code::invalid, "cause", "Cần ghi nguyên nhân gốc trước khi đóng.", "Name the root cause to close it."};
inline constexpr Refusal kNeedsCauseWords{Code::invalid, "cause", "Cần ghi nguyên nhân.", "Say what the cause is."};
inline constexpr Refusal kReportNeedsCause{Code::invalid, "cause", "Báo cáo này phải nêu nguyên nhân: hãy ghi nguyên nhân của sự cố trước (đã biết đến đâu ghi đến đó).",
                                           "This report names the cause: say first what is known of it."};
inline constexpr Refusal kClocksOpen{Code::invalid, "words", "Còn báo cáo chưa gửi: hãy ghi vì sao. Đóng sự cố không làm hết hạn báo cáo.",
                                     "Some reports were not sent: say why. Closing ends no clock."};
inline constexpr Refusal kNeedsTitle{Code::invalid, "title", "Cần ghi tên sự cố.", "Name the incident."};
inline constexpr Refusal kNeedsWords{Code::invalid, "words", "Cần ghi nội dung.", "Say what it is."};
inline constexpr Refusal kTooLong{Code::invalid, "", "Nội dung quá dài.", "The text is too long."};
inline constexpr Refusal kDetectedAhead{Code::invalid, "detected_at", "Thời điểm phát hiện không được sau hiện tại, cũng không trước năm 2000.",
                                        "It cannot have been detected later than now, or before 2000."};
inline constexpr Refusal kDetectedAfterFindings{Code::invalid, "detected_at",
                                                "Hệ thống đã ghi nhận phát hiện trước thời điểm này: thời điểm phát hiện sự cố không được muộn hơn phát hiện đầu tiên.",
                                                "A finding was seen before that: the incident cannot have been detected later than the first of its findings."};
inline constexpr Refusal kHappenedAhead{Code::invalid, "happened_at", "Thời điểm xảy ra không được sau hiện tại.", "It cannot have happened later than now."};
inline constexpr Refusal kMovedOutside{Code::invalid, "happened_at", "Thời điểm phải từ lúc phát hiện đến hiện tại.",
                                       "It must lie between detection and now."};
inline constexpr Refusal kSentOutside{Code::invalid, "sent_at", "Thời điểm gửi phải từ lúc phát hiện đến hiện tại.",
                                      "It must have been sent between detection and now."};
inline constexpr Refusal kNoSuchClock{Code::invalid, "clock", "Sự cố này không có hạn báo cáo đó.", "This incident has no such clock."};
inline constexpr Refusal kNeedsRecipient{Code::invalid, "recipient", "Cần ghi nơi nhận.", "Say who was told."};
inline constexpr Refusal kNoSuchTrait{Code::invalid, "traits", "Quy định của ngày phát hiện không biết dấu hiệu này.",
                                      "The rules of the day of detection do not know this."};
inline constexpr Refusal kNoSuchFinding{Code::invalid, "findings", "Có phát hiện không tồn tại hoặc ngoài phạm vi của bạn.",
                                        "A finding does not exist, or is outside of your scope."};
inline constexpr Refusal kTooManyFindings{Code::conflict, "findings", "Một sự cố gắn nhiều nhất 5.000 phát hiện.", "An incident holds at most 5,000 findings."};
inline constexpr Refusal kNoSuchEvidence{Code::invalid, "evidence", "Bằng chứng phải được tải lên cho chính đơn vị của sự cố.",
                                         "Evidence must be uploaded for the incident's own unit."};
inline constexpr Refusal kNoSuchPerson{Code::invalid, "user", "Không có người này, hoặc người này không xem được sự cố.",
                                       "There is no such person, or the person cannot see the incident."};
inline constexpr Refusal kNoSuchOwner{Code::invalid, "owner", "Không có người này, hoặc người này không xem được sự cố của việc.",
                                      "There is no such person, or the person cannot see the task's incident."};
inline constexpr Refusal kNotOnIt{Code::conflict, "user", "Người này không tham gia sự cố.", "The person is not on it."};
inline constexpr Refusal kTooMuchWork{Code::conflict, "", "Sự cố đã có quá nhiều việc, người hoặc báo cáo.", "The incident holds too many tasks, people or reports."};

}  // namespace khien::incident::refusals

namespace khien::incident {
Error refuse(const Refusal& refusal);
}
