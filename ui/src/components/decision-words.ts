import { wordsOf } from "@/lib/i18n";

const vi = {
  approve: "Duyệt",
  sendBack: "Yêu cầu bổ sung",
  sendBackTitle: "Yêu cầu bổ sung",
  reason: "Cần bổ sung gì?",
  reasonHint: "Người ghi nhận sẽ đọc lời này. Được lưu vào nhật ký kiểm toán.",
  reasonMissing: "Hãy ghi rõ cần bổ sung gì.",
  byAnother: "Người khác phải duyệt: bạn là người ghi nhận.",
  decided: (who: string, date: string) => `${who}, ${date}`,
};

const en: typeof vi = {
  approve: "Approve",
  sendBack: "Ask for more",
  sendBackTitle: "Ask for more",
  reason: "What is missing?",
  reasonHint: "Whoever recorded it will read this. It is kept in the audit log.",
  reasonMissing: "Please say what is missing.",
  byAnother: "Somebody else must approve: you recorded it.",
  decided: (who, date) => `${who}, ${date}`,
};

export const useDecisionWords = wordsOf(vi, en);
