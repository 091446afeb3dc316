// Kinds of document of the mock hub, their figures and their pages.
import { both, ref, today } from "./mock-common.mjs";
import * as data from "./mock-data.mjs";

const field = (id, vi, en, required = false, most = 4000) => ({ id, label: both(vi, en), required, most_characters: most });
const duty = (clause, vi, en) => ({ duty: `${clause}.report`, clause, title: both(vi, en) });
const FIELDS = [field("assessment", "Nhận định, đánh giá", "Assessment", true), field("measures", "Biện pháp đã thực hiện", "Measures taken"), field("proposals", "Kiến nghị, đề xuất", "Proposals", true)];

export const KINDS = [
  { id: "malware_index", version: 2, name: both("Báo cáo chỉ số lây nhiễm mã độc", "Malware infection index"), subject: "Chỉ số lây nhiễm mã độc trên địa bàn tỉnh", every: "quarter", of_unit: false, of_tenant: true, duties: [duty("KG-1.5b", "Báo cáo chỉ số lây nhiễm mã độc hằng quý, trước ngày 20 tháng cuối quý", "Report the infection index each quarter")], fields: FIELDS },
  { id: "half_year", version: 1, name: both("Báo cáo công tác bảo đảm an toàn thông tin", "Report on information security"), subject: "Công tác bảo đảm an toàn thông tin mạng", every: "half_year", of_unit: true, of_tenant: true, duties: [duty("TH-3.1", "Báo cáo định kỳ 6 tháng và hằng năm", "Report every six months and every year")], fields: FIELDS },
  { id: "year", version: 1, name: both("Báo cáo tổng kết an toàn thông tin", "Yearly report on information security"), subject: "Tổng kết công tác bảo đảm an toàn thông tin mạng", every: "year", of_unit: true, of_tenant: true, duties: [duty("TH-3.1", "Báo cáo định kỳ 6 tháng và hằng năm", "Report every six months and every year")], fields: FIELDS },
  { id: "level_assessment", version: 1, name: both("Báo cáo kiểm tra, đánh giá hệ thống cấp độ 3, 4", "Assessment of level 3 and 4 systems"), subject: "Kết quả kiểm tra, đánh giá an toàn thông tin hệ thống cấp độ 3, 4", every: "year", of_unit: true, of_tenant: false, duties: [duty("TH-2.4", "Kiểm tra, đánh giá hệ thống cấp độ 3 trở lên", "Assess systems of level 3 and above")], fields: FIELDS },
  { id: "website_review", version: 1, name: both("Báo cáo rà soát trang thông tin điện tử", "Review of websites"), subject: "Rà soát cổng, trang thông tin điện tử", every: "quarter", of_unit: false, of_tenant: true, duties: [duty("ĐN-1.3", "Rà soát trang, cổng thông tin điện tử", "Review websites")], fields: FIELDS },
  { id: "advisory_status", version: 1, name: both("Báo cáo khắc phục lỗ hổng theo cảnh báo", "State of advisories"), subject: "Tình hình khắc phục lỗ hổng theo cảnh báo", every: "quarter", of_unit: false, of_tenant: true, duties: [], fields: FIELDS.slice(0, 1) },
  { id: "incident-first", version: 2, name: both("Báo cáo ban đầu về sự cố", "First report of an incident"), subject: "Sự cố an ninh mạng (báo cáo ban đầu)", every: "once", of_unit: true, of_tenant: true, duties: [duty("TH-1.b4", "Báo cáo sự cố", "Report incidents")], fields: [field("what", "Sự việc", "What happened", true), field("impact", "Ảnh hưởng đã biết", "Known impact", true)] },
  { id: "incident-update", version: 2, name: both("Báo cáo bổ sung về sự cố", "Update on an incident"), subject: "Sự cố an ninh mạng (báo cáo bổ sung)", every: "once", of_unit: true, of_tenant: true, duties: [], fields: [field("what", "Diễn biến mới", "News", true)] },
  { id: "incident-closing", version: 2, name: both("Báo cáo kết thúc sự cố", "Closing report of an incident"), subject: "Sự cố an ninh mạng (báo cáo kết thúc)", every: "once", of_unit: true, of_tenant: true, duties: [], fields: [field("cause", "Nguyên nhân", "Cause", true)] },
  { id: "label-application", version: 1, name: both("Hồ sơ đề nghị cấp nhãn Tín nhiệm mạng", "Application for the trust label"), subject: "Đề nghị cấp nhãn Tín nhiệm mạng cho trang, cổng thông tin điện tử", every: "once", of_unit: true, of_tenant: false, duties: [], fields: [field("consent", "Chính sách, cam kết về dữ liệu cá nhân", "Policy on personal data", true), field("contact", "Đầu mối liên hệ", "Contact", true)] },
  { id: "leader_brief", version: 1, name: both("Tóm tắt một trang cho lãnh đạo", "One-page brief"), subject: "Tình hình an toàn thông tin", every: "once", of_unit: false, of_tenant: true, duties: [], fields: [] },
];

const period = (id, vi, en, from, to, before) => ({ id, name: both(vi, en), from, to, before });
const list = [
  period("2026-Q4", "Quý IV năm 2026", "Quarter 4 of 2026", "2026-10-01", "2026-12-31", "2026-Q3"),
  period("2026-Q3", "Quý III năm 2026", "Quarter 3 of 2026", "2026-07-01", "2026-09-30", "2026-Q2"),
  period("2026-Q2", "Quý II năm 2026", "Quarter 2 of 2026", "2026-04-01", "2026-06-30", null),
  period("2026-H2", "6 tháng cuối năm 2026", "Second half of 2026", "2026-07-01", "2026-12-31", "2026-H1"),
  period("2026-H1", "6 tháng đầu năm 2026", "First half of 2026", "2026-01-01", "2026-06-30", null),
  period("2026", "Năm 2026", "Year 2026", "2026-01-01", "2026-12-31", null),
];
// Which period was before is the mock's own; the hub says the rest.
export const PERIODS = Object.fromEntries(list.map(({ before, ...known }) => [known.id, Object.defineProperty({ ...known }, "before", { value: before, enumerable: false })]));

const machineRows = (wanted) => () => data.machines.filter(wanted).map((machine) => ({ key: `machine:${machine.id}`, name: machine.name, link: `/may-tinh/${machine.id}` }));
const gone = { key: "machine:9041", name: "", link: "" };
const words = (vi, en = vi) => both(vi, en);
const figure = (id, vi, en, value, before, query, rows, more = {}) => ({ id, label: both(vi, en), words: typeof value === "string" ? words(value) : value, known: true, query, row_count: rows().length, before: before === null ? null : words(before), changed: before !== null && before !== value, rows, ...more });
const none = () => [];
const infected = () => [...machineRows(({ health }) => health === "infected")(), gone];

export const FIGURES = {
  malware_index: [
    figure("machines_total", "Máy tính phải bảo vệ", "Machines to protect", "60", "54", "máy-phải-bảo-vệ v3", machineRows(() => true)),
    figure("machines_protected", "Máy được bảo vệ", "Machines protected", "47", "41", "máy-được-bảo-vệ v3", machineRows(({ health }) => health === "protected")),
    figure("machines_infected", "Máy nhiễm mã độc trong kỳ", "Machines infected in the period", "5", "11", "máy-nhiễm v4", infected),
    figure("index", "Chỉ số lây nhiễm mã độc", "Infection index", "8,3%", "20,4%", "chỉ-số-lây-nhiễm v2", infected),
    figure("detections", "Phát hiện mã độc đã xử lý", "Malware findings resolved", "34", "34", "phát-hiện-đã-xử-lý v1", () => data.findings.slice(0, 34).map(({ finding }) => ({ key: `finding:${finding.id}`, name: finding.title.vi, link: `/phat-hien?id=${finding.id}` }))),
    figure("unmeasured", "Máy chưa đo được", "Machines not measured", "Chưa biết", null, "máy-chưa-đo v1", none, { known: false }),
  ],
};

const run = (text, more = {}) => ({ text, bold: false, italic: false, note: null, ...more });
const block = (role, runs = [], more = {}) => ({ role, runs, title: "", head: [], rows: [], ...more });
const fact = (note) => FIGURES.malware_index[note].words.vi;
const number = (note) => run(fact(note), { bold: true, note });

export const notesOf = () => FIGURES.malware_index.map(({ id, label, query, row_count: rows }) => ({ text: `${label.vi}: ${query}, ${rows} dòng, đếm ngày ${today().split("-").reverse().join("/")}.`, figure: id }));

const unitRows = () =>
  data.units.slice(1, 15).map((unit) => {
    const own = data.machines.filter((machine) => machine.unit.id === unit.id);
    const bad = own.filter(({ health }) => health === "infected").length;
    return [ref(unit).name, String(own.length), String(own.filter(({ health }) => health === "protected").length), String(bad), own.length ? `${((100 * bad) / own.length).toFixed(1).replace(".", ",")}%` : "–"];
  });

export function blocksOf(kind, written) {
  const said = (id) => (written[id] ? written[id].split("\n").map((line) => block("body", [run(line)])) : [block("body", [run("(chưa viết)", { italic: true })])]);
  return [
    block("centred", [run("Kính gửi: Cục An toàn thông tin.")]),
    block("body", [run("Thực hiện yêu cầu báo cáo định kỳ về chỉ số lây nhiễm mã độc, Sở Khoa học và Công nghệ báo cáo như sau:")]),
    block("heading", [run("I. SỐ LIỆU CHÍNH")]),
    block("body", [run("Toàn tỉnh có "), number(0), run(" máy tính phải bảo vệ, trong đó "), number(1), run(" máy đang được bảo vệ. Trong kỳ có "), number(2), run(" máy nhiễm mã độc; chỉ số lây nhiễm mã độc là "), number(3), run(" (tính trên số máy được bảo vệ và đo được).")]),
    block("item", [run("- Đã xử lý xong "), number(4), run(" phát hiện mã độc.")]),
    block("item", [run("- Số máy chưa đo được: "), run(fact(5), { italic: true, note: 5 }), run(".")]),
    block("caption", [run("Số liệu theo cơ quan; không xếp hạng, vì tỷ lệ phụ thuộc vào số máy đã cài phần mềm bảo vệ.")]),
    block("table", [], { title: "Bảng 1. Chỉ số lây nhiễm mã độc theo cơ quan", head: ["Cơ quan", "Máy", "Được bảo vệ", "Nhiễm", "Chỉ số"], rows: unitRows() }),
    block("heading", [run("II. NHẬN ĐỊNH, ĐÁNH GIÁ")]),
    ...said("assessment"),
    ...(kind === "advisory_status" || kind === "leader_brief" ? [] : [block("heading", [run("III. BIỆN PHÁP ĐÃ THỰC HIỆN")]), ...said("measures"), block("heading", [run("IV. KIẾN NGHỊ, ĐỀ XUẤT")]), ...said("proposals")]),
    block("body", [run("Trân trọng báo cáo./.")]),
  ];
}
