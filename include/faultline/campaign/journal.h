#pragma once

#include <faultline/campaign/record.h>
#include <faultline/core/journal_file.h>
#include <faultline/core/json.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

/// A campaign's journal: one line for what it is, then one for each record. Every line is JSON and
/// carries its own SHA-256: {"entry": ..., "sha256": "..."}, the hash being that of the entry's
/// bytes as they stand there.
namespace faultline::campaign {

inline constexpr std::string_view journal_file = "journal.jsonl";

/// A line's bytes, newline included.
std::string journal_line(const core::Json& entry);

/// What a line holds; nothing where hash and bytes disagree or it isn't such a line.
std::optional<core::Json> journal_entry(std::string_view line);

/// A count in a journal, looked at before it is converted: no integer holds 1e300. Throws
/// Error(integrity).
int int_of(const core::Json& json);

/// `number` counts the journal's lines from 0: one that was taken out is missed.
core::Json record_json(const Record& record, std::int64_t number);

/// Throws core::Json's exceptions, or Error(integrity) for numbers that can't be counts.
Record record_of(const core::Json& entry);

/// What a journal held.
struct Reading {
    core::Json campaign;      ///< the first line's; null for a file without lines
    std::uint64_t bytes = 0;  ///< of whole lines
    std::int64_t lines = 0;
    bool torn = false;  ///< something came after them: a line that was never finished
};

/// Line by line. A last line without its newline was torn by a crash and is left out; whatever else
/// doesn't fit is refused: throws Error(integrity) naming file and line. `first` is called before
/// any record. What they throw goes through.
Reading read_journal(const std::filesystem::path& path,
                     const std::function<void(const core::Json& campaign)>& first,
                     const std::function<void(const Record&)>& record);

/// The same of a journal's bytes; `source` is named in errors.
Reading read_journal(std::string_view bytes, const std::string& source,
                     const std::function<void(const core::Json& campaign)>& first,
                     const std::function<void(const Record&)>& record);

/// What the first line says, and no more is read. Throws Error(input) when there is no file, or no
/// line, Error(integrity) as read_journal.
core::Json journal_campaign(const std::filesystem::path& path);

/// The writer; whoever has one has the journal alone (core::FileLock on it is the caller's).
class Journal {
 public:
    /// Begins the file anew with what the campaign is.
    static Journal begin(const std::filesystem::path& path, const core::Json& campaign);
    /// Goes on after what was read.
    static Journal resume(const std::filesystem::path& path, const Reading& reading);

    /// Safe after sync(). Both throw Error(input) naming the path and the system's reason; the
    /// journal is good afterwards, too, without what wasn't safe before.
    void append(const Record& record);
    void sync() { file_.sync(); }

 private:
    Journal(core::AppendFile file, std::int64_t lines);

    core::AppendFile file_;
    std::int64_t lines_;
};

}  // namespace faultline::campaign
