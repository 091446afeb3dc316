import type { ImportPlan } from "@/lib/api-types";

type Kind = ImportPlan["kind"];

/** One column of a list: its heading as the hub knows it, and what stands below it in the sample file. */
export interface ListColumn {
  heading: string;
  required?: boolean;
  sample: string;
}

const unit: ListColumn = { heading: "Đơn vị", sample: "UBND xã An Lộc" };

/** A table of DHCP leases comes from the server as it is; nobody writes one. */
export const LIST_COLUMNS: Record<Exclude<Kind, "dhcp_leases">, readonly ListColumn[]> = {
  devices: [
    { heading: "Tên máy", required: true, sample: "PC-ANLOC-01" },
    unit,
    { heading: "Loại", sample: "máy trạm" },
    { heading: "Số sê-ri", sample: "5CD1234XYZ" },
    { heading: "Địa chỉ MAC", sample: "02:00:5e:10:00:01" },
    { heading: "Địa chỉ IP", sample: "192.0.2.15" },
    { heading: "Ghi chú", sample: "Bộ phận một cửa" },
  ],
  units: [
    { heading: "Tên đơn vị", required: true, sample: "UBND xã An Lộc" },
    { heading: "Mã đơn vị", sample: "AN-LOC" },
    { heading: "Loại", sample: "xã" },
    { heading: "Trực thuộc", sample: "" },
    { heading: "Từ ngày", sample: "01/07/2025" },
  ],
  systems: [
    { heading: "Tên hệ thống", required: true, sample: "Một cửa điện tử" },
    unit,
    { heading: "Mục đích", sample: "Tiếp nhận và trả kết quả thủ tục hành chính" },
    { heading: "Đơn vị vận hành", sample: "UBND xã An Lộc" },
    { heading: "Đơn vị giám sát", sample: "" },
    { heading: "Đơn vị đánh giá", sample: "" },
    { heading: "Ngày lập hồ sơ", sample: "05/03/2026" },
    { heading: "Ngày phê duyệt", sample: "20/03/2026" },
  ],
  sites: [
    { heading: "Địa chỉ trang", required: true, sample: "https://anloc.example.gov.vn" },
    unit,
    { heading: "Tiêu đề", sample: "Trang thông tin điện tử xã An Lộc" },
    { heading: "Nhãn tín nhiệm", sample: "" },
    { heading: "Nhãn hết hạn", sample: "" },
    { heading: "Tên miền hết hạn", sample: "" },
  ],
  contacts: [
    { heading: "Họ và tên", required: true, sample: "Nguyễn Thị Hạnh" },
    { heading: "Vai trò", sample: "" },
    unit,
    { heading: "Chức vụ", sample: "Công chức Văn hóa - Xã hội" },
    { heading: "Số điện thoại", sample: "0200 381 0001" },
    { heading: "Thư điện tử", sample: "hanh@example.gov.vn" },
    { heading: "24/7", sample: "có" },
    { heading: "Từ ngày", sample: "01/07/2025" },
  ],
  address_ranges: [
    { heading: "Dải địa chỉ", required: true, sample: "198.51.100.0/29" },
    unit,
    { heading: "Mục đích", sample: "Đường truyền ra Internet" },
  ],
  appliances: [
    { heading: "Tên thiết bị", required: true, sample: "FW-ANLOC" },
    unit,
    { heading: "Số sê-ri", sample: "FG100F0000000001" },
    { heading: "Địa chỉ MAC", sample: "" },
    { heading: "Hãng", sample: "Fortinet" },
    { heading: "Sản phẩm", required: true, sample: "FortiOS" },
    { heading: "Phiên bản", required: true, sample: "7.4.3" },
  ],
};

export function columnsOf(kind: Kind): readonly ListColumn[] {
  return kind === "dhcp_leases" ? [] : LIST_COLUMNS[kind];
}

const quoted = (text: string) => (/[",;\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The sample file, which Excel opens with its Vietnamese whole: that needs the mark at its beginning. */
export function sampleText(kind: Kind): string {
  const columns = columnsOf(kind);
  const rows = [columns.map(({ heading }) => heading), columns.map(({ sample }) => sample)];
  return `\uFEFF${rows.map((row) => row.map(quoted).join(",")).join("\r\n")}\r\n`;
}
