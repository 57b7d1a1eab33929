#pragma once

#include <faultline/evaluation/word_change.h>
#include <faultline/evaluation/work.h>
#include <faultline/fault/location.h>
#include <faultline/network/network.h>

#include <cstdint>
#include <span>
#include <vector>

namespace faultline::evaluation {

/// A scope in which the network's weights are faulty. An effect strikes the word that the tensor's
/// format stores; the number which that stands for then is written where the weights are, in the
/// device's own memory seen as 32-bit integers, and read back there. Leaving the scope, by an
/// exception too, writes back the exact numbers that were found; no other is ever written.
class Injection {
 public:
    /// `effects` strike in order; a later one sees the word an earlier one left.
    /// Throws Error(integrity) when a number found isn't one of its tensor's format, or one doesn't
    /// read back as written (after restoring all).
    Injection(const network::Network& network, std::span<const fault::Effect> effects);
    ~Injection();
    Injection(const Injection&) = delete;
    Injection& operator=(const Injection&) = delete;

    /// The stored words, one change for each effect, in their order.
    const std::vector<WordChange>& changes() const { return changes_; }

    /// Restores now and reads back. Throws Error(integrity), naming tensor and element, when a word
    /// isn't what was found at the start. The destructor does the same without the check.
    void restore();

    /// Counts so far; complete after restore().
    const InjectionChecks& checks() const { return checks_; }

 private:
    struct TensorWords;

    void collect(std::span<const fault::Effect> effects);
    void strike(std::span<const fault::Effect> effects);
    void write_faulty();
    void write_golden();

    const network::Network& network_;
    std::vector<TensorWords> tensors_;  ///< those that are hit
    std::vector<WordChange> changes_;
    InjectionChecks checks_;
    bool faulty_ = false;
};

/// The words a network stores while nothing is injected, read without writing.
class GoldenWords {
 public:
    explicit GoldenWords(const network::Network& network);

    /// What each effect, striking one after another, would do. Throws as Injection.
    std::vector<WordChange> predict(std::span<const fault::Effect> effects);

    /// The word at one place. Throws as Injection.
    std::uint32_t word(const fault::WeightWord& place);

    /// For each bit of the tensor's format: in how many of its words it is set. Throws as
    /// Injection.
    std::vector<std::int64_t> ones(std::int32_t tensor);

 private:
    const std::uint32_t* patterns_of(std::int32_t tensor);

    const network::Network& network_;
    std::vector<at::Tensor>
        copies_;  ///< of the weights on the host, row-major; made when asked for
};

}  // namespace faultline::evaluation
