#pragma once

#include <faultline/campaign/plan.h>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace faultline::campaign {

/// A test is two functions and a row. To add one: an enumerator, a file with the functions, a row
/// in test_types.cpp.
struct TestType {
    Test test;
    std::string_view name;
    /// Throws Error(usage) when the space can't hold what the settings ask for.
    std::vector<Point> (*points)(const Settings&, const network::Description&);
    /// One for each of the plan's points; `run` counts from 0.
    std::vector<evaluation::Trial> (*trials)(const Plan&, const network::Description&,
                                             std::uint32_t run);
};

std::span<const TestType> test_types();
const TestType& test_type(Test test);

/// "full/float32/" and the rest.
std::string point_key(const Settings& settings, const std::string& format, const std::string& rest);
/// Every bit of a protected memory is as likely as any other.
fault::Drawing drawing(const Settings& settings);

/// Throws Error(usage), beginning with `what`, when `space` isn't sure to hold `errors` errors.
void require_room(const Settings& settings, const fault::Space& space, std::int64_t errors,
                  const std::string& what);

std::vector<Point> full_points(const Settings& settings, const network::Description& network);
std::vector<evaluation::Trial> full_trials(const Plan& plan, const network::Description& network,
                                           std::uint32_t run);

std::vector<Point> indexed_points(const Settings& settings, const network::Description& network);
std::vector<evaluation::Trial> indexed_trials(const Plan& plan, const network::Description& network,
                                              std::uint32_t run);

std::vector<Point> layer_points(const Settings& settings, const network::Description& network);
std::vector<evaluation::Trial> layer_trials(const Plan& plan, const network::Description& network,
                                            std::uint32_t run);

std::vector<Point> sample_points(const Settings& settings, const network::Description& network);
std::vector<evaluation::Trial> sample_trials(const Plan& plan, const network::Description& network,
                                             std::uint32_t run);

}  // namespace faultline::campaign
