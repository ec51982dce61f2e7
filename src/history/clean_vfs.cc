#include "history/clean_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <bit>

namespace nearer::history {
namespace {

constexpr std::size_t kSmallestPage = 512;
constexpr std::size_t kLargestPage = 65536;
constexpr std::size_t kFileHeader = 100;

std::size_t BigEndian16(std::span<const unsigned char> page, std::size_t at) {
  return static_cast<std::size_t>(page[at]) << 8 | page[at + 1];
}

// A database file; the file of the default file system follows it in memory.
struct CleanFile {
  sqlite3_file base;
  sqlite3_file* real;
};

sqlite3_file* Real(sqlite3_file* file) {
  return reinterpret_cast<CleanFile*>(file)->real;
}

int Close(sqlite3_file* file) {
  return Real(file)->pMethods->xClose(Real(file));
}

int Read(sqlite3_file* file, void* into, int bytes, sqlite3_int64 at) {
  return Real(file)->pMethods->xRead(Real(file), into, bytes, at);
}

// SQLite writes database files by whole pages.
int Write(sqlite3_file* file, const void* from, int bytes, sqlite3_int64 at) {
  const auto size = static_cast<std::size_t>(bytes);
  const std::span page(static_cast<const unsigned char*>(from), size);
  std::array<unsigned char, kLargestPage> clean;
  if (std::has_single_bit(size) && size >= kSmallestPage &&
      size <= kLargestPage && at % bytes == 0) {
    const Gap gap = UnusedSpace(page, at == 0);
    if (gap.begin < gap.end) {
      std::copy(page.begin(), page.end(), clean.begin());
      std::fill(clean.begin() + gap.begin, clean.begin() + gap.end, 0);
      from = clean.data();
    }
  }
  return Real(file)->pMethods->xWrite(Real(file), from, bytes, at);
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  return Real(file)->pMethods->xTruncate(Real(file), size);
}

int Sync(sqlite3_file* file, int flags) {
  return Real(file)->pMethods->xSync(Real(file), flags);
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return Real(file)->pMethods->xFileSize(Real(file), size);
}

int Lock(sqlite3_file* file, int lock) {
  return Real(file)->pMethods->xLock(Real(file), lock);
}

int Unlock(sqlite3_file* file, int lock) {
  return Real(file)->pMethods->xUnlock(Real(file), lock);
}

int CheckReservedLock(sqlite3_file* file, int* reserved) {
  return Real(file)->pMethods->xCheckReservedLock(Real(file), reserved);
}

int FileControl(sqlite3_file* file, int what, void* argument) {
  return Real(file)->pMethods->xFileControl(Real(file), what, argument);
}

int SectorSize(sqlite3_file* file) {
  return Real(file)->pMethods->xSectorSize(Real(file));
}

int DeviceCharacteristics(sqlite3_file* file) {
  return Real(file)->pMethods->xDeviceCharacteristics(Real(file));
}

int ShmMap(sqlite3_file* file, int region, int size, int extend,
           void volatile** at) {
  return Real(file)->pMethods->xShmMap(Real(file), region, size, extend, at);
}

int ShmLock(sqlite3_file* file, int offset, int n, int flags) {
  return Real(file)->pMethods->xShmLock(Real(file), offset, n, flags);
}

void ShmBarrier(sqlite3_file* file) {
  Real(file)->pMethods->xShmBarrier(Real(file));
}

int ShmUnmap(sqlite3_file* file, int remove) {
  return Real(file)->pMethods->xShmUnmap(Real(file), remove);
}

// Version 2 has shared memory, for write-ahead logs, and no memory-mapped
// reading, which goes past xWrite.
constexpr sqlite3_io_methods kMethods = {
    .iVersion = 2,
    .xClose = Close,
    .xRead = Read,
    .xWrite = Write,
    .xTruncate = Truncate,
    .xSync = Sync,
    .xFileSize = FileSize,
    .xLock = Lock,
    .xUnlock = Unlock,
    .xCheckReservedLock = CheckReservedLock,
    .xFileControl = FileControl,
    .xSectorSize = SectorSize,
    .xDeviceCharacteristics = DeviceCharacteristics,
    .xShmMap = ShmMap,
    .xShmLock = ShmLock,
    .xShmBarrier = ShmBarrier,
    .xShmUnmap = ShmUnmap,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

sqlite3_vfs* Default() {
  static sqlite3_vfs* const vfs = sqlite3_vfs_find(nullptr);
  return vfs;
}

int Open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags,
         int* opened) {
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0) {
    return Default()->xOpen(Default(), name, file, flags, opened);
  }
  auto* clean = reinterpret_cast<CleanFile*>(file);
  clean->base.pMethods = nullptr;
  clean->real = reinterpret_cast<sqlite3_file*>(clean + 1);
  const int rc = Default()->xOpen(Default(), name, clean->real, flags, opened);
  // SQLite closes what has methods, even when it could not be opened.
  if (clean->real->pMethods != nullptr) clean->base.pMethods = &kMethods;
  return rc;
}

}  // namespace

Gap UnusedSpace(std::span<const unsigned char> page, bool first) {
  enum : unsigned char {
    kInteriorIndex = 2,
    kInteriorTable = 5,
    kLeafIndex = 10,
    kLeafTable = 13,
  };
  const std::size_t header = first ? kFileHeader : 0;
  const unsigned char type = page[header];
  const bool leaf = type == kLeafIndex || type == kLeafTable;
  if (!leaf && type != kInteriorIndex && type != kInteriorTable) return {};
  const std::size_t cells = BigEndian16(page, header + 3);
  std::size_t content = BigEndian16(page, header + 5);
  if (content == 0) content = kLargestPage;
  const std::size_t begin = header + (leaf ? 8 : 12) + 2 * cells;
  if (begin > content || content > page.size()) return {};
  return {begin, content};
}

const char* CleanVfs() {
  // SQLite keeps the pointer for as long as the process lives.
  static sqlite3_vfs vfs = [] {
    // Everything but opening is inherited: the default's functions get this
    // object, a copy of their own.
    sqlite3_vfs copy = *Default();
    copy.zName = "nearer-clean";
    copy.pNext = nullptr;
    copy.szOsFile += static_cast<int>(sizeof(CleanFile));
    copy.xOpen = Open;
    return copy;
  }();
  static const int registered = sqlite3_vfs_register(&vfs, /*makeDflt=*/0);
  return registered == SQLITE_OK ? vfs.zName : nullptr;
}

}  // namespace nearer::history
