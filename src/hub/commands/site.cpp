#include "command.hpp"
#include "commands/site_watch.hpp"

namespace khien::hub {

Command site_command() {
  return {.name = "site",
          .synopsis = "site list [--status S] [--words W] [--json] | site show ID [--json] | site recheck ID --as USER [--json]",
          .summary = {"trang web đang theo dõi", "websites under watch"},
          .details = {"Trạng thái: ill (bị chèn nội dung), silent (không trả lời), watching (đã sạch, quét hằng ngày), clean, "
                      "not_yet (chưa quét). recheck yêu cầu quét ngay.",
                      "Status: ill (altered), silent (no answer), watching (mended, looked at daily), clean, not_yet (never "
                      "looked at). recheck asks for a look at once."},
          .options = with_folder({{"status", "S", {"chỉ trạng thái này", "only this status"}},
                                  {"words", "W", {"chỉ trang có các từ này", "only sites that have these words"}},
                                  {"as", "USER", {"theo lời của ai", "on whose word"}},
                                  {"json", "", {"in JSON", "print JSON"}}}),
          .office = run_watched_sites};
}

}  // namespace khien::hub
