#ifndef NEARER_HISTORY_CLEAN_VFS_H_
#define NEARER_HISTORY_CLEAN_VFS_H_

#include <cstddef>
#include <span>

namespace nearer::history {

// The unused part of a page, as offsets [begin, end) into it.
struct Gap {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// The unallocated space of an SQLite b-tree page, between its cell pointers
// and its cells (https://www.sqlite.org/fileformat2.html#b_tree_pages).
// `first` says that the page is the first of its file, which begins with the
// file's header. Empty when `page` is no b-tree page.
//
// Pages that are no b-tree begin with a page number. Its first byte is that of
// a b-tree only from page 0x2000000 on, so a file must stay below
// kMaxPageCount. Files with auto_vacuum have pages of a further kind and must
// not come here.
Gap UnusedSpace(std::span<const unsigned char> page, bool first);

inline constexpr int kMaxPageCount = 0x1ffffff;  // 128 GiB in pages of 4 KiB

// The name of an SQLite file system that leaves nothing of deleted rows in
// database files. It is the default one, save that the unused space of every
// page is zero when the page is written.
//
// Why: `PRAGMA secure_delete` overwrites a row where it stands when it is
// deleted. But when SQLite balances a b-tree it copies rows from page to page
// and leaves the old bytes in the unused space of the page they came from,
// where no later delete finds them. Of some 90 erased conversations up to
// five could be read in the file afterwards (SQLite 3.40.1).
//
// What it does not do: the write-ahead log holds pages as they were, and so
// does the page cache of a connection; whoever erases empties both.
const char* CleanVfs();

}  // namespace nearer::history

#endif  // NEARER_HISTORY_CLEAN_VFS_H_
