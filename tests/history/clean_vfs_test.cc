#include "history/clean_vfs.h"

#include <gtest/gtest.h>

#include <vector>

namespace nearer::history {
namespace {

// A page of 512 bytes with a b-tree header at `header`.
std::vector<unsigned char> Page(std::size_t header, unsigned char type,
                                std::size_t cells, std::size_t content) {
  std::vector<unsigned char> page(512, 0xee);
  page[header] = type;
  page[header + 3] = static_cast<unsigned char>(cells >> 8);
  page[header + 4] = static_cast<unsigned char>(cells);
  page[header + 5] = static_cast<unsigned char>(content >> 8);
  page[header + 6] = static_cast<unsigned char>(content);
  return page;
}

struct Case {
  const char* what;
  std::size_t header;
  unsigned char type;
  std::size_t cells, content;
  Gap gap;
};

TEST(UnusedSpaceTest, LiesBetweenCellPointersAndCells) {
  const Case cases[] = {
      {"leaf of a table", 0, 13, 3, 400, {8 + 6, 400}},
      {"leaf of an index", 0, 10, 3, 400, {8 + 6, 400}},
      {"interior of a table", 0, 5, 3, 400, {12 + 6, 400}},
      {"interior of an index", 0, 2, 3, 400, {12 + 6, 400}},
      {"first page of the file", 100, 13, 3, 400, {108 + 6, 400}},
      {"empty leaf", 0, 13, 0, 512, {8, 512}},
      {"full leaf", 0, 13, 100, 208, {208, 208}},
  };
  for (const Case& c : cases) {
    const auto page = Page(c.header, c.type, c.cells, c.content);
    const Gap gap = UnusedSpace(page, c.header != 0);
    EXPECT_EQ(gap.begin, c.gap.begin) << c.what;
    EXPECT_EQ(gap.end, c.gap.end) << c.what;
  }
}

TEST(UnusedSpaceTest, IsEmptyForWhatIsNoBtreePage) {
  const Case cases[] = {
      {"overflow or free page", 0, 0, 3, 400, {}},
      {"no such type", 0, 1, 3, 400, {}},
      {"no such type", 0, 14, 3, 400, {}},
      {"cells over their pointers", 0, 13, 200, 400, {}},
      {"cells past the end", 0, 13, 3, 513, {}},
      {"cells at 65536 of a smaller page", 0, 13, 3, 0, {}},
  };
  for (const Case& c : cases) {
    const auto page = Page(c.header, c.type, c.cells, c.content);
    const Gap gap = UnusedSpace(page, /*first=*/false);
    EXPECT_EQ(gap.begin, gap.end) << c.what;
  }
}

TEST(UnusedSpaceTest, CountsTo65536InTheLargestPage) {
  std::vector<unsigned char> page(65536, 0xee);
  page[0] = 13;
  page[3] = page[4] = page[5] = page[6] = 0;
  const Gap gap = UnusedSpace(page, /*first=*/false);
  EXPECT_EQ(gap.begin, 8u);
  EXPECT_EQ(gap.end, 65536u);
}

}  // namespace
}  // namespace nearer::history
