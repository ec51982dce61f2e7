#include "core/text/lexicon.h"

#include <utility>

#include "core/text/reader.h"
#include "core/text/wordbook.h"

namespace nearer::text {

struct Lexicon::Tables {
  Wordbook book;
};

Lexicon::Lexicon(std::unique_ptr<const Tables> tables)
    : tables_(std::move(tables)) {}
Lexicon::Lexicon(Lexicon&&) noexcept = default;
Lexicon& Lexicon::operator=(Lexicon&&) noexcept = default;
Lexicon::~Lexicon() = default;

Lexicon Lexicon::Build(const WordTables& tables,
                       std::span<const std::string> rule_words) {
  Wordbook book(tables);
  book.AddTargets(rule_words);
  return Lexicon(std::make_unique<const Tables>(Tables{std::move(book)}));
}

Reading Lexicon::Read(std::string_view utterance) const {
  return text::Read(tables_->book, utterance, Writer::kPerson);
}

Reading Lexicon::ReadAuthored(std::string_view words) const {
  return text::Read(tables_->book, words, Writer::kAuthor);
}

std::string_view Lexicon::Lemma(std::string_view word) const {
  Vocabulary::Id id;
  const WordInfo* info = tables_->book.Find(word, &id);
  return info == nullptr ? word : tables_->book.words.Text(info->lemma);
}

WordId Lexicon::IdOf(std::string_view word) const {
  return tables_->book.words.Find(word);
}

bool Lexicon::IsOperatorLemma(std::string_view lemma) const {
  Vocabulary::Id id;
  const WordInfo* info = tables_->book.Find(lemma, &id);
  return info != nullptr && info->Has(WordInfo::kOperator);
}

}  // namespace nearer::text
