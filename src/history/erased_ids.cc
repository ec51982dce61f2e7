#include "history/erased_ids.h"

#include <algorithm>

#include "core/sha256.h"
#include "history/migrations.h"
#include "history/sqlite_connection.h"

namespace nearer::history {
namespace {

constexpr int kSince = 5;  // the version of the tables that has them

HistoryResult<Done> Note(Connection& db, std::string_view name,
                         UnixSeconds at) {
  Query query(db,
              "INSERT INTO erased (name, at) VALUES (?, ?) "
              "ON CONFLICT (name) DO UPDATE SET at = max(at, excluded.at)",
              name, at);
  if (!query.Finish()) return db.Failed("note an erasure", query.rc());
  return Done{};
}

}  // namespace

std::string NameOfErased(std::string_view id) {
  // So that it equals no other hash of the same bytes.
  return Sha256("nearer: an erased conversation\n" + std::string(id));
}

HistoryResult<Done> NoteErased(Connection& db, std::string_view id,
                               UnixSeconds now) {
  return Note(db, NameOfErased(id), now);
}

HistoryResult<bool> WasErased(Connection& db, std::string_view id) {
  const std::string name = NameOfErased(id);
  Query query(db, "SELECT 1 FROM erased WHERE name = ?",
              std::string_view(name));
  const bool found = query.Row();
  if (!query.ok()) return db.Failed("find an erasure", query.rc());
  return found;
}

HistoryResult<Done> ForgetErased(Connection& db, UnixSeconds before) {
  Query query(db, "DELETE FROM erased WHERE at < ?", before);
  if (!query.Finish()) return db.Failed("forget erasures", query.rc());
  return Done{};
}

HistoryResult<Done> ErasedIds::AddFrom(Connection& db) {
  const auto version = Inspect(db);
  if (!version) return version.error();
  if (*version < kSince) return Done{};
  Query query(db, "SELECT name, at FROM erased");
  while (query.Row()) {
    UnixSeconds& at = at_[query.Text(0)];
    at = std::max(at, query.Integer(1));
  }
  if (!query.ok()) return db.Failed("read the erasures", query.rc());
  return Done{};
}

void ErasedIds::Add(std::string_view id, UnixSeconds at) {
  at_.insert_or_assign(NameOfErased(id), at);
}

bool ErasedIds::Contains(std::string_view id) const {
  return at_.contains(NameOfErased(id));
}

HistoryResult<Done> ErasedIds::NoteIn(Connection& db) const {
  for (const auto& [name, at] : at_) {
    if (const auto noted = Note(db, name, at); !noted) return noted;
  }
  return Done{};
}

}  // namespace nearer::history
