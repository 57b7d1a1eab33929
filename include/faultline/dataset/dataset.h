#pragma once

#include <faultline/dataset/pixels.h>
#include <faultline/dataset/settings.h>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace faultline::dataset {

/// Prepared images, ready to be normalised: uint8 planes [image][channel][row][column], channels in
/// the network's order.
struct Block {
    std::int64_t first = 0;  ///< place of the first image in the dataset
    int count = 0;
    int height = 0;
    int width = 0;
    Pixels pixels;
    std::vector<std::int32_t> labels;

    bool operator==(const Block&) const = default;
};

/// An image that can't be used.
struct BadImage {
    std::string name;
    std::string reason;

    bool operator==(const BadImage&) const = default;
};

/// One image and its label.
struct Item {
    std::string name;  ///< file name below the folder; CIFAR-10: "record 17"
    std::int32_t label = 0;
    std::uint64_t size_bytes = 0;
    std::uint64_t offset_bytes = 0;  ///< CIFAR-10: where the record starts
    std::int64_t modified = 0;       ///< when the file was last changed; to be compared only

    bool operator==(const Item&) const = default;
};

/// A labelled image set after selection, checked but not decoded.
class Dataset {
 public:
    Dataset(Settings settings, std::vector<Item> items, std::vector<BadImage> bad,
            std::int32_t label_limit);

    std::int64_t size() const { return static_cast<std::int64_t>(items_.size()); }
    const std::vector<Item>& items() const { return items_; }
    const std::vector<BadImage>& bad() const { return bad_; }
    /// As given to open, with the layout and the labels file that were found filled in.
    const Settings& settings() const { return settings_; }

    /// One more than the largest label of the whole set, before selection.
    std::int32_t label_limit() const { return label_limit_; }

    /// "all", "first 100", "one per class, seed 1".
    std::string selection() const;
    /// SHA-256 over path below the folder, size and label of each selected image, in order.
    std::string images_sha256() const;
    /// SHA-256 over the preprocessing's numbers.
    std::string preprocessing_sha256() const;

    /// Decodes and prepares images [first, first + count) on `threads` threads; the result doesn't
    /// depend on `threads`. All images of a dataset must come out with one size. Throws
    /// Error(input) naming the file for an image that can't be decoded or comes out with another
    /// size.
    Block load(std::int64_t first, int count, int threads) const;

    /// From here on load() gives parts of `all` instead, which holds every image's pixels.
    void keep(Block all);

    /// The images at `places`, in that order, with what keep() was given shared. selection() stays
    /// what it was.
    Dataset arranged(std::span<const std::int64_t> places) const;

 private:
    Block decode(std::int64_t first, int count, int threads) const;
    Block kept(std::int64_t first, int count) const;

    Settings settings_;
    std::vector<Item> items_;
    std::vector<BadImage> bad_;
    std::int32_t label_limit_ = 0;
    Block kept_;                             ///< every image's pixels, or none
    std::vector<std::int64_t> kept_places_;  ///< where an image lies there; empty: at its own place
};

/// Places of `count` of the images with these labels, drawn for run `run`, rising: every image with
/// the same chance, and of each class its share of `count`, up or down by less than one.
/// (Systematic: the images by class, within it in random order, of which every
/// (size / count)-th from a random start.)
std::vector<std::int64_t> draw_images(std::span<const std::int32_t> labels, std::int64_t count,
                                      std::uint64_t seed, std::uint32_t run);

/// Finds images and labels, checks that they agree, selects (one_per_class, then first N), and
/// checks every selected file cheaply: readable, JPEG or PNG by its magic bytes, within the caps on
/// file size and header dimensions, end marker there, no smaller than the crop, of one size with
/// the others. Order: that of the list or of the CIFAR-10 records, else sorted by name. Throws
/// Error(input) for: a missing folder or labels file, a file without a label or a label without a
/// file (named, counted), a malformed line (numbered), more bad images than allowed (listed), an
/// empty selection.
Dataset open(const Settings& settings);

/// Decodes one JPEG or PNG given as bytes and prepares it: planes [channel][row][column] and the
/// size. `name` is for messages. EXIF orientation is ignored, as Pillow does.
Block prepare(std::span<const std::uint8_t> bytes, const Preprocessing& preprocessing,
              const std::string& name);

/// Blocks of `block_size` images in order, the next one decoded while the caller works on this one.
class Stream {
 public:
    Stream(const Dataset& dataset, int block_size, int threads);

    /// Empty at the end.
    std::optional<Block> next();

 private:
    void start();

    const Dataset& dataset_;
    int block_size_;
    int threads_;
    std::int64_t position_ = 0;
    std::future<Block> ahead_;
};

/// OpenCV's version, for the result's environment.
std::string opencv_version();

}  // namespace faultline::dataset
