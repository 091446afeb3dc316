// A list of incidents from outside, for the mock hub: comma-separated text, a row each; with a fault nothing is opened.
import { both, fold, ownOnly } from "./mock-common.mjs";
import * as data from "./mock-data.mjs";

const COLUMNS = { reference: "mã", unit: "đơn vị", title: "tên sự cố", kind: "loại", severity: "mức độ", detected_at: "thời điểm phát hiện", words: "mô tả" };
const KINDS = { "ma doc": "malware", "trang web": "website", "xam nhap": "intrusion", "lo du lieu": "data_breach", "lua dao": "phishing", "tu choi dich vu": "denial_of_service", khac: "other" };
const SEVERITIES = { thap: "low", "trung binh": "medium", cao: "high", "nghiem trong": "critical" };
const FAULTS = {
  unit: both("Không có đơn vị nào có mã hoặc tên này trong phạm vi của bạn.", "No unit in your scope has this number or name."),
  kind: both("Không có loại sự cố này: mã độc, trang web, xâm nhập, lộ dữ liệu, lừa đảo, từ chối dịch vụ, khác.", "There is no such kind: malware, website, intrusion, data breach, phishing, denial of service, other."),
  severity: both("Mức độ phải là: thấp, trung bình, cao, nghiêm trọng.", "The severity is one of: low, medium, high, critical."),
  detected_at: both("Cần cả ngày và giờ phát hiện, như 26/11/2026 08:30.", "Day and hour of detection are needed, such as 2026-11-26 08:30."),
};
const MISSING = both("Ô này không được để trống.", "This cell must not be empty.");
const NO_COLUMN = both("Không tìm thấy dòng tiêu đề.", "The heading is missing.");

function momentOf(text) {
  const [, day, month, year, time] = /^(\d\d)\/(\d\d)\/(\d{4}) (\d\d:\d\d)$/.exec(text) ?? [];
  const at = Date.parse(`${year}-${month}-${day}T${time}:00+07:00`);
  return Number.isNaN(at) || at > Date.now() ? undefined : data.iso(at);
}

function readRow(cells, context) {
  const scope = ownOnly(context);
  const unit = data.units.find(({ id, name }) => scope.has(id) && (String(id) === cells.unit || fold(name) === fold(cells.unit)));
  return { reference: cells.reference, unit: unit?.id, title: cells.title || undefined, kind: KINDS[fold(cells.kind)], severity: SEVERITIES[fold(cells.severity)], detected_at: momentOf(cells.detected_at), words: cells.words || undefined };
}

/** The rows that may be opened and what is wrong with the others; rows count as the file does. */
export function readIncidents(bytes, context) {
  const [head = [], ...lines] = bytes.toString("utf8").replace(/^\ufeff/, "").split(/\r?\n/).filter((line) => line.trim() !== "").map((line) => line.split(/[;,]/).map((cell) => cell.trim().normalize("NFC")));
  const places = Object.fromEntries(Object.entries(COLUMNS).map(([key, heading]) => [key, head.findIndex((one) => one.toLowerCase() === heading)]));
  const absent = Object.entries(places).filter(([key, at]) => at < 0 && key !== "reference");
  if (absent.length > 0) return { rows: [], problems: absent.map(([key]) => ({ row: 1, column: COLUMNS[key], value: "", message: NO_COLUMN })) };
  const problems = [];
  const rows = lines.map((line, index) => {
    const cells = Object.fromEntries(Object.entries(places).map(([key, at]) => [key, line[at] ?? ""]));
    const row = readRow(cells, context);
    for (const key of Object.keys(places)) if (row[key] === undefined) problems.push({ row: index + 2, column: head[places[key]], value: cells[key].slice(0, 100), message: cells[key] === "" ? MISSING : FAULTS[key] });
    return row;
  });
  return { rows, problems };
}
