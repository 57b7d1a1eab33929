#include <faultline/campaign/shard.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "small_network.h"

namespace faultline::campaign {
namespace {

TEST(Shard, IsWrittenAsOneOfSoMany) {
    EXPECT_EQ(parse_shard(""), (Shard{1, 1}));
    EXPECT_EQ(parse_shard("2/4"), (Shard{2, 4}));
    EXPECT_EQ(parse_shard("64/64"), (Shard{64, 64}));
    for (const auto* wrong :
         {"0/4", "5/4", "2", "2/", "/4", "-1/4", "2/4/8", "2 /4", "a/b", "1/0", "1/99999999999"}) {
        EXPECT_TRUE(says(message_of(core::Fault::usage, [&] { parse_shard(wrong); }), wrong));
    }
}

TEST(Shard, SharesOutEveryRunOnceAndEvenly) {
    for (const int runs : {1, 2, 7, 60, 1000}) {
        for (const int count : {1, 2, 3, 7, 64, 1500}) {
            int next = 5, least = runs, most = 0;
            for (int index = 1; index <= count; ++index) {
                const auto own = share({index, count}, {5, runs});
                EXPECT_EQ(own.first, next);
                next = own.end();
                least = std::min(least, own.count);
                most = std::max(most, own.count);
            }
            EXPECT_EQ(next, 5 + runs);
            EXPECT_LE(most - least, 1);
        }
    }
}

}  // namespace
}  // namespace faultline::campaign
