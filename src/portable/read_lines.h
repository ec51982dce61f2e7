#ifndef NEARER_PORTABLE_READ_LINES_H_
#define NEARER_PORTABLE_READ_LINES_H_

#include <cstddef>
#include <functional>
#include <istream>
#include <memory>
#include <string>

#include "core/coach/pack.h"
#include "core/result.h"
#include "history/whole_record.h"

namespace nearer::portable {

// Far more than a turn takes; a file without line breaks is none of ours.
inline constexpr std::size_t kMaxLine = 64 << 20;

// Reads an export, or plain lines, whichever the first line is of, from `in`
// and gives it to `receiver`. The pack is asked for when plain lines need one;
// null ends it. `name` is how the file is called in errors, which begin
// "name:12: ". Blank lines are passed over.
Result<Done> ReadLines(
    std::istream& in, const std::string& name,
    const std::function<std::shared_ptr<const coach::Pack>()>& pack,
    history::Receiver& receiver);

}  // namespace nearer::portable

#endif  // NEARER_PORTABLE_READ_LINES_H_
