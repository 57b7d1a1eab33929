#include "world.h"

namespace faultline::cli {
namespace {

TEST(BadCampaign, SelectsNothing) {
    expect_campaign_refused({"--roles", ""}, 2, {"roles"});
    expect_campaign_refused({"--roles", "wieght"}, 2,
                            {"roles: 'wieght'", "did you mean 'weight'?"});
    expect_campaign_refused({"--roles", "buffer"}, 2, {"roles: 'buffer'", "--buffers"});
    expect_campaign_refused({"--tensors", "nothing.*"}, 2, {"tensors", "nothing.*"});
    expect_campaign_refused({"--test", "layer", "--layers", "nothing.*"}, 2,
                            {"layers", "nothing.*"});
}

TEST(BadCampaign, RestrictsWhatItsTestDoesNotRead) {
    expect_campaign_refused({"--layers", "stem.*"}, 2, {"layers: 'stem.*'", "indexed test"});
}

TEST(BadCampaign, FlipsBitsBeyondTheWord) {
    expect_campaign_refused({"--bits", "0,32"}, 2, {"bits", "32"});
    expect_campaign_refused({"--bits-per-error", "33"}, 2, {"bits_per_error: 33", "32 bits"});
}

TEST(BadCampaign, HasMoreErrorsThanPlaces) {
    const Words full = {"--test", "full", "--tensors", "classify.bias"};
    expect_campaign_refused(full + Words{"--errors", "1,321"}, 2, {"errors", "321", "320"});
    expect_campaign_refused({"--tensors", "classify.bias", "--positions", "11"}, 2,
                            {"positions", "11", "10"});
}

TEST(BadCampaign, HasCountsThatDoNotRise) {
    expect_campaign_refused({"--test", "full", "--errors", "5,1"}, 2, {"errors"});
    expect_campaign_refused({"--test", "full", "--errors", ""}, 2, {"errors"});
}

TEST(BadCampaign, IsFoundBeforeTheImagesAreLookedAt) {
    expect_campaign_refused({"--images", "nowhere", "--tensors", "nothing"}, 2, {"tensors"});
}

}  // namespace
}  // namespace faultline::cli
