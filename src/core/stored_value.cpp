#include <faultline/core/stored_value.h>

#include <faultline/core/error.h>
#include <fmt/format.h>

namespace faultline::core {

StoredValue::StoredValue(std::string source, const Json& json, std::string path)
    : source_(std::move(source)), json_(&json), path_(std::move(path)) {}

StoredValue StoredValue::operator[](const std::string& key) const {
    if (!json_->is_object()) refuse("an object");
    const auto path = path_.empty() ? key : path_ + "." + key;
    const auto found = json_->find(key);
    if (found == json_->end()) {
        throw Error(Fault::input,
                    fmt::format("{}: {} is missing; is this a result?", source_, path));
    }
    return {source_, *found, path};
}

std::optional<StoredValue> StoredValue::find(const std::string& key) const {
    if (!json_->is_object()) refuse("an object");
    const auto found = json_->find(key);
    if (found == json_->end() || found->is_null()) return std::nullopt;
    return (*this)[key];
}

std::vector<std::string> StoredValue::keys() const {
    if (!json_->is_object()) refuse("an object");
    std::vector<std::string> keys;
    for (const auto& [key, unused] : json_->items()) keys.push_back(key);
    return keys;
}

std::vector<StoredValue> StoredValue::list() const {
    if (!json_->is_array()) refuse("a list");
    std::vector<StoredValue> values;
    for (const auto& value : *json_) {
        values.emplace_back(source_, value, fmt::format("{}[{}]", path_, values.size()));
    }
    return values;
}

std::string StoredValue::text() const {
    if (!json_->is_string()) refuse("a text");
    return json_->get<std::string>();
}

std::uint64_t StoredValue::count() const {
    const bool whole = json_->is_number_integer();
    if (!whole || (!json_->is_number_unsigned() && json_->get<std::int64_t>() < 0)) {
        refuse("a whole number of at least 0");
    }
    return json_->get<std::uint64_t>();
}

double StoredValue::number() const {
    if (!json_->is_number()) refuse("a number");
    return json_->get<double>();
}

std::string StoredValue::where() const {
    return path_.empty() ? source_ : fmt::format("{}: {}", source_, path_);
}

void StoredValue::refuse(const std::string& expected) const {
    throw Error(Fault::input, fmt::format("{} is {}, but {} belongs there; was the file changed?",
                                          where(), json_->type_name(), expected));
}

}  // namespace faultline::core
