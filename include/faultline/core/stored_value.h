#pragma once

#include <faultline/core/json.h>

#include <optional>
#include <string>
#include <vector>

namespace faultline::core {

/// A value in a JSON file that somebody may have changed. Every way further in throws
/// Error(input) naming file and key ("result.json: runs[3].trials: ...") where the file
/// doesn't hold what it should. The file's JSON must outlive it.
class StoredValue {
 public:
    StoredValue(std::string source, const Json& json, std::string path = "");

    StoredValue operator[](const std::string& key) const;
    /// Nothing where it is absent or null.
    std::optional<StoredValue> find(const std::string& key) const;
    std::vector<std::string> keys() const;  ///< of an object
    std::vector<StoredValue> list() const;
    std::string text() const;
    std::uint64_t count() const;  ///< a whole number, not negative
    double number() const;

    const Json& json() const { return *json_; }

    /// "result.json: runs[3].trials"
    std::string where() const;

 private:
    [[noreturn]] void refuse(const std::string& expected) const;

    std::string source_;
    const Json* json_;
    std::string path_;
};

}  // namespace faultline::core
