#ifndef NEARER_CORE_RISK_H_
#define NEARER_CORE_RISK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nearer {

enum class RiskCategory : std::uint8_t {
  kSuicideSelfHarm,
  kAbuse,
  kHarmToOthers
};

// Sorted by urgency: a larger value is the more urgent one.
enum class RiskLevel : std::uint8_t { kPast, kPassive, kActive, kImminent };

struct Risk {
  RiskCategory category = RiskCategory::kSuicideSelfHarm;
  RiskLevel level = RiskLevel::kPassive;
  friend bool operator==(const Risk&, const Risk&) = default;
};

// Ids as they stand in rules and in every interface:
// "risk_suicide_self_harm", "risk_abuse", "risk_harm_to_others";
// "imminent", "active", "passive", "past".
std::string_view Name(RiskCategory category);
std::string_view Name(RiskLevel level);
std::optional<RiskCategory> ParseRiskCategory(std::string_view id);
std::optional<RiskLevel> ParseRiskLevel(std::string_view id);
// Both as one id: "risk_abuse.active".
std::string Name(const Risk& risk);
std::optional<Risk> ParseRisk(std::string_view id);

}  // namespace nearer

#endif  // NEARER_CORE_RISK_H_
