#include "core/text/fold.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <utility>

namespace nearer::text {
namespace {

// What an ASCII character folds to; itself where nothing is said.
constexpr std::array<char, 128> kAscii = [] {
  std::array<char, 128> fold{};
  for (int c = 0; c < 128; ++c) fold[c] = static_cast<char>(c < ' ' ? ' ' : c);
  for (char c = 'A'; c <= 'Z'; ++c) fold[c] = static_cast<char>(c - 'A' + 'a');
  fold['\n'] = fold['\r'] = '\n';
  fold['`'] = '\'';
  fold[127] = ' ';
  return fold;
}();

// Characters whose meaning NFKC would lose; empty for all others.
std::string_view Plain(utf8proc_int32_t c) {
  switch (c) {
    case 0x00B4:  // acute accent
    case 0x02B9:
    case 0x02BB:
    case 0x02BC:
    case 0x055A:
    case 0x05F3:
    case 0x2018:
    case 0x2019:
    case 0x201A:
    case 0x201B:
    case 0x2032:
    case 0x2035:
    case 0xA78C:
      return "'";
    case 0x00AB:
    case 0x00BB:
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0x201F:
    case 0x2033:
    case 0x2036:
    case 0x2039:
    case 0x203A:
    case 0x301D:
    case 0x301E:
      return "\"";
    case 0x2010:
    case 0x2011:
    case 0x2212:
      return "-";
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015:
    case 0x2E3A:
    case 0x2E3B:
    case 0xFE58:
      return "--";
    case 0x0085:
    case 0x2028:
    case 0x2029:
      return "\n";
    case 0x3002:
    case 0xFF61:
      return ".";
    case 0x3001:
      return ",";
    case 0x061F:
    case 0x203D:
      return "?";
    case 0x00B7:
    case 0x2022:
      return ";";
    default:
      return {};
  }
}

bool IsWordCharacter(utf8proc_int32_t c) {
  switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return true;
    default:
      return false;
  }
}

// Folds text that is not all ASCII, one character after the other. Since marks
// are dropped, nothing ever has to be composed across characters.
class Folder {
 public:
  Folder(std::string_view in, Folded& out) : in_(in), out_(out) {
    out_.text.reserve(in.size() + 8);
    out_.spans.reserve(in.size() + 8);
  }

  void Run() {
    while (at_ < in_.size()) {
      const auto byte = static_cast<unsigned char>(in_[at_]);
      if (byte < 0x80) {
        next_ = at_ + 1;
        if (byte >= 'a' && byte <= 'z') out_.has_lower = true;
        Put(kAscii[byte]);
      } else {
        Character();
      }
      at_ = next_;
    }
  }

 private:
  void Character() {
    utf8proc_int32_t c = 0;
    const utf8proc_ssize_t size = utf8proc_iterate(
        reinterpret_cast<const utf8proc_uint8_t*>(in_.data()) + at_,
        static_cast<utf8proc_ssize_t>(in_.size() - at_), &c);
    if (size <= 0) {
      next_ = at_ + 1;
      Put(' ');
      return;
    }
    next_ = at_ + static_cast<std::size_t>(size);
    if (const std::string_view plain = Plain(c); !plain.empty()) {
      for (const char p : plain) Put(p);
      return;
    }
    constexpr auto kOptions = static_cast<utf8proc_option_t>(
        UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
        UTF8PROC_IGNORE | UTF8PROC_STRIPMARK);
    std::array<utf8proc_int32_t, 32> parts;
    int bound_class = 0;
    const utf8proc_ssize_t count = utf8proc_decompose_char(
        c, parts.data(), parts.size(), kOptions, &bound_class);
    if (count == 0 && !out_.spans.empty()) {
      out_.spans.back().end = static_cast<std::uint32_t>(next_);  // a mark
    }
    if (count < 0 || count > static_cast<utf8proc_ssize_t>(parts.size())) {
      Put(' ');
      return;
    }
    // A character that stands for several words, or for a fraction, says
    // nothing that a pattern could mean.
    const auto words =
        std::count_if(parts.begin(), parts.begin() + count, IsWordCharacter);
    if (words != 0 && words != count) {
      Put(' ');
      return;
    }
    for (utf8proc_ssize_t i = 0; i < count; ++i) Part(parts[i]);
  }

  void Part(utf8proc_int32_t c) {
    if (c < 0x80) {
      Put(kAscii[c]);
    } else if (IsWordCharacter(c)) {
      std::array<utf8proc_uint8_t, 4> bytes;
      const utf8proc_ssize_t size = utf8proc_encode_char(c, bytes.data());
      for (utf8proc_ssize_t i = 0; i < size; ++i)
        Put(static_cast<char>(bytes[i]));
    } else {
      Put(utf8proc_category(c) == UTF8PROC_CATEGORY_SO ? ';' : ' ');
    }
  }

  void Put(char c) {
    out_.text.push_back(c);
    out_.spans.push_back(
        {static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(next_)});
  }

  std::string_view in_;
  Folded& out_;
  std::size_t at_ = 0, next_ = 0;
};

}  // namespace

Folded Fold(std::string_view utterance) {
  Folded folded;
  // Offsets are 32 bits; nobody writes four gigabytes in good faith.
  utterance = utterance.substr(0, 0xFFFFFFF0u);
  const bool ascii =
      std::all_of(utterance.begin(), utterance.end(),
                  [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!ascii) {
    Folder(utterance, folded).Run();
    return folded;
  }
  folded.text.resize(utterance.size());
  for (std::size_t i = 0; i < utterance.size(); ++i) {
    const char c = utterance[i];
    folded.has_lower |= c >= 'a' && c <= 'z';
    folded.text[i] = kAscii[static_cast<unsigned char>(c)];
  }
  return folded;
}

bool BeginsWithCapital(std::string_view utf8) {
  if (utf8.empty()) return false;
  if (static_cast<unsigned char>(utf8[0]) < 0x80)
    return utf8[0] >= 'A' && utf8[0] <= 'Z';
  utf8proc_int32_t c = 0;
  if (utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()),
                       static_cast<utf8proc_ssize_t>(utf8.size()), &c) <= 0)
    return false;
  const utf8proc_category_t category = utf8proc_category(c);
  return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT;
}

std::string FoldLookalikes(std::string_view word) {
  static constexpr std::pair<std::string_view, char> kLookalikes[] = {
      {"а", 'a'}, {"в", 'b'}, {"е", 'e'}, {"к", 'k'}, {"м", 'm'}, {"н", 'h'},
      {"о", 'o'}, {"р", 'p'}, {"с", 'c'}, {"т", 't'}, {"у", 'y'}, {"х", 'x'},
      {"і", 'i'}, {"ј", 'j'}, {"ѕ", 's'}, {"һ", 'h'}, {"ԁ", 'd'}, {"ԛ", 'q'},
      {"ԝ", 'w'}, {"ӏ", 'l'}, {"α", 'a'}, {"ε", 'e'}, {"ι", 'i'}, {"κ", 'k'},
      {"ο", 'o'}, {"ρ", 'p'}, {"τ", 't'}, {"υ", 'u'}, {"χ", 'x'}, {"ν", 'v'},
      {"ı", 'i'}, {"ɑ", 'a'}, {"ɡ", 'g'}, {"ɩ", 'i'},
  };
  std::string latin;
  latin.reserve(word.size());
  for (std::size_t i = 0; i < word.size();) {
    char found = 0;
    if (static_cast<unsigned char>(word[i]) >= 0x80) {
      const std::string_view two = word.substr(i, 2);
      for (const auto& [from, to] : kLookalikes)
        if (from == two) found = to;
    }
    if (found != 0) {
      latin.push_back(found);
      i += 2;
    } else {
      latin.push_back(word[i++]);
    }
  }
  return latin;
}

}  // namespace nearer::text
