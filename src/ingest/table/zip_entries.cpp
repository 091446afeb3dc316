#include "table/zip_entries.hpp"

#include <zip.h>

#include <array>
#include <utility>

namespace khien::ingest {
namespace {

constexpr std::uint64_t kMostRatio = 200;
constexpr std::uint64_t kRatioFrom = 1u << 20;

Error broken() { return Error(Code::invalid, "the workbook's ZIP is damaged"); }

struct ZipFree {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
struct FileFree {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

}  // namespace

struct ZipEntries::Impl {
  std::unique_ptr<zip_t, ZipFree> zip;
};

ZipEntries::ZipEntries(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ZipEntries::ZipEntries(ZipEntries&&) noexcept = default;
ZipEntries::~ZipEntries() = default;

Result<ZipEntries> ZipEntries::open(ByteView bytes, Budget& budget) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  if (source == nullptr) return broken();
  auto impl = std::make_unique<Impl>();
  impl->zip.reset(zip_open_from_source(source, ZIP_RDONLY, &error));
  zip_error_fini(&error);
  if (!impl->zip) {
    zip_source_free(source);
    return broken();
  }
  const auto entries = zip_get_num_entries(impl->zip.get(), 0);
  TRY_VOID(budget.take_entries(entries > 0 ? static_cast<std::uint64_t>(entries) : 0));
  return ZipEntries(std::move(impl));
}

std::vector<std::string> ZipEntries::names() const {
  std::vector<std::string> names;
  const auto entries = zip_get_num_entries(impl_->zip.get(), 0);
  for (zip_int64_t i = 0; i < entries; ++i) {
    if (const char* name = zip_get_name(impl_->zip.get(), static_cast<zip_uint64_t>(i), 0)) names.emplace_back(name);
  }
  return names;
}

Result<std::optional<std::string>> ZipEntries::read(const std::string& name, Budget& budget) {
  const auto index = zip_name_locate(impl_->zip.get(), name.c_str(), 0);
  if (index < 0) return std::optional<std::string>();
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_stat_index(impl_->zip.get(), static_cast<zip_uint64_t>(index), 0, &stat) != 0) return broken();
  if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE) {
    return Error(Code::invalid, "the workbook is protected by a password");
  }
  const std::unique_ptr<zip_file_t, FileFree> file(
      zip_fopen_index(impl_->zip.get(), static_cast<zip_uint64_t>(index), 0));
  if (!file) return broken();
  std::string content;
  std::array<char, 65'536> piece;
  for (;;) {
    TRY_VOID(budget.check_time());
    const auto got = zip_fread(file.get(), piece.data(), piece.size());
    if (got < 0) return broken();
    if (got == 0) return std::optional(std::move(content));
    const auto count = static_cast<std::uint64_t>(got);
    TRY_VOID(budget.take_out(count));
    content.append(piece.data(), count);
    if (content.size() > kRatioFrom && content.size() / kMostRatio > stat.comp_size) {
      return Error(Code::exhausted, "the workbook is a compression bomb");
    }
  }
}

}  // namespace khien::ingest
