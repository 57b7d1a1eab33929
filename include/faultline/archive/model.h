#pragma once

#include <faultline/archive/zip.h>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace faultline::archive {

/// check() of a TorchScript file, and a look at its code: a call of torch.save or torch.from_file
/// reads or writes files as soon as the model is loaded or runs, and a classifier needs neither.
/// Throws core::Error(input) naming entry and call; also for code of more than 64 MiB.
///
/// A look isn't a sandbox: what is let through is a program all the same.
std::vector<Entry> check_model(const std::filesystem::path& path, const Limits& limits = {});

/// The same for a file in memory; `name` stands in messages.
std::vector<Entry> check_model(std::span<const unsigned char> bytes, const std::string& name,
                               const Limits& limits = {});

}  // namespace faultline::archive
