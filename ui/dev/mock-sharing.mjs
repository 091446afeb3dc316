// Sharing of malware data in the mock hub: partners, messages with raw answers, and units. What is hostile is hostile.
import { Refusal, addDays, both, chance, find, fold, page, scopeOf, today, unitRef } from "./mock-common.mjs";
import * as data from "./mock-data.mjs";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const REGULAR_DAYS = 15;
const ago = (ms) => data.iso(Date.now() - ms);
const sha = (number) => (number * 2654435761).toString(16).padStart(64, "5").slice(-64);

const partners = [
  {
    id: 1, name: both("Trung tâm Giám sát an toàn không gian mạng quốc gia", "National Cyber Security Centre"), scheme: "2290", address: "https://chiasemadoc.ncsc.example/api/edxml", ready: true, paused: false, why: both("", ""),
    last_success_at: ago(5 * HOUR), last_attempt_at: ago(40 * 60_000), last_error: "HTTP 503 Service Unavailable: <html><script>window.__xss=7</script>", rows: { unshared: 3, queued: 12, shared: 1_284, failed: 2 }, messages_waiting: 2,
  },
  {
    id: 2, name: both("Cục An ninh mạng và phòng, chống tội phạm công nghệ cao", "Department of Cyber Security"), scheme: "8676", address: "https://soap.a05.example/av/ReportService", ready: false, paused: false, why: both("Chưa có chứng thư ký (sharing.signing_key) và địa chỉ nguồn cố định.", "The signing certificate (sharing.signing_key) and the static source address are missing."),
    last_success_at: null, last_attempt_at: null, last_error: "", rows: { unshared: 47, queued: 0, shared: 0, failed: 0 }, messages_waiting: 0,
  },
];

const ACCEPTED = '<?xml version="1.0"?>\n<edXML:Response><edXML:Status>accepted</edXML:Status>\n<edXML:Receipt>NCSC-2026-11-8841</edXML:Receipt></edXML:Response>';
const answers = {
  shared: (age) => [{ at: ago(age), status: 200, body: ACCEPTED, words: both("Nơi nhận xác nhận tin này, biên nhận NCSC-2026-11-8841.", "The recipient confirms this message, receipt NCSC-2026-11-8841.") }],
  unclear: (age) => [
    { at: ago(age), status: 200, body: '<html><body onload="window.__xss=8">OK \u202e002 kết quả</body></html>', words: both("Mã 200 nhưng nội dung không xác nhận tin nào: chưa tính là đã nhận.", "Status 200, but nothing in it confirms a message: not counted as accepted.") },
    { at: ago(age + HOUR), status: 0, body: "", words: both("Hết giờ chờ, không có trả lời.", "The time ran out, no answer came.") },
  ],
  failed: (age) => [{ at: ago(age), status: 400, body: "<soap:Fault><faultcode>Client</faultcode><faultstring>MacAddress: invalid format</faultstring></soap:Fault>", words: both("Nơi nhận từ chối: địa chỉ MAC của một máy sai dạng.", "Refused: the MAC address of a machine is malformed.") }],
  queued: () => [],
  sending: () => [],
};
const STATES = ["queued", "unclear", "shared", "shared", "failed", "shared"];
const message = (id, state, age) => ({
  id, partner: 1, state, made_at: ago(age), rows: 4 + (id % 9), bytes: 18_400 + id * 97, attempts: state === "queued" ? 0 : state === "unclear" ? 2 : 1,
  next_attempt_at: ["queued", "unclear"].includes(state) ? data.iso(Date.now() + 20 * 60_000) : null, accepted_at: state === "shared" ? ago(age - 60_000) : null, sha256: sha(id),
});
const messages = Array.from({ length: 44 }, (_, index) => message(44 - index, index < STATES.length ? STATES[index] : "shared", (index + 1) * 5 * HOUR));

function requestOf(one) {
  const machine = (index) => `  <Machine><ComputerName>pc-${String(index).padStart(3, "0")}</ComputerName><OS>Windows 10</OS><AutoProtect>1</AutoProtect><EnableFirewall>1</EnableFirewall><Malware><Name>EICAR-Test &lt;b&gt;</Name><Path>C:\\Users\\[đã ẩn]\\[đã ẩn].docx</Path></Malware></Machine>`;
  const lines = Array.from({ length: one.id === 43 ? 160 : one.rows }, (_, index) => machine(index + 1)).join("\n");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<edXML:Envelope xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016">\n <AVReport from="${one.made_at}">\n${lines}\n </AVReport>\n <ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignatureValue>${one.sha256}</ds:SignatureValue></ds:Signature>\n</edXML:Envelope>`;
}

const standing = (unit) => (unit.id <= 8 ? "regular" : unit.id % 7 === 0 ? "never" : chance("share", unit.id) < 0.25 ? "silent" : "regular");
function unitOut(unit) {
  const state = standing(unit);
  const own = data.machines.filter((machine) => machine.unit.id === unit.id).length;
  const age = state === "silent" ? 22 * DAY : (unit.id % 9) * 11 * HOUR + HOUR;
  return { unit: unitRef(unit.id), connected: state !== "never", regular: state === "regular", last_shared_at: state === "never" ? null : ago(age), machines: own, machines_waiting: state === "regular" ? unit.id % 3 : own };
}
const sharers = () => data.units.filter(({ kind }) => kind !== "province");

function listUnits(context) {
  const { query } = context;
  const scope = scopeOf(context);
  const list = sharers()
    .filter(({ id, name }) => scope.has(id) && fold(name).includes(fold(query.q ?? "")))
    .filter((unit) => (query.state ?? "all") === "all" || standing(unit) === query.state)
    .map(unitOut);
  return page(list, query);
}
function partnerOf(id) {
  const partner = find(partners, id);
  if (!partner.ready) throw new Refusal(409, "Chưa thiết lập kết nối.", "The connection is not set up.");
  return partner;
}

export const sharingHandlers = {
  getSharing: () => {
    const count = (wanted) => sharers().filter((unit) => wanted.includes(standing(unit))).length;
    const empty = data.machines.length === 0;
    return { partners: empty ? [] : partners, regular_days: REGULAR_DAYS, units: { total: sharers().length, connected: empty ? 0 : count(["regular", "silent"]), regular: empty ? 0 : count(["regular"]) } };
  },
  listSharingUnits: listUnits,
  listShareMessages: ({ query }) => page(messages.filter(({ state }) => !query.state || state === query.state), query),
  getShareMessage: ({ ids }) => {
    const one = find(messages, ids.share_message_id);
    return { message: one, request: requestOf(one), answers: answers[one.state](Date.now() - Date.parse(one.made_at) - 60_000) };
  },
  updateSharePartner: ({ ids, body, user }) => {
    const partner = partnerOf(ids.share_partner_id);
    const on = addDays(today(), 0).split("-").reverse().join("/");
    return Object.assign(partner, { paused: body.paused, why: body.paused ? both(`${user.name} tạm dừng ngày ${on}.`, `${user.name} paused it on ${on}.`) : both("", "") });
  },
  sendShareNow: ({ ids }) => {
    const partner = partnerOf(ids.share_partner_id);
    if (partner.paused) throw new Refusal(409, "Đang tạm dừng. Hãy bấm «Gửi tiếp» trước.", "It is paused. Press «Go on» first.");
    messages.unshift({ ...message(messages[0].id + 1, "sending", 0), next_attempt_at: null });
    partner.rows = { ...partner.rows, queued: partner.rows.queued + partner.rows.unshared, unshared: 0 };
    return Object.assign(partner, { last_attempt_at: ago(0), messages_waiting: partner.messages_waiting + 1 });
  },
};
