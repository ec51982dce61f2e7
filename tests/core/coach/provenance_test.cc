// Proves that every item of the inventory reaches somebody: has conversations
// of many kinds, notes what is said in each, and asks of every item whether one
// of its carriers was. Writes who heard what, and where, to provenance.txt.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <fstream>
#include <map>
#include <optional>
#include <set>

#include "content/content.h"
#include "core/dialog/dialog.h"
#include "tests/core/coach/conversation.h"
#include "tests/core/coach/scripts.h"

namespace nearer::coach {
namespace {

constexpr std::int64_t kBetweenTwo = 45;  // seconds
constexpr int kTurnsOnATheme = 40;
constexpr const char* kTried =
    "tests/people, tests/conversations, every dialog from its title through "
    "all its nodes, every request, asked for more 40 times, and every theme's "
    "examples for 40 turns";

// ---- what was said

// The first time that a carrier was said.
struct Said {
  std::string wording;  // its id
  std::string where;
};

class Record {
 public:
  // A wording's id is its carrier's and a hash of its text.
  void Note(const Trace& trace, const std::string& where) {
    for (const std::string& id : trace.prompts)
      said_.emplace(id.substr(0, id.rfind(':')), Said{id, where});
  }

  // Of a carrier as content::Coverage names it, where a node is "dialog/node";
  // in the trace it is "dialog.node". Null when it was never said.
  const Said* Find(std::string carrier) const {
    std::replace(carrier.begin(), carrier.end(), '/', '.');
    const auto found = said_.find(carrier);
    return found == said_.end() ? nullptr : &found->second;
  }

 private:
  std::map<std::string, Said> said_;
};

// ---- conversations that somebody wrote

void Follow(const Script& script, const std::string& folder, Record& record) {
  Conversation conversation(script.name);
  const std::string name = folder + '/' + script.name + ", turn ";
  for (const Utterance& utterance : script.utterances) {
    conversation.Say(Sent(utterance.text, conversation.reply()),
                     utterance.pause);
    record.Note(conversation.trace(),
                name + std::to_string(conversation.moment().n));
  }
}

// ---- dialogs

// A conversation that goes on in more than one way.
struct Fork {
  State state;
  std::vector<std::string> sent;

  std::string Where() const {
    std::string where;
    for (const std::string& text : sent)
      where += (where.empty() ? "> " : " > ") + text;
    return where;
  }
};

Fork GoOn(const Fork& fork, const std::string& text, Record& record) {
  Fork next = fork;
  next.sent.push_back(text);
  const Moment moment{.at = fork.state.last_at + kBetweenTwo,
                      .conversation = "walks through dialogs",
                      .n = static_cast<std::int64_t>(next.sent.size())};
  Answer answer = Respond(ShippedPackForTests(), fork.state, text, moment);
  next.state = std::move(answer.state);
  record.Note(answer.trace, next.Where());
  return next;
}

// What leads to every reply that a node waits for: each choice, each end of
// a range of numbers, words of their own, and what they say who have none.
std::vector<std::string> AnswersTo(const DialogNode& node) {
  std::vector<std::string> answers = node.choices;
  for (const DialogReply& reply : node.replies)
    if (reply.on == DialogReply::On::kNumber)
      for (const int number : {reply.low, reply.high})
        answers.push_back(std::to_string(number));
  if (dialog::TakesAnything(node))
    answers.push_back("we were on the sofa and I looked at my phone");
  for (const char* answer : {"yes", "no", "I don't know", "nothing"})
    answers.push_back(answer);
  return answers;
}

// Goes through a dialog breadth-first, once from every node.
void Walk(const Dialog& dialog, Record& record) {
  const Answer opening = Open(ShippedPackForTests(), {.at = 1767603600});
  std::deque<Fork> open = {GoOn({opening.state, {}}, dialog.title, record)};
  std::set<std::string> seen;
  while (!open.empty()) {
    const Fork fork = std::move(open.front());
    open.pop_front();
    const auto& at = fork.state.dialog;
    if (!at || at->id != dialog.id || !seen.insert(at->node).second) continue;
    const std::optional<std::size_t> n = Pack::FindNode(dialog, at->node);
    ASSERT_TRUE(n.has_value()) << dialog.id << '/' << at->node;
    for (const std::string& answer : AnswersTo(dialog.nodes[*n]))
      open.push_back(GoOn(fork, answer, record));
  }
}

// ---- themes

using Examples = std::vector<std::string>;

std::map<std::string, Examples> ExamplesByTheme() {
  std::map<std::string, Examples> by_theme;
  for (const Rule& rule : ShippedPackForTests().authored().rules)
    if (!rule.theme.empty() && !rule.risk)
      for (const Line& example : rule.examples)
        by_theme[rule.theme].push_back(example.text);
  return by_theme;
}

// Says what the theme's rules were written for and nothing else.
void DwellOn(const std::string& theme, const Examples& examples,
             Record& record) {
  Conversation conversation("dwells on " + theme);
  for (std::size_t n = 0; n < kTurnsOnATheme; ++n) {
    const std::string& example = examples[n % examples.size()];
    conversation.Say(example, kBetweenTwo);
    record.Note(conversation.trace(), "examples of " + theme + ", turn " +
                                          std::to_string(n + 1) + " > " +
                                          example);
  }
}

// Requests, all named ask_…, are answered with one lesson after another.
void AskForMore(const std::string& theme, const std::string& example,
                Record& record) {
  if (!theme.starts_with("ask_")) return;
  Conversation conversation("asks for more of " + theme);
  conversation.Say(example, kBetweenTwo);
  for (int n = 1; n <= kTurnsOnATheme; ++n) {
    conversation.Say("Tell me more", kBetweenTwo);
    record.Note(conversation.trace(),
                "> " + example + " > Tell me more (" + std::to_string(n) + ")");
  }
}

// ---- the proof

// The first to say a carrier is named, so the likeliest come first.
Record HaveAllConversations() {
  Record record;
  for (const Script& person : People()) Follow(person, "people", record);
  for (const Script& script : Transcripts())
    Follow(script, "conversations", record);
  for (const Dialog& dialog : ShippedPackForTests().authored().dialogs)
    Walk(dialog, record);
  for (const auto& [theme, examples] : ExamplesByTheme()) {
    AskForMore(theme, examples.front(), record);
    DwellOn(theme, examples, record);
  }
  return record;
}

void WriteRow(const content::Covered& row, const Record& record,
              std::ostream& table) {
  table << row.item.id << "  " << row.item.article << ": " << row.item.heading
        << " (line " << row.item.line << ")\n";
  for (const std::string& carrier : row.carriers) {
    const Said* said = record.Find(carrier);
    table << "  " << carrier << '\n';
    if (!said) {
      table << "    not said\n";
      continue;
    }
    const Wording* wording =
        ShippedPackForTests().wordings().Find(said->wording);
    table << "    says   " << (wording ? wording->text : said->wording) << '\n'
          << "    after  " << said->where << '\n';
  }
}

TEST(ProvenanceTest, EveryItemOfTheInventoryIsSaidInSomeConversation) {
  const Record record = HaveAllConversations();
  std::ofstream table("provenance.txt");
  for (const content::Covered& row :
       content::Coverage(ShippedPackForTests().authored())) {
    WriteRow(row, record, table);
    EXPECT_TRUE(std::any_of(
        row.carriers.begin(), row.carriers.end(),
        [&](const std::string& carrier) { return record.Find(carrier); }))
        << row.item.id << " (" << row.item.heading << ") is carried by "
        << testing::PrintToString(row.carriers)
        << ", and none of them was said in " << kTried;
  }
}

}  // namespace
}  // namespace nearer::coach
