import { wordsOf } from "@/lib/i18n";

const vi = {
  title: "Nghĩa vụ theo văn bản chỉ đạo",
  met: "Nghĩa vụ đạt",
  metSub: (met: string, total: string) => `${met} trên ${total} ô được giao`,
  overdue: (count: string, units: string) => `${count} mục quá hạn tại ${units} cơ quan`,
  overdueSub: "Nghĩa vụ theo văn bản chỉ đạo: xem cơ quan nào, khoản nào.",
  noOverdue: "Không có mục nào quá hạn",
  none: "Chưa có văn bản chỉ đạo nào đang hiệu lực.",
  next: "Sắp đến hạn",
  nextNone: "Không có hạn nào phía trước.",
  of: (met: string, units: string) => `${met}/${units} cơ quan`,
  shares: "Khiên làm, đo, ghi nhận được bao nhiêu",
  sharesSub: "Ba con số riêng, không cộng lại.",
};

const en: typeof vi = {
  title: "Obligations by directive",
  met: "Obligations met",
  metSub: (met, total) => `${met} of ${total} addressed cells`,
  overdue: (count, units) => `${count} overdue in ${units} ${units === "1" ? "agency" : "agencies"}`,
  overdueSub: "Obligations by directive: see which agency, which clause.",
  noOverdue: "Nothing is overdue",
  none: "No directive is in force yet.",
  next: "Due soon",
  nextNone: "There is no deadline ahead.",
  of: (met, units) => `${met}/${units} agencies`,
  shares: "How much Khiên does, measures, records",
  sharesSub: "Three figures, never added up.",
};

export const useObligationWords = wordsOf(vi, en);
