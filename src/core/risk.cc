#include "core/risk.h"

#include <array>

namespace nearer {
namespace {

constexpr std::array<std::string_view, 3> kCategories = {
    "risk_suicide_self_harm", "risk_abuse", "risk_harm_to_others"};
constexpr std::array<std::string_view, 4> kLevels = {"past", "passive",
                                                     "active", "imminent"};

template <typename T, std::size_t N>
std::optional<T> Parse(const std::array<std::string_view, N>& names,
                       std::string_view id) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == id) return static_cast<T>(i);
  return std::nullopt;
}

}  // namespace

std::string_view Name(RiskCategory category) {
  return kCategories[static_cast<std::size_t>(category)];
}

std::string_view Name(RiskLevel level) {
  return kLevels[static_cast<std::size_t>(level)];
}

std::optional<RiskCategory> ParseRiskCategory(std::string_view id) {
  return Parse<RiskCategory>(kCategories, id);
}

std::optional<RiskLevel> ParseRiskLevel(std::string_view id) {
  return Parse<RiskLevel>(kLevels, id);
}

std::string Name(const Risk& risk) {
  return std::string(Name(risk.category)) + '.' + std::string(Name(risk.level));
}

std::optional<Risk> ParseRisk(std::string_view id) {
  const auto dot = id.find('.');
  if (dot == id.npos) return std::nullopt;
  const auto category = ParseRiskCategory(id.substr(0, dot));
  const auto level = ParseRiskLevel(id.substr(dot + 1));
  if (!category || !level) return std::nullopt;
  return Risk{*category, *level};
}

}  // namespace nearer
