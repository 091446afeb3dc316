#include "locked_page.hpp"

#include <string.h>
#include <sys/mman.h>

#include <cerrno>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/file.hpp"

namespace khien::token {
namespace {

constexpr std::size_t kPage = 4096;

}  // namespace

Result<LockedPage> LockedPage::create() {
  void* page = mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return system_error("a page for the PIN", errno);
  LockedPage made(page);
  if (mlock(page, kPage) != 0) return system_error("lock the PIN's page", errno);
  if (madvise(page, kPage, MADV_DONTDUMP) != 0 || madvise(page, kPage, MADV_WIPEONFORK) != 0) {
    return system_error("guard the PIN's page", errno);
  }
  return made;
}

LockedPage::LockedPage(LockedPage&& other) noexcept
    : page_(std::exchange(other.page_, nullptr)), size_(std::exchange(other.size_, 0)) {}

LockedPage::~LockedPage() {
  if (page_ == nullptr) return;
  wipe();
  munmap(page_, kPage);
}

std::span<std::byte> LockedPage::room() { return {static_cast<std::byte*>(page_), kPage}; }

void LockedPage::holds(std::size_t size) {
  khien_assert(size < kPage);
  size_ = size;
}

std::string_view LockedPage::reveal() const { return {static_cast<const char*>(page_), size_}; }

void LockedPage::wipe() {
  explicit_bzero(page_, kPage);
  size_ = 0;
}

}  // namespace khien::token
