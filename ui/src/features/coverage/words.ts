import { wordsOf } from "@/lib/i18n";

const vi = {
  title: "Độ phủ bảo vệ",
  of: (part: string, whole: string) => `${part} trên ${whole} thiết bị phải có đang được bảo vệ`,
  target: "Mục tiêu 100%, tính trên danh sách thiết bị và mọi máy đã cài trình bảo vệ, trừ thiết bị đã thanh lý.",
  whole: "Mọi thiết bị phải có đều đang được bảo vệ.",
  none: "Chưa khai thiết bị nào",
  noneSub: "Chưa có danh sách thiết bị thì «100% máy được bảo vệ» không có mẫu số. Hãy nhập danh sách của đơn vị.",
  import: "Nhập danh sách",
  why: "Vì sao chưa được bảo vệ",
  all: "Tất cả chưa được bảo vệ",
  gap: {
    infected: "Đang nhiễm mã độc",
    engine_off: "Bộ phận quét không chạy",
    scan_old: "Quá 7 ngày chưa quét xong",
    not_scanned: "Chưa quét xong lần nào",
    silent: "Mất liên lạc",
    marked: "Cán bộ xác nhận chưa có",
    no_agent: "Chưa cài trình bảo vệ",
  },
  list: "Thiết bị chưa được bảo vệ",
  name: "Thiết bị",
  reason: "Lý do",
  lastSeen: "Liên lạc gần nhất",
  never: "chưa lần nào",
  filter: "Tìm theo tên, địa chỉ, số sê-ri, cơ quan",
  emptyFiltered: "Không có thiết bị nào hợp với bộ lọc",
};

const en: typeof vi = {
  title: "Coverage",
  of: (part, whole) => `${part} of ${whole} devices that ought to exist are protected`,
  target: "The target is 100%, of the list of devices with every machine that has an agent, without those retired.",
  whole: "Every device that ought to exist is protected.",
  none: "No device is listed yet",
  noneSub: "Without the list, “100% protected” has no denominator. Import your agency's list.",
  import: "Import a list",
  why: "Why not protected",
  all: "All that are not protected",
  gap: {
    infected: "Infected",
    engine_off: "An engine does not run",
    scan_old: "No complete scan for 7 days",
    not_scanned: "Not scanned yet",
    silent: "Silent",
    marked: "A person found none",
    no_agent: "No agent installed",
  },
  list: "Devices that are not protected",
  name: "Device",
  reason: "Reason",
  lastSeen: "Last heard",
  never: "never",
  filter: "Search by name, address, serial number, agency",
  emptyFiltered: "No device fits the filter",
};

export const useCoverageWords = wordsOf(vi, en);
