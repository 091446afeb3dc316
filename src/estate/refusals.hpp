#pragma once

#include "khien/estate/refusal.hpp"

namespace khien::estate {

Error refuse(const Refusal& refusal);
// The error, or this refusal where a constraint of the database spoke.
Error conflict_as(Error error, const Refusal& refusal);

// Every one of these stands in the list of refusal.cpp.
namespace refusals {

// any text
inline constexpr Refusal kNotALine{Code::invalid, "",
                                   "Văn bản phải nằm trên một dòng, không có ký tự điều khiển.",
                                   "a text is one line without control characters"};
inline constexpr Refusal kTextTooLong{Code::invalid, "", "Văn bản quá dài.", "the text is too long"};

// units
inline constexpr Refusal kNeedsUnitName{Code::invalid, "name", "Đơn vị cần có tên.", "a unit needs a name"};
inline constexpr Refusal kNameTaken{Code::conflict, "name",
                                    "Đã có đơn vị trùng tên trong cùng cơ quan cấp trên.",
                                    "another unit there has this name"};
inline constexpr Refusal kCodeTaken{Code::conflict, "code", "Mã này đã thuộc về một đơn vị khác.",
                                    "another unit has this code"};
inline constexpr Refusal kUnitInUse{
    Code::conflict, "",
    "Đơn vị đang có hoặc từng có đơn vị trực thuộc, vai trò, máy tính, thiết bị hoặc người dùng.",
    "the unit has, or once had, units below it, roles, machines, devices or users"};
inline constexpr Refusal kTopmostStays{Code::conflict, "",
                                       "Không thể xóa đơn vị cao nhất trong phạm vi của bạn.",
                                       "the topmost unit of your scope cannot be removed"};
inline constexpr Refusal kTopmostMoves{Code::invalid, "parent", "Không thể chuyển đơn vị cao nhất.",
                                       "the topmost unit cannot be moved"};
inline constexpr Refusal kCircle{Code::invalid, "parent",
                                 "Không thể đặt một đơn vị dưới chính nó hoặc dưới đơn vị trực thuộc của nó.",
                                 "a unit cannot be moved into itself or below itself"};
inline constexpr Refusal kCircleThen{
    Code::invalid, "parent",
    "Vào một ngày từ khi thay đổi, đơn vị sẽ nằm dưới chính nó. Hãy chọn ngày muộn hơn.",
    "on a day since the change the unit would lie below itself; choose a later day"};
inline constexpr Refusal kTooDeep{Code::invalid, "parent", "Cây đơn vị sâu tối đa 32 cấp.",
                                  "units may be nested 32 deep at most"};
inline constexpr Refusal kBadCode{Code::invalid, "code",
                                  "Mã gồm 1 đến 40 chữ cái, chữ số, dấu chấm hoặc gạch nối.",
                                  "a code is 1 to 40 letters, digits, dots or hyphens"};
inline constexpr Refusal kUnitEnded{Code::invalid, "",
                                    "Đơn vị này đã kết thúc hoạt động nên không thay đổi được nữa.",
                                    "the unit has ended and does not change any more"};
inline constexpr Refusal kParentEnded{Code::invalid, "parent", "Cơ quan cấp trên đã kết thúc hoạt động.",
                                      "the unit it would belong to has ended"};
inline constexpr Refusal kOlderThanParent{Code::invalid, "valid_from",
                                          "Đơn vị không thể có trước cơ quan cấp trên của nó.",
                                          "a unit cannot be older than the one it belongs to"};
inline constexpr Refusal kAhead{Code::invalid, "on",
                                "Ngày còn ở phía trước. Hãy ghi vào đúng ngày hoặc sau đó.",
                                "the day lies ahead; enter the change on that day or later"};
inline constexpr Refusal kChangedLater{
    Code::invalid, "on",
    "Đơn vị đã có một thay đổi vào ngày đó hoặc sau đó; các giai đoạn không được chồng nhau.",
    "the unit has a change on that day or later; periods must not overlap"};
inline constexpr Refusal kBeginsTooLate{
    Code::invalid, "valid_from", "Đơn vị đã có thay đổi, vai trò hoặc đơn vị trực thuộc trước ngày đó.",
    "the unit has a change, a role or a unit below it before that day"};
inline constexpr Refusal kHadUnitsLater{Code::invalid, "on",
                                        "Sau ngày đó vẫn còn đơn vị thuộc về đơn vị này.",
                                        "units belonged to it after that day"};

// succession
inline constexpr Refusal kNeedsDecision{Code::invalid, "decision",
                                        "Cần số và ngày của văn bản quyết định, tối đa 200 ký tự.",
                                        "the decision's number and date are needed, 200 characters at most"};
inline constexpr Refusal kNeedsOneHeir{Code::invalid, "into", "Sáp nhập cần đúng một đơn vị kế tục.",
                                       "a merger needs exactly one successor"};
inline constexpr Refusal kNeedsHeirs{Code::invalid, "into",
                                     "Chia tách cần ít nhất hai đơn vị kế tục khác nhau.",
                                     "a split needs at least two different successors"};
inline constexpr Refusal kTooManyHeirs{Code::invalid, "into",
                                       "Đổi tên không có đơn vị kế tục.",
                                       "a renaming has no successor"};
inline constexpr Refusal kHeirTwice{Code::invalid, "into", "Một đơn vị kế tục được ghi hai lần.",
                                    "a successor is named twice"};
inline constexpr Refusal kHeirItself{Code::invalid, "into", "Đơn vị không thể kế tục chính nó.",
                                     "a unit cannot succeed itself"};
inline constexpr Refusal kHeirAbsent{Code::invalid, "into",
                                     "Đơn vị kế tục phải đang hoạt động và có từ ngày đó trở về trước.",
                                     "a successor must exist on that day and still"};
inline constexpr Refusal kHeirBelow{Code::invalid, "into",
                                    "Đơn vị kế tục đang trực thuộc đơn vị kết thúc. Hãy chuyển nó lên trước.",
                                    "the successor lies below the unit that ends; move it out first"};
inline constexpr Refusal kRootEnds{Code::invalid, "kind", "Đơn vị cao nhất không thể kết thúc.",
                                   "the topmost unit cannot end"};
inline constexpr Refusal kNeedsName{Code::invalid, "new_name", "Đổi tên cần một tên mới, khác tên cũ.",
                                    "a renaming needs a new name that differs"};
inline constexpr Refusal kHeirHasIt{
    Code::conflict, "into",
    "Đơn vị kế tục đã có đơn vị hoặc hệ thống trùng tên với cái được chuyển đến. Hãy đổi tên trước.",
    "the successor has a unit or a system of the same name already; rename one first"};

// roles
inline constexpr Refusal kBadRole{Code::invalid, "role",
                                  "Vai trò gồm chữ thường không dấu, chữ số và gạch dưới.",
                                  "a role is lower-case letters, digits and underscores"};
inline constexpr Refusal kRoleHeld{
    Code::conflict, "valid_from",
    "Vai trò này đã có đơn vị giữ trong thời gian đó. Hãy kết thúc giai đoạn trước.",
    "a unit holds the role on one of those days; end that first"};
inline constexpr Refusal kRoleOutlivesUnit{Code::invalid, "valid_from",
                                           "Đơn vị không tồn tại trong toàn bộ thời gian giữ vai trò.",
                                           "the unit does not exist on all days of the role"};
inline constexpr Refusal kEndBeforeStart{Code::invalid, "valid_to", "Ngày kết thúc trước ngày bắt đầu.",
                                         "the last day is before the first"};

// What a holder outside of the caller's scope has. One text for devices, sites and
// ranges: it names neither the holder nor which of several values it is, and whoever
// may be told more looks into the audit log.
inline constexpr Refusal kHeldElsewhere{
    Code::conflict, "",
    "Không đăng ký được tại đơn vị này. Trung tâm của tỉnh đã được báo để xem xét.",
    "it cannot be registered at this unit; the province's centre was told and will look into it"};

// devices
inline constexpr Refusal kBadMac{Code::invalid, "mac", "Địa chỉ MAC không hợp lệ.",
                                 "this is no MAC address of a card"};
inline constexpr Refusal kNeedsDeviceName{Code::invalid, "name", "Thiết bị cần có tên.",
                                          "a device needs a name"};
inline constexpr Refusal kDeviceTaken{Code::conflict, "",
                                      "Đã có thiết bị với số máy, địa chỉ MAC hoặc tên này.",
                                      "there is a device with this serial number, MAC address or name"};
inline constexpr Refusal kTwoDevices{Code::conflict, "serial",
                                     "Số máy và địa chỉ MAC đang thuộc hai thiết bị khác nhau.",
                                     "the serial number and the MAC address are of two different devices"};
inline constexpr Refusal kNameOfMany{
    Code::conflict, "name", "Có nhiều thiết bị cùng tên trong đơn vị. Cần số máy hoặc địa chỉ MAC.",
    "several devices of the unit have this name; give a serial number or a MAC address"};
inline constexpr Refusal kRetiredAhead{Code::invalid, "retired_on", "Ngày thanh lý còn ở phía trước.",
                                       "the day of retirement lies ahead"};
inline constexpr Refusal kNotMatched{Code::conflict, "", "Thiết bị này chưa được ghép với máy nào.",
                                     "the device is not matched with a machine"};
inline constexpr Refusal kInventoryOfRetired{Code::conflict, "", "Thiết bị đã thanh lý nên không nhận danh sách phần mềm.",
                                             "the device is retired and takes no list of software"};
inline constexpr Refusal kAgentSpeaks{Code::conflict, "",
                                      "Tác tử trên máy của thiết bị này tự báo phần mềm, nên không cần tải danh sách lên.",
                                      "the device's own agent tells its software; no list is taken"};
inline constexpr Refusal kNoPackages{Code::invalid, "content", "Danh sách không có phần mềm nào đọc được.",
                                     "the list has no software that can be read"};
inline constexpr Refusal kTooManyPackages{Code::exhausted, "content", "Danh sách có quá 20.000 phần mềm.",
                                          "the list has more than 20,000 packages"};
inline constexpr Refusal kPackageTooLong{Code::exhausted, "content", "Danh sách có phần mềm với tên hoặc phiên bản quá dài.",
                                         "the list has a package whose name or version is too long"};
inline constexpr Refusal kDeviceSpeaks{
    Code::invalid, "retired_on",
    "Máy của thiết bị này đang được giám sát. Hãy thu hồi chứng thư của máy trước.",
    "the device's machine is enrolled; revoke its certificate first"};

// systems
inline constexpr Refusal kDayAhead{Code::invalid, "", "Ngày còn ở phía trước.", "the day lies ahead"};
inline constexpr Refusal kNeedsSystemName{Code::invalid, "name", "Hệ thống thông tin cần có tên.",
                                          "an information system needs a name"};
inline constexpr Refusal kSystemNameTaken{Code::conflict, "name",
                                          "Đơn vị đã có hệ thống thông tin trùng tên.",
                                          "the unit has an information system of this name"};
inline constexpr Refusal kBadLevel{Code::invalid, "level", "Cấp độ từ 1 đến 5.", "a level is 1 to 5"};
inline constexpr Refusal kNeedsLevelRule{Code::invalid, "level_rule",
                                         "Cấp độ cần kèm bộ tiêu chí đã dùng để xác định.",
                                         "a level needs the rules by which it was found"};
inline constexpr Refusal kLevelLater{
    Code::invalid, "level_from",
    "Hệ thống đã có cấp độ từ ngày muộn hơn; các giai đoạn không được chồng nhau.",
    "the system has a level from a later day; periods must not overlap"};
inline constexpr Refusal kSystemEnded{Code::invalid, "", "Hệ thống này đã ngừng hoạt động.",
                                      "the system has ended"};

// sites, address ranges, contacts
inline constexpr Refusal kBadSite{Code::invalid, "address",
                                  "Địa chỉ trang phải có dạng https://ten-mien hoặc http://ten-mien.",
                                  "a site's address is https://host or http://host"};
inline constexpr Refusal kSiteTaken{Code::conflict, "address", "Đã có trang với địa chỉ này.",
                                    "there is a site with this address"};
inline constexpr Refusal kBadAddress{Code::invalid, "address", "Đây không phải là địa chỉ IP.",
                                     "this is no IP address"};
inline constexpr Refusal kBadRange{Code::invalid, "range",
                                   "Dải địa chỉ phải có dạng 203.0.113.0/28 hoặc 2001:db8::/48.",
                                   "a range is written as 203.0.113.0/28 or 2001:db8::/48"};
inline constexpr Refusal kRangeHasHost{Code::invalid, "range",
                                       "Địa chỉ đầu dải không khớp với độ dài tiền tố.",
                                       "the address has bits behind its prefix"};
inline constexpr Refusal kRangeNotPublic{Code::invalid, "range",
                                         "Dải này không phải là địa chỉ công cộng trên Internet.",
                                         "the range is not of the public Internet"};
inline constexpr Refusal kRangeTooWide{Code::invalid, "range", "Dải quá rộng: tối đa /10 với IPv4, /20 với IPv6.",
                                       "the range is too wide: /10 at most for IPv4, /20 for IPv6"};
inline constexpr Refusal kRangeOverlaps{Code::conflict, "range", "Dải này chồng lên một dải đã có.",
                                        "the range overlaps one that is there"};
inline constexpr Refusal kNeedsPersonName{Code::invalid, "name", "Người liên hệ cần có tên.",
                                          "a contact needs a name"};
inline constexpr Refusal kNeedsPhone{Code::invalid, "phone", "Cần số điện thoại hoặc thư điện tử.",
                                     "a phone number or an e-mail address is needed"};
inline constexpr Refusal kBadPhone{Code::invalid, "phone", "Số điện thoại gồm 8 đến 15 chữ số.",
                                   "a phone number has 8 to 15 digits"};
inline constexpr Refusal kBadEmail{Code::invalid, "email", "Địa chỉ thư điện tử không hợp lệ.",
                                   "this is no e-mail address"};

// imports
inline constexpr Refusal kBadKind{Code::invalid, "kind", "Loại này không có trong danh mục.", "this kind is not one that is known"};
inline constexpr Refusal kBadPurpose{Code::invalid, "purpose", "Vai trò liên hệ không có trong danh mục.",
                                     "this purpose is not one that is known"};
inline constexpr Refusal kBadFlag{Code::invalid, "around_the_clock", "Cần ghi x hoặc có, không.", "x or yes, or no, is needed"};
inline constexpr Refusal kBadDate{Code::invalid, "valid_from", "Ngày không hợp lệ; cần ghi như 22/11/2026 hoặc 2026-11-22.",
                                  "no such day; write 22/11/2026 or 2026-11-22"};
inline constexpr Refusal kUnitUnknown{Code::invalid, "unit", "Không có đơn vị với mã hoặc tên này trong phạm vi nhập.",
                                      "no unit of this code or name lies where the rows land"};
inline constexpr Refusal kUnitOfMany{Code::invalid, "unit", "Có nhiều đơn vị trùng tên này; hãy dùng mã đơn vị.",
                                     "several units have this name; use the unit's code"};
inline constexpr Refusal kParentUnknown{
    Code::invalid, "parent", "Không có cơ quan cấp trên với mã hoặc tên này, hoặc các dòng trực thuộc lẫn nhau thành vòng.",
    "no unit of this code or name to belong to, or the rows belong to each other in a circle"};
inline constexpr Refusal kParentOfMany{Code::invalid, "parent", "Có nhiều đơn vị trùng tên này; hãy dùng mã đơn vị.",
                                       "several units have this name to belong to; use the unit's code"};
inline constexpr Refusal kDeviceUnknown{
    Code::invalid, "name", "Danh sách thiết bị tại nơi nhập không có thiết bị này. Hãy nhập danh sách thiết bị trước.",
    "no such device is on the list of devices where the rows land; import the list of devices first"};
inline constexpr Refusal kDeviceOfMany{Code::invalid, "name", "Có nhiều thiết bị cùng tên này. Hãy ghi thêm đơn vị, số máy hoặc địa chỉ MAC.",
                                       "several devices have this name; give the unit, a serial number or a MAC address"};
inline constexpr Refusal kNeedsProduct{Code::invalid, "product", "Cần tên sản phẩm.", "the name of a product is needed"};
inline constexpr Refusal kProductUnknown{
    Code::invalid, "product", "Chưa có cảnh báo nào nói về sản phẩm có tên này. Hãy kiểm tra tên hãng, tên sản phẩm, hoặc bỏ dòng này khỏi tệp.",
    "no advisory speaks of a product of this name; check its maker and its name, or leave the row out"};
inline constexpr Refusal kBadVersion{Code::invalid, "version", "Đây không phải là số phiên bản. Nếu chưa rõ thì để trống.",
                                     "this is no version; leave the cell empty if it is not known"};
inline constexpr Refusal kTooManyRowsOfDevice{Code::invalid, "name", "Thiết bị này có quá 20.000 dòng trong danh sách.",
                                              "the list has more than 20,000 rows of this device"};
inline constexpr Refusal kRowTwice{Code::conflict, "", "Dòng này trùng với một dòng phía trên.",
                                   "the row is about the same as one above"};
inline constexpr Refusal kCellError{Code::invalid, "", "Ô này chứa lỗi của bảng tính hoặc cột quá hẹp khi lưu tệp.",
                                     "the cell holds an error of the spreadsheet, or its column was too narrow"};
inline constexpr Refusal kSerialCut{
    Code::invalid, "serial", "Số máy đã bị bảng tính rút gọn thành số. Hãy định dạng cột là văn bản rồi nhập lại.",
    "the spreadsheet shortened the serial number; format the column as text and enter it anew"};
inline constexpr Refusal kUnitEndedBefore{
    Code::invalid, "name", "Đơn vị này đã kết thúc. Nếu được lập lại, hãy ghi ngày thành lập sau ngày kết thúc.",
    "this unit has ended; if it was founded again, give a first day behind its last"};
inline constexpr Refusal kImportOver{Code::conflict, "", "Bản nhập này đã được xử lý hoặc còn dòng lỗi.",
                                     "the import is over, or has rows that are wrong"};

}  // namespace refusals
}  // namespace khien::estate
