#include "session.h"

#include <faultline/core/error.h>
#include <faultline/network/device.h>
#include <fmt/format.h>
#include <malloc.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <thread>

#include "image_cache.h"
#include "stored_networks.h"

namespace faultline::cli {
namespace {

std::string host_name() {
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

core::Json host(const Settings& settings) {
    const auto place = [](const std::string& path) {
        return std::filesystem::absolute(path).lexically_normal().string();
    };
    core::Json found = {{"name", host_name()},
                        {"model", place(settings.network.model)},
                        {"images", place(settings.dataset.images)}};
    for (const auto& path : settings.network.quantized) found["quantized"].push_back(place(path));
    return found;
}

core::Json switches_asked(const network::FileSwitches& switches) {
    return {{"convolutions_with_own_switches", switches.node_count},
            {"benchmark", switches.benchmark_count},
            {"nondeterministic", switches.nondeterministic_count},
            {"tf32", switches.tf32_count}};
}

core::Json prove_float32(at::Device device) {
    const auto probe = network::probe_float32(device);
    if (!probe.pass) {
        throw core::Error(
            core::Fault::integrity,
            fmt::format(
                "{} does not compute in float32: a probe is off by {:.1e} of the largest value, "
                "float32 by less than 1e-5; is a lower precision forced by the environment?",
                device.str(), probe.error));
    }
    return {{"error", probe.error}, {"pass", probe.pass}};
}

core::Json environment(const Session& session, const Settings& settings) {
    const auto device = session.network.device();
    auto found = network::environment(device);
    found["opencv"] = dataset::opencv_version();
    found["batch"] = session.batch;
    found["flags"] = {{"asked", switches_asked(session.network.description().switches)},
                      {"effective", network::fix_numerics(session.threads)}};
    found["float32_probe"] = prove_float32(device);
    found["host"] = host(settings);
    return found;
}

evaluation::MemoryPlan plan_memory(const network::Network& network, std::int64_t image_count,
                                   const evaluation::Settings& settings) {
    const auto device = network.device();
    const auto budget = evaluation::parse_bytes(settings.memory);
    return evaluation::plan_memory(
        network, {.budget_bytes = budget > 0 ? budget : evaluation::default_budget_bytes(device),
                  .used_bytes = evaluation::used_bytes(device),
                  .image_count = image_count,
                  .batch = settings.batch,
                  .keep = settings.method == evaluation::Method::resumed});
}

/// On which a run is measured.
std::int64_t image_count(const Settings& settings, const dataset::Dataset& images) {
    const auto own = std::int64_t{settings.campaign.images_per_run};
    if (own <= images.size()) return own > 0 ? own : images.size();
    throw core::Error(core::Fault::usage,
                      fmt::format("images_per_run: {}, but {} has {} images; ask for at most so "
                                  "many, or give more images",
                                  own, images.settings().images, images.size()));
}

/// The first image, which tells the size of all.
dataset::Block measure_shapes(network::Network& network, const dataset::Dataset& images) {
    auto first = images.load(0, 1, 1);
    network.measure_shapes({3, first.height, first.width});
    require_labels_fit(network.description(), images);
    return first;
}

/// Where the graph can't be cut, trials run more than their faults touch; exact, but slow.
void tell_of_uncut_steps(const network::Description& description) {
    const auto uncut = std::count_if(
        description.nodes.begin(), description.nodes.end(), [](const network::GraphNode& node) {
            return node.whole && (node.layer >= 0 || node.operation == "faultline::whole_network");
        });
    if (uncut == 0) return;
    spdlog::warn(
        "{}: {} of {} steps can't be cut and run in one piece: trials there cost as much "
        "as whole passes; `faultline inspect` shows which",
        description.path, uncut, description.nodes.size() - 1);
}

/// A forward pass allocates and frees hundreds of megabytes. Handed back to the system each time,
/// their fresh pages take up to half of the time; so what is freed is kept for the next pass.
void keep_freed_memory() {
    constexpr int never = -1, growth_bytes = 64 << 20;
    mallopt(M_MMAP_MAX, 0);
    mallopt(M_TRIM_THRESHOLD, never);
    mallopt(M_TOP_PAD, growth_bytes);
}

}  // namespace

std::int64_t images_of_a_run(const Session& session) {
    return session.images_per_run > 0 ? session.images_per_run : session.images.size();
}

dataset::Dataset run_images(const Session& session, int run) {
    std::vector<std::int32_t> labels;
    for (const auto& item : session.images.items()) labels.push_back(item.label);
    return session.images.arranged(dataset::draw_images(
        labels, session.images_per_run, session.seed, static_cast<std::uint32_t>(run)));
}

void require_labels_fit(const network::Description& description, const dataset::Dataset& images) {
    if (images.label_limit() <= description.classes) return;
    throw core::Error(
        core::Fault::input,
        fmt::format(
            "{}: the largest label is {}, but {} has {} classes; are these the labels of another "
            "data set?",
            images.settings().images, images.label_limit() - 1, description.path,
            description.classes));
}

network::Network load_network(Settings& settings, const std::string& place) {
    keep_freed_memory();
    malloc_trim(0);  // what a network before this one kept
    auto& threads = settings.evaluation.threads;
    if (threads == 0) threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    network::fix_numerics(threads);
    return network::load(settings_of(settings.network, place));
}

int fitting_batch(const Settings& settings, network::Network& network) {
    const auto images = dataset::open(settings.dataset);
    measure_shapes(network, images);
    return plan_memory(network, image_count(settings, images), settings.evaluation).batch;
}

Session open_session(Settings& settings, network::Network network, ProgressStyle style) {
    auto& evaluation = settings.evaluation;
    Session session{
        std::move(network), dataset::open(settings.dataset), {}, evaluation, {}, evaluation.batch,
        evaluation.threads};
    settings.dataset = session.images.settings();
    const auto first = measure_shapes(session.network, session.images);
    tell_of_uncut_steps(session.network.description());
    session.images_per_run = settings.campaign.images_per_run;
    session.seed = settings.campaign.seed;
    session.plan =
        plan_memory(session.network, image_count(settings, session.images), session.evaluation);
    if (const auto shortage = session.plan.shortage(); !shortage.empty())
        spdlog::warn("{}", shortage);
    session.batch = evaluation.batch = session.evaluation.batch = session.plan.batch;
    session.environment = environment(session, settings);
    use_image_cache(session.images, settings.cache, session.threads, style);
    spdlog::info("{} on {}, {} images of {} x {}", session.network.description().path,
                 session.environment["device"].dump(), session.images.size(), first.height,
                 first.width);
    return session;
}

core::Json describe_images(const dataset::Dataset& images) {
    core::Json bad = core::Json::array();
    for (const auto& image : images.bad())
        bad.push_back({{"name", image.name}, {"reason", image.reason}});
    core::Json described = {{"count", images.size()},
                            {"selection", images.selection()},
                            {"images_sha256", images.images_sha256()},
                            {"preprocessing_sha256", images.preprocessing_sha256()},
                            {"bad", bad}};
    if (images.settings().one_per_class) {
        auto& names = described["names"] = core::Json::array();
        for (const auto& image : images.items()) names.push_back(image.name);
    }
    return described;
}

}  // namespace faultline::cli
