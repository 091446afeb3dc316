// Messages in the mock hub: what each person was told, and how they are told.
import { Refusal, both, find, page } from "./mock-common.mjs";
import * as data from "./mock-data.mjs";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ago = (ms) => data.iso(Date.now() - ms);
const LONG = "Ban Quản lý các khu công nghiệp và khu kinh tế cửa khẩu Lam Giang";

// Kind, words, place, age, urgent, read, acknowledged.
const TOLD = [
  ["malware", "Cùng một mã độc trên 12 máy của Xã Mỹ Châu", "The same malware on 12 machines of Xã Mỹ Châu", "/phat-hien?unit=16", 12 * MINUTE, { urgent: true, count: 12 }],
  ["site_case", "Chưa ai xác nhận: Trang web của Xã Hòa Phú có dấu hiệu bị chèn nội dung", "Nobody answered: A website of Xã Hòa Phú seems to have been altered", "/website/vu-viec/11", 70 * MINUTE, { urgent: true, level: 1 }],
  ["duty_overdue", `3 nghĩa vụ của ${LONG} đã quá hạn`, `3 obligations of ${LONG} are overdue`, "/nghia-vu?overdue=true", 5 * HOUR, { count: 3, due: -DAY }],
  ["advisory_soon", "2 cảnh báo lỗ hổng của 4 cơ quan sắp đến hạn xử lý", "2 advisories are due soon at 4 bodies", "/canh-bao", 8 * HOUR, { count: 2, due: 3 * DAY }],
  ["site_returned", "Trang web của Phường Tân An lại bị chèn nội dung", "A website of Phường Tân An was altered again", "/website/vu-viec/3", 26 * HOUR, { urgent: true, read: true, acknowledged: true }],
  ["malware", "Có mã độc trên 1 máy của Sở Khoa học và Công nghệ", "Malware on 1 machine of Sở Khoa học và Công nghệ", "/phat-hien?id=1003", 2 * DAY, { urgent: true, read: true, acknowledged: true }],
  ["advisory", "17 cảnh báo lỗ hổng mới có hạn xử lý", "17 new advisories have deadlines", "/canh-bao", 3 * DAY, { count: 17, read: true }],
];
const OLDER = Array.from({ length: 40 }, (_, index) => ["duty_soon", `${index + 2} nghĩa vụ của 6 cơ quan sắp đến hạn`, `${index + 2} obligations of 6 bodies are due soon`, "/nghia-vu", (4 + index) * DAY, { count: index + 2, read: true, due: -index * DAY }]);

const made = (id, [kind, vi, en, path, age, more]) => ({
  id, kind, title: both(vi, en), path, urgent: more.urgent ?? false, level: more.level ?? 0, count: more.count ?? 1, due: more.due === undefined ? null : data.iso(Date.now() + more.due),
  told_at: ago(age), read_at: more.read ? ago(age - MINUTE) : null, acknowledged_at: more.acknowledged ? ago(age - 2 * MINUTE) : null,
});
const boxes = new Map();
function boxOf(user) {
  if (!boxes.has(user.id)) {
    const all = data.machines.length === 0 ? [] : [...TOLD, ...OLDER];
    boxes.set(user.id, { items: all.map((told, index) => made(all.length - index, told)), settings: { language: "vi", mail: "", by_mail: false, quiet_from: 1320, quiet_to: 360 } });
  }
  return boxes.get(user.id);
}
const countsOf = ({ items }) => ({ total: items.length, unread: items.filter(({ read_at }) => !read_at).length, waiting: items.filter(({ urgent, acknowledged_at }) => urgent && !acknowledged_at).length });
const settingsOut = ({ settings }) => ({ ...settings, mail_ready: true });

export const messageHandlers = {
  listMessages: ({ user, query }) => {
    const box = boxOf(user);
    return { ...page(box.items.filter(({ read_at }) => query.view !== "unread" || !read_at), query), counts: countsOf(box), mail: { failing_since: ago(5 * 60 * MINUTE), waiting: 3, given_up: 0 } };
  },
  acknowledgeMessages: ({ user, body }) => {
    const box = boxOf(user);
    for (const id of body.messages) {
      const message = find(box.items, id);
      message.read_at ??= ago(0);
      if (body.as === "acknowledged") message.acknowledged_at ??= ago(0);
    }
    return countsOf(box);
  },
  getMessageSettings: ({ user }) => settingsOut(boxOf(user)),
  setMessageSettings: ({ user, body }) => {
    if (body.mail && !/^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(body.mail)) throw new Refusal(422, "Địa chỉ thư không đúng dạng.", "This is no mail address.", "mail");
    boxOf(user).settings = body;
    return settingsOut(boxOf(user));
  },
  sendTestMessage: ({ user }) => {
    const box = boxOf(user);
    box.items.unshift(made(box.items.length + 1, ["test", "Thông báo thử: bạn nhận được thông báo của Khiên", "A test: messages of Khiên reach you", "/thong-bao", 0, {}]));
    return countsOf(box);
  },
};
