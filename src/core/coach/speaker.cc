#include "core/coach/speaker.h"

#include <algorithm>
#include <span>

#include "core/fnv.h"

namespace nearer::coach {
namespace {

constexpr std::size_t kOpenersRemembered = 8;  // wordings, about five turns
constexpr std::size_t kSaidBefore = 120;

template <typename Text>
bool Contains(const std::vector<Text>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace

Speaker::Speaker(const Pack& pack, State& state, const Moment& moment,
                 Trace& trace)
    : pack_(pack), state_(state), moment_(moment), trace_(trace) {}

bool Speaker::Fits(const Wording& wording) const {
  if (wording.question && (asked_ || !may_ask_)) return false;
  if (wording.setting != Setting::kAny && wording.setting != setting_)
    return false;
  return std::all_of(wording.needs.begin(), wording.needs.end(),
                     [&](const std::string& name) {
                       const auto found = slots_.find(name);
                       return found != slots_.end() && !found->second.empty();
                     });
}

bool Speaker::SaidNow(const Wording& wording) const {
  return Contains(state_.said, wording.id);
}

std::vector<std::string_view> Speaker::LastOpeners() const {
  const std::size_t count = std::min(kOpenersRemembered, state_.said.size());
  std::vector<std::string_view> openers;
  for (const std::string& id : std::span(state_.said).last(count))
    if (const Wording* said = pack_.wordings().Find(id))
      openers.push_back(said->opener);
  return openers;
}

std::uint64_t Speaker::Draw(const Wording& wording) const {
  std::uint64_t state = Fnv1a(moment_.conversation);
  state = Fnv1a(std::to_string(moment_.n), state);
  state = Fnv1a(wording.id, state);
  // FNV's low bits move little; spread them.
  state ^= state >> 33;
  state *= 0xff51afd7ed558ccdULL;
  return state ^ (state >> 33);
}

bool Speaker::Can(const Wordings& wordings) const {
  return std::any_of(wordings.begin(), wordings.end(),
                     [&](const Wording& wording) {
                       return Fits(wording) && !SaidNow(wording);
                     });
}

// Null when everything has been said or does not fit.
const Wording* Speaker::Best(const Wordings& wordings) const {
  // Fresh in every way, then heard in an earlier session, then opening like
  // something just said; the first non-empty class is drawn from. A wording
  // that needs a slot carries the person's own words and goes before others.
  const std::vector<std::string_view> last_openers = LastOpeners();
  const Wording* best = nullptr;
  int best_class = 8;
  std::uint64_t best_draw = 0;
  for (const Wording& wording : wordings) {
    if (!Fits(wording) || SaidNow(wording)) continue;
    const int rank =
        (Contains(last_openers, wording.opener) ? 4 : 0) +
        (Contains(state_.said_before, wording.id) ? 2 : 0) +
        (wording.needs.empty() && wording.setting == Setting::kAny ? 1 : 0);
    const std::uint64_t draw = Draw(wording);
    if (rank < best_class || (rank == best_class && draw > best_draw)) {
      best = &wording;
      best_class = rank;
      best_draw = draw;
    }
  }
  return best;
}

bool Speaker::Say(const Wordings& wordings, Repeat repeat) {
  const Wording* best = Best(wordings);
  if (!best && repeat == Repeat::kLeastRecent) {
    std::size_t earliest = state_.said.size();
    for (const Wording& wording : wordings) {
      if (!Fits(wording)) continue;
      const auto last =
          std::find(state_.said.rbegin(), state_.said.rend(), wording.id);
      const auto at = static_cast<std::size_t>(state_.said.rend() - last);
      if (at <= earliest) {
        earliest = at;
        best = &wording;
      }
    }
  }
  if (!best) return false;
  Utter(*best);
  return true;
}

std::string Speaker::Choose(const Wordings& wordings) {
  const Wording* best = Best(wordings);
  if (!best) return {};
  CountAsSaid(*best);
  return Fill(best->text, slots_);
}

bool Speaker::SayNext(const Wordings& wordings) {
  for (const Wording& wording : wordings)
    if (Fits(wording) && !SaidNow(wording) &&
        !Contains(state_.said_before, wording.id)) {
      Utter(wording);
      return true;
    }
  for (const Wording& wording : wordings)
    if (Fits(wording) && !SaidNow(wording)) {
      Utter(wording);
      return true;
    }
  return false;
}

void Speaker::SayStatement(std::string_view moment) {
  const bool might_ask = may_ask_;
  may_ask_ = false;
  SayMoment(moment);
  may_ask_ = might_ask;
}

void Speaker::NewMessage() { begin_message_ = true; }

void Speaker::Utter(const Wording& wording) {
  const std::string text = Fill(wording.text, slots_);
  if (begin_message_ || messages_.empty()) {
    messages_.push_back(text);
    begin_message_ = false;
  } else {
    messages_.back() += ' ' + text;
  }
  asked_ = asked_ || wording.question;
  CountAsSaid(wording);
}

void Speaker::CountAsSaid(const Wording& wording) {
  state_.said.erase(
      std::remove(state_.said.begin(), state_.said.end(), wording.id),
      state_.said.end());
  state_.said.push_back(wording.id);
  trace_.prompts.push_back(wording.id);
  auto& before = state_.said_before;
  if (before.size() > kSaidBefore)
    before.erase(before.begin(),
                 before.end() - static_cast<std::ptrdiff_t>(kSaidBefore));
}

}  // namespace nearer::coach
