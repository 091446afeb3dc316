#include "khien/report/zip_file.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>

#include <zip.h>

#include "khien/core/date.hpp"

namespace khien::report {
namespace {

struct DosTime {
  std::uint16_t date = 0;
  std::uint16_t time = 0;
};

DosTime dos_time(Timestamp when) {
  constexpr std::int64_t kDay = 86'400'000;
  const Timestamp first{315'532'800'000};    // 1980-01-01
  const Timestamp last{4'354'819'198'000};   // 2107-12-31T23:59:58
  const std::int64_t ms = std::clamp(when, first, last).ms;
  const Date day = Date::from_days(ms / kDay);
  const std::int64_t second = ms % kDay / 1000;
  return {.date = static_cast<std::uint16_t>(((day.year() - 1980) << 9) | (day.month() << 5) | day.day()),
          .time = static_cast<std::uint16_t>((second / 3600 << 11) | (second / 60 % 60 << 5) | (second % 60 / 2))};
}

Error failed(const char* what) { return Error(Code::internal, std::string("zip: ") + what); }

struct Discard {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
using Zip = std::unique_ptr<zip_t, Discard>;
using Source = std::unique_ptr<zip_source_t, void (*)(zip_source_t*)>;

Result<void> add(zip_t* zip, const ZipPart& part, const DosTime& when) {
  zip_source_t* bytes = zip_source_buffer(zip, part.bytes.data(), part.bytes.size(), 0);
  if (bytes == nullptr) return failed("no memory");
  const zip_int64_t index = zip_file_add(zip, part.name.c_str(), bytes, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(bytes);
    return failed("a part cannot be added");
  }
  if (zip_file_set_dostime(zip, static_cast<zip_uint64_t>(index), when.time, when.date, 0) != 0) return failed("a part cannot be dated");
  return {};
}

Result<Bytes> contents(zip_source_t* source) {
  zip_stat_t stat;
  if (zip_source_stat(source, &stat) != 0 || zip_source_open(source) != 0) return failed("cannot be read back");
  Bytes out(stat.size);
  const zip_int64_t got = zip_source_read(source, out.data(), out.size());
  zip_source_close(source);
  if (got < 0 || static_cast<std::size_t>(got) != out.size()) return failed("cannot be read back");
  return out;
}

}  // namespace

Result<Bytes> zip_of(const std::vector<ZipPart>& parts, Timestamp when) {
  zip_error_t error;
  zip_error_init(&error);
  const Source source(zip_source_buffer_create(nullptr, 0, 0, &error), zip_source_free);
  if (source == nullptr) return failed("no memory");
  zip_source_keep(source.get());
  Zip zip(zip_open_from_source(source.get(), ZIP_TRUNCATE, &error));
  if (zip == nullptr) {
    zip_source_free(source.get());
    return failed("cannot be opened");
  }
  for (const ZipPart& part : parts) TRY_VOID(add(zip.get(), part, dos_time(when)));
  if (zip_close(zip.get()) != 0) return failed("cannot be written");
  static_cast<void>(zip.release());
  return contents(source.get());
}

}  // namespace khien::report
