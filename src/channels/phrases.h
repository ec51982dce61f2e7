#ifndef NEARER_CHANNELS_PHRASES_H_
#define NEARER_CHANNELS_PHRASES_H_

// What the service, not the coach, says in a messenger. Short, plain, and
// without a word that could be taken for an answer to what was told.
namespace nearer::channels::phrases {

#define NEARER_HELP_WHAT                                                       \
  "Write in your own words what is on your mind, and I answer. I am a "        \
  "program, not a therapist. If you are in danger, call your local emergency " \
  "number, or see findahelpline.com.\n\n"
#define NEARER_HELP_COMMANDS                                               \
  "/export sends you everything we said as a file.\n"                      \
  "/link takes our conversation to the web page, or from there to here.\n" \
  "/delete removes it here.\n"                                             \
  "/stop ends messages that you did not just ask for."
inline constexpr char kHelp[] = NEARER_HELP_WHAT
    "I can write first when you ask me to: say \"check in with me on Sunday "
    "evening\".\n" NEARER_HELP_COMMANDS;
// Where we only answer.
inline constexpr char kHelpToAnswers[] = NEARER_HELP_WHAT NEARER_HELP_COMMANDS;
#undef NEARER_HELP_WHAT
#undef NEARER_HELP_COMMANDS
inline constexpr char kGoOn[] =
    "We go on where we were. Write what is on your mind, or /help.";
inline constexpr char kStopped[] =
    "I write only when you do. You can come back at any time: just write. "
    "/delete removes what we said here.";
inline constexpr char kNothingKept[] = "Nothing of yours is kept here.";
inline constexpr char kDeleteAsk[] =
    "Delete everything we said here? It cannot be brought back. What your "
    "messenger shows stays there until you remove it yourself.";
inline constexpr char kDeleteYes[] = "Delete everything";
inline constexpr char kDeleteNo[] = "Keep it";
inline constexpr char kDeleted[] =
    "Everything we said is deleted here. If you write again, we begin anew.";
inline constexpr char kKept[] = "Nothing was deleted.";
inline constexpr char kExported[] = "Here is everything we said.";
inline constexpr char kExportedAt[] =
    "Everything we said, for a quarter of an hour; whoever opens this address "
    "can read it:\n";
inline constexpr char kLinkGiven[] =
    "Your code, for ten minutes and one use. On the page, open the menu and "
    "pick \"Continue from a messenger\". From then on our conversation is "
    "there and no longer here:\n";
inline constexpr char kLinkTaken[] =
    "Here we are. We go on where we were; on the page the conversation is "
    "closed. /link takes it back.";
inline constexpr char kLinkOccupied[] =
    "We already have a conversation here, and two cannot become one. To bring "
    "the other here, end this one first: /export keeps it for you, /delete "
    "removes it. Then send the code again.";
inline constexpr char kStopCheckIns[] = "Stop check-ins";
inline constexpr char kNoFiles[] = "I cannot send files here.";
inline constexpr char kUnknownCommand[] =
    "I do not know that command. /help shows those I know; or just write.";
inline constexpr char kByNumber[] =
    "Answer with a number, or in your own words.";
inline constexpr char kStalePress[] =
    "That was from an earlier message. Pick from my last one, or just write.";
inline constexpr char kOnlyWords[] =
    "I can only read words. Would you write what it is about?";
inline constexpr char kForwarded[] =
    "That was forwarded, so I do not take it for your own words. Would you "
    "write in yours what it is about? If somebody is in danger, the local "
    "emergency number is the first to call; findahelpline.com lists others.";
inline constexpr char kEdited[] =
    "I saw that you changed an earlier message, but I answer what was there "
    "first. Send it as a new message and I answer that.";
inline constexpr char kGroup[] =
    "I talk with one person at a time. Write to me privately.";

// Before each line of help, by its kind.
inline constexpr char kEmergency[] = "In danger now: ";
inline constexpr char kCrisis[] = "Someone to talk to: ";
inline constexpr char kAbuse[] = "Unsafe with someone: ";
inline constexpr char kViolence[] = "Afraid of hurting someone: ";

}  // namespace nearer::channels::phrases

#endif  // NEARER_CHANNELS_PHRASES_H_
