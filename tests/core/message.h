#pragma once

#include <faultline/core/error.h>
#include <gtest/gtest.h>

#include <string>

/// What `action` throws as faultline's Error; a test failure when it throws none, or blames
/// another.
template <class Action>
std::string message_of(faultline::core::Fault fault, Action action) {
    try {
        action();
    } catch (const faultline::core::Error& error) {
        EXPECT_EQ(error.fault(), fault) << error.what();
        EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
        return error.what();
    }
    ADD_FAILURE() << "nothing was thrown";
    return "";
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}
