#include "settings.h"

namespace faultline::cli {
namespace {

core::Section output_options(OutputSettings& settings) {
    return {"output",
            {core::option("output", settings.output, "folder for the result", "FOLDER"),
             core::option("csv", settings.csv, "write points.csv, too"),
             core::option("force", settings.force,
                          "start anew, and overwrite a result that is in the folder"),
             core::option("checkpoint_minutes", settings.checkpoint_minutes,
                          "what is measured is written to the journal at least so often (but not "
                          "before a run is done)",
                          {0.0, 1440.0}),
             core::option("shard", settings.shard,
                          "measure only the i-th of n shares of the runs, or Slurm's array task's; "
                          "faultline merge joins them",
                          "i/n|slurm"),
             core::option("known", settings.known,
                          "what `merge` made of all shards' rounds so far, where a shard of a "
                          "campaign with pilot or until_margin goes on after them",
                          "FOLDER")}};
}

}  // namespace

std::vector<core::Section> echoed_sections(Settings& settings) {
    return {network::options(settings.network), dataset::options(settings.dataset),
            campaign::options(settings.campaign), evaluation::options(settings.evaluation)};
}

std::vector<core::Section> sections(Settings& settings) {
    auto all = echoed_sections(settings);
    all.push_back(output_options(settings.output));
    all.push_back(options(settings.gates));
    all.push_back(dataset::options(settings.cache));
    return all;
}

void follow_paper(dataset::Settings& settings) {
    settings.one_per_class = true;
    settings.preset = dataset::Preset::caffe;
    settings.preprocessing = dataset::preset(dataset::Preset::caffe);
    settings.preprocessing.resize = dataset::Resize::squash;
    settings.preprocessing.resize_size = settings.preprocessing.crop;
    settings.preprocessing.crop = 0;
}

}  // namespace faultline::cli
