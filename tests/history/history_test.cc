#include "history/history.h"

#include "history/sqlite_history.h"
#include "history_contract.h"

namespace nearer::history {
namespace {

INSTANTIATE_TEST_SUITE_P(Memory, HistoryContract,
                         testing::Values(Backend{
                             [](const std::string&) { return OpenMemory(); }}));

INSTANTIATE_TEST_SUITE_P(Sqlite, HistoryContract,
                         testing::Values(Backend{[](const std::string& folder) {
                           auto opened = OpenSqlite(folder + "/nearer.db");
                           EXPECT_THAT(opened, Succeeds());
                           return std::move(*opened);
                         }}));

}  // namespace
}  // namespace nearer::history
