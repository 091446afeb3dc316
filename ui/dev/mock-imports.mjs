// Imports of the mock hub: a comma-separated file becomes a preview; what is bad is named by row and column.
import { Refusal, both, find, ownOnly, unitRef } from "./mock-common.mjs";
import * as data from "./mock-data.mjs";
import { devices } from "./mock-estate.mjs";

const imports = [];
const COLUMNS = { devices: ["tên", "loại", "số sê-ri", "địa chỉ"], units: ["tên", "loại", "mã"], appliances: ["thiết bị", "hãng", "sản phẩm", "phiên bản"] };
const PRODUCTS = ["fortios", "fortigate", "big-ip", "esxi"];
const KINDS = { "máy trạm": "workstation", "máy chủ": "server", "thiết bị mạng": "network" };
const UNIT_KINDS = { sở: "department", xã: "commune", phường: "commune", "trường học": "school" };

const cells = (line) => line.split(/[;,]/).map((cell) => cell.trim().normalize("NFC"));

function readRows(bytes) {
  const text = bytes.toString("utf8").replace(/^\ufeff/, "");
  return text.split(/\r?\n/).filter((line) => line.trim() !== "").map(cells);
}

function planDevice(row, number, plan) {
  const [name, kind, serial, address] = row;
  if (!name) plan.problems.push({ row: number, column: "tên", value: "", message: both("Thiếu tên thiết bị.", "The name is missing.") });
  if (kind && !KINDS[kind.toLowerCase()]) plan.problems.push({ row: number, column: "loại", value: kind, message: both("Loại không có trong danh sách: máy trạm, máy chủ, thiết bị mạng.", "The kind is not known.") });
  if (address && !/^\d+(\.\d+){3}$/.test(address)) plan.problems.push({ row: number, column: "địa chỉ", value: address, message: both("Địa chỉ mạng không đúng dạng, ví dụ 10.20.1.15.", "This is no network address.") });
  const old = devices.find((device) => device.serial === serial && serial);
  return { action: !old ? "add" : old.name === name && old.address === address ? "same" : "change", text: [name, kind, serial, address].filter(Boolean).join(" · "), fields: { name, kind: KINDS[kind?.toLowerCase()] ?? "workstation", serial: serial ?? "", address: address ?? "" }, old };
}
function planUnit(row, number, plan) {
  const [name, kind, code] = row;
  if (!UNIT_KINDS[kind?.toLowerCase()]) plan.problems.push({ row: number, column: "loại", value: kind ?? "", message: both("Loại cơ quan không có trong danh sách.", "The kind of agency is not known.") });
  const old = data.units.find((unit) => unit.code === code && code);
  return { action: !old ? "add" : old.name === name ? "same" : "change", text: [name, kind, code].filter(Boolean).join(" · "), fields: { name, kind: UNIT_KINDS[kind?.toLowerCase()] ?? "other", code: code ?? null }, old };
}
function planAppliance(row, number, plan) {
  const [name, maker, product, version] = row;
  const device = devices.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (!device) plan.problems.push({ row: number, column: "thiết bị", value: name, message: both("Danh sách thiết bị tại nơi nhập không có thiết bị này. Hãy nhập danh sách thiết bị trước.", "No such device is on the list of devices.") });
  if (!PRODUCTS.includes(product.toLowerCase())) plan.problems.push({ row: number, column: "sản phẩm", value: product, message: both("Chưa có cảnh báo nào nói về sản phẩm có tên này. Hãy kiểm tra tên hãng, tên sản phẩm, hoặc bỏ dòng này khỏi tệp.", "No advisory speaks of a product of this name.") });
  return { action: "add", text: `${name}: ${maker} ${product} ${version}`.trim(), fields: {}, old: device };
}
const PLANS = { devices: planDevice, units: planUnit, appliances: planAppliance };
const out = ({ acts: _acts, ...plan }) => plan;

export const importHandlers = {
  createImport: (context) => {
    const { kind, unit, file_name: name, content } = context.body;
    if (!ownOnly(context).has(unit)) throw new Refusal(404, "Không tìm thấy.", "Not found.");
    const columns = COLUMNS[kind];
    if (!columns) throw new Refusal(422, "Máy chủ mẫu chỉ nhập được thiết bị, cơ quan và phần mềm của thiết bị.", "The mock imports devices, agencies and software of devices only.", "kind");
    const [head = [], ...rows] = readRows(Buffer.from(content, "base64"));
    const plan = { id: imports.length + 1, kind, unit: unitRef(unit), file_name: name, state: "previewed", rows: rows.length, adds: 0, changes: 0, same: 0, problems_total: 0, problems: [], notes: [], sample: [], acts: [] };
    for (const column of columns) if (!head.map((one) => one.toLowerCase()).includes(column)) plan.problems.push({ row: 1, column, value: "", message: both(`Thiếu cột «${column}».`, `The column “${column}” is missing.`) });
    if (plan.problems.length === 0) plan.acts = rows.map((row, index) => ({ row: index + 2, ...PLANS[kind](row, index + 2, plan) }));
    plan.adds = plan.acts.filter(({ action }) => action === "add").length;
    plan.changes = plan.acts.filter(({ action }) => action === "change").length;
    plan.same = plan.acts.filter(({ action }) => action === "same").length;
    plan.problems_total = plan.problems.length;
    plan.sample = plan.acts.slice(0, 100).map(({ row, action, text }) => ({ row, action, text }));
    imports.push(plan);
    return out(plan);
  },
  getImport: ({ ids }) => out(find(imports, ids.import_id)),
  discardImport: ({ ids }) => void (find(imports, ids.import_id).state = "discarded"),
  confirmImport: ({ ids, user }) => {
    const plan = find(imports, ids.import_id);
    if (plan.problems_total > 0) throw new Refusal(409, "Tệp còn lỗi nên chưa nhập được.", "The file still has faults.");
    if (plan.state !== "previewed") throw new Refusal(409, "Bản xem trước này đã dùng rồi.", "This preview was used already.");
    for (const { action, fields, old } of plan.acts) {
      if (action === "change") Object.assign(old, fields);
      else if (action === "add" && plan.kind === "devices") devices.push({ id: devices.length + 1, unit: plan.unit, mac: "", source: "import", machine: null, state: "unknown", gap: "no_agent", last_seen: null, note: "", retired_on: null, ...fields });
      else if (action === "add" && plan.kind === "units") data.units.push({ id: Math.max(...data.units.map(({ id }) => id)) + 1, parent: plan.unit.id, valid_from: null, valid_to: null, ...fields });
    }
    plan.state = "confirmed";
    data.record(user.username, "import.confirm", plan.file_name, `${plan.adds} thêm, ${plan.changes} đổi`);
    return out(plan);
  },
};
