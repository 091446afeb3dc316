#include "dto_order.hpp"

#include "dto.hpp"
#include "khien/model/order.hpp"

namespace khien::api {
namespace {

void write_id_or_none(JsonWriter& json, std::string_view name, std::int64_t id) {
  json.key(name);
  if (id == 0) {
    json.null();
  } else {
    json.integer(id);
  }
}

}  // namespace

LocalText refusal_text(Refusal refusal) {
  switch (refusal) {
    case Refusal::none: return {"Đã thực hiện.", "Done."};
    case Refusal::unknown_file: return {"Máy không còn ghi nhận tệp này là có vấn đề.", "The machine no longer knows this file as one that is not clean."};
    case Refusal::gone: return {"Tệp không còn ở đó.", "The file is no longer there."};
    case Refusal::changed: return {"Nội dung tệp đã khác với lúc phát hiện.", "The file's bytes are not those that were found."};
    case Refusal::not_regular: return {"Đó không phải là tệp thường, hoặc đường dẫn đi qua liên kết.", "It is no plain file, or the way leads over a link."};
    case Refusal::hard_links: return {"Tệp còn tên khác ở nơi khác (liên kết cứng).", "The file has another name elsewhere (a hard link)."};
    case Refusal::other_mount: return {"Tệp nằm trên phân vùng gắn khác.", "The file lies on another mount."};
    case Refusal::too_large: return {"Tệp quá lớn để cách ly.", "The file is too large for quarantine."};
    case Refusal::store_full: return {"Kho cách ly của máy đã đầy.", "The machine's quarantine is full."};
    case Refusal::open_for_writing: return {"Tệp đang được ghi.", "A process is writing the file."};
    case Refusal::immutable: return {"Tệp bị khóa không cho sửa (chattr +i).", "The file is immutable (chattr +i)."};
    case Refusal::read_only: return {"Tệp nằm trên hệ thống tệp chỉ đọc.", "The file system is read-only."};
    case Refusal::package: return {"Tệp thuộc một gói phần mềm của hệ thống. Muốn cách ly phải yêu cầu bắt buộc và có người thứ hai duyệt.", "The file belongs to an installed package. To take it, insist; a second person must agree."};
    case Refusal::unreadable: return {"Máy không đọc được tệp.", "The machine cannot read the file."};
    case Refusal::rate: return {"Máy đã thực hiện đủ số lệnh cho phép trong một giờ. Hãy thử lại sau.", "The machine has carried out as many orders as it does in an hour. Try again later."};
    case Refusal::expired: return {"Lệnh đã hết hạn khi đến máy.", "The order had expired when it reached the machine."};
    case Refusal::unknown_item: return {"Máy không giữ tệp này trong kho cách ly.", "The machine does not hold this file in quarantine."};
    case Refusal::outside: return {"Tệp nằm ngoài các thư mục máy được phép xử lý.", "The file lies outside the folders of the machine's policy."};
    case Refusal::folder_gone: return {"Thư mục cũ của tệp không còn.", "The folder from which it was taken is gone."};
    case Refusal::folder_changed: return {"Thư mục cũ của tệp đã bị thay đổi.", "The folder from which it was taken is not what it was."};
    case Refusal::two_persons: return {"Thư mục hệ thống: phải có hai người đồng ý.", "A system folder: it takes two persons."};
    case Refusal::occupied: return {"Ở chỗ cũ đã có tệp khác cùng tên. Không tệp nào bị ghi đè.", "Another file has its name by now. Nothing is overwritten."};
    case Refusal::failed: return {"Máy gặp lỗi khi thực hiện; chi tiết ở nhật ký của máy.", "The machine failed to do it; its own log says more."};
  }
  return {"Máy từ chối.", "The machine refused."};
}

void write_quarantine_item(JsonWriter& json, const flow::QuarantineItem& item) {
  json.begin_object().field("id", item.id.value).field("state", item.held ? "held" : "restored");
  json.key("machine");
  write_ref(json, item.machine.value, item.machine_name);
  json.key("unit");
  write_ref(json, item.unit.value, item.unit_name);
  json.field("path", item.path).field("sha256", item.sha256.hex()).field("size", static_cast<std::int64_t>(item.size));
  json.field("rule", item.rule).field("automatic", !item.order.has_value());
  json.field("emptied", item.emptied).field("running", item.running);
  json.field("two_persons", is_system_path(item.path));
  write_time(json, "held_at", item.held_at);
  write_time(json, "restored_at", item.restored_at);
  json.end_object();
}

void write_order(JsonWriter& json, const flow::OrderRecord& order, const NameMap& names) {
  json.begin_object().field("id", order.id.value).field("verb", to_string(order.verb));
  json.field("state", to_string(order.state)).key("answer");
  if (order.refusal == Refusal::none) {
    json.null();
  } else {
    write_text(json, refusal_text(order.refusal));
  }
  json.key("machine");
  write_ref(json, order.machine.value, order.machine_name);
  json.key("unit");
  write_ref(json, order.unit.value, order.unit_name);
  write_id_or_none(json, "finding", order.finding.value_or(FindingId{}).value);
  write_id_or_none(json, "quarantine_item", order.item.value_or(flow::QuarantineItemId{}).value);
  json.field("path", order.subject).field("insist", order.insist).field("two_persons", order.two_persons);
  json.field("reason", order.reason);
  write_time(json, "allow_until", order.allow_until);
  write_time(json, "created_at", order.created_at);
  json.key("created_by");
  write_user_ref(json, order.created_by, names);
  write_time(json, "expires_at", order.expires_at);
  write_time(json, "decided_at", order.decided_at);
  json.key("decided_by");
  write_user_ref(json, order.decided_by, names);
  json.field("note", order.note);
  write_time(json, "answered_at", order.answered_at);
  json.end_object();
}

}  // namespace khien::api
