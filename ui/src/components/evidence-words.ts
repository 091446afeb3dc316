import { wordsOf } from "@/lib/i18n";

const vi = {
  title: "Minh chứng",
  none: "Chưa có tệp minh chứng.",
  secret: "Tài liệu có dấu mật không?",
  attach: "Kèm tệp: tài liệu có dấu mật không?",
  secretHint: "Hãy xem dấu ở đầu văn bản trước khi chọn tệp.",
  classification: { none: "Không mật", confidential: "Mật", secret: "Tối mật", top_secret: "Tuyệt mật" },
  refused: "Không được đưa tài liệu mật lên Khiên",
  refusedSub:
    "Khiên không giữ bí mật nhà nước và không nhận tệp này. Hãy gửi qua kênh cơ yếu; ở đây chỉ ghi số, ngày của văn bản trong phần trình bày, không ghi nội dung.",
  effective: "Ngày của tài liệu",
  effectiveHint: "Ngày ghi trên văn bản, khác với ngày đưa lên.",
  effectiveOn: (date: string) => `Ngày của tài liệu ${date}`,
  uploaded: (date: string, who: string) => `Đưa lên ${date}, ${who}`,
  nameOnly: "Không đọc được chữ trong tệp này để tìm dấu mật, chỉ xem tên.",
  download: (name: string) => `Tải ${name}`,
  differs: "Máy chủ nhận được nội dung khác với tệp trên máy bạn. Hãy thử lại.",
};

const en: typeof vi = {
  title: "Evidence",
  none: "No evidence file yet.",
  secret: "Is the document classified?",
  attach: "To attach a file: is the document classified?",
  secretHint: "Look at the marking at its head before you choose the file.",
  classification: { none: "Not classified", confidential: "Confidential", secret: "Secret", top_secret: "Top secret" },
  refused: "Classified documents must not be uploaded",
  refusedSub:
    "Khiên holds no state secrets and does not take this file. Send it through the cipher channel; here write only the number and date of the document, not what it says.",
  effective: "Date of the document",
  effectiveHint: "The date written on it, not the day it is uploaded.",
  effectiveOn: (date) => `Dated ${date}`,
  uploaded: (date, who) => `Uploaded ${date}, ${who}`,
  nameOnly: "The text of this file could not be read for markings; only its name was looked at.",
  download: (name) => `Download ${name}`,
  differs: "The hub received other content than the file on your machine. Please try again.",
};

export const useEvidenceWords = wordsOf(vi, en);
