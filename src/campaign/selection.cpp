#include "selection.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <faultline/core/error.h>
#include <algorithm>
#include <array>
#include <set>

namespace faultline::campaign {

namespace {

constexpr std::array all_roles = {network::Role::weight, network::Role::bias, network::Role::scale,
                                  network::Role::shift, network::Role::buffer};

bool contains(const std::vector<std::string>& list, const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

[[noreturn]] void refuse(const std::string& message) {
    throw core::Error(core::Fault::usage, message);
}

void require_known_roles(const Settings& settings) {
    std::vector<std::string> known;
    for (const auto role : all_roles) known.push_back(network::name(role));
    for (const auto& role : settings.roles) {
        if (contains(known, role)) continue;
        const auto near = core::nearest(role, known);
        const auto hint = near.empty() ? "" : fmt::format("; did you mean '{}'?", near);
        refuse(fmt::format("roles: '{}' is not one of {}{}", role, fmt::join(known, ", "), hint));
    }
}

void require_buffers(const Settings& settings, const network::Description& network) {
    const bool listed = std::any_of(
        network.tensors.begin(), network.tensors.end(),
        [](const network::WeightTensor& tensor) { return tensor.role == network::Role::buffer; });
    if (listed || !contains(settings.roles, "buffer")) return;
    refuse(
        fmt::format("roles: 'buffer' is asked for, but {} was read without running means and "
                    "variances (or has none); read them with --buffers, or leave the role out",
                    network.path));
}

std::vector<std::string> names(const network::Description& network) {
    std::vector<std::string> all;
    for (const auto& tensor : network.tensors) all.push_back(tensor.name);
    return all;
}

std::set<std::string> roles(const network::Description& network) {
    std::set<std::string> all;
    for (const auto& tensor : network.tensors) all.insert(network::name(tensor.role));
    return all;
}

}  // namespace

bool matches(const std::string& pattern, const std::string& name) {
    return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

std::string first_names(const std::vector<std::string>& names) {
    constexpr std::size_t shown = 5;
    if (names.size() <= shown) return fmt::format("{}", fmt::join(names, ", "));
    return fmt::format("{}, ... ({} in all)", fmt::join(names.begin(), names.begin() + shown, ", "),
                       names.size());
}

bool chosen(const Settings& settings, const network::WeightTensor& tensor) {
    return contains(settings.roles, network::name(tensor.role)) &&
           matches(settings.tensors, tensor.name);
}

void require_selection(const Settings& settings, const network::Description& network) {
    require_known_roles(settings);
    require_buffers(settings, network);
    std::vector<std::string> by_name;
    for (const auto& tensor : network.tensors) {
        if (chosen(settings, tensor)) return;
        if (matches(settings.tensors, tensor.name)) by_name.push_back(tensor.name);
    }
    if (by_name.empty()) {
        refuse(fmt::format("tensors: no tensor matches '{}'; there are {}", settings.tensors,
                           first_names(names(network))));
    }
    refuse(fmt::format("roles: no tensor that matches '{}' has a role of [{}]; there are [{}]",
                       settings.tensors, fmt::join(settings.roles, ", "),
                       fmt::join(roles(network), ", ")));
}

}  // namespace faultline::campaign
