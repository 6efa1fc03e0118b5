#include "agent/pass/hidden_devices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tpp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Device known(const std::string& id, const std::string& uuid) {
  Device device;
  device.id.value = id;
  device.uuid = uuid;
  device.vendor = "NVIDIA";
  return device;
}

Device partitioned(const std::string& id, const std::string& uuid) {
  Device device = known(id, uuid);
  device.state.emplace().partitioned = true;
  return device;
}

record::DeviceSeen seen(const Device& device) {
  record::DeviceSeen result;
  result.device = device;
  return result;
}

BackendListing listing_of(const std::vector<Device>& devices) {
  BackendListing listing;
  listing.visibility = record::Visibility{"CUDA_VISIBLE_DEVICES", "NVIDIA"};
  for (const Device& device : devices) listing.devices.push_back(seen(device));
  return listing;
}

const Device kFirst = known("0000:17:00.0/MIG-1", "MIG-1");
const Device kSecond = known("0000:17:00.0/MIG-2", "MIG-2");
const Device kPlain = known("0000:18:00.0", "GPU-18");
const Device kOther = known("0000:19:00.0", "GPU-19");
const std::vector<Device> kNode = {partitioned("0000:17:00.0", "GPU-17"), kFirst, kSecond, kPlain,
                                   kOther};

TEST(HiddenDevices, AreAskedForEachPartAloneAndWholeOnesTogether) {
  const auto hidden = hidden_devices(kNode, listing_of({kFirst}));

  ASSERT_EQ(hidden.size(), 2u);
  EXPECT_EQ(hidden[0].setting, "CUDA_VISIBLE_DEVICES=MIG-2");
  EXPECT_THAT(hidden[0].devices, ElementsAre(kSecond.id));
  EXPECT_EQ(hidden[1].setting, "CUDA_VISIBLE_DEVICES=GPU-18,GPU-19");
  EXPECT_THAT(hidden[1].devices, ElementsAre(kPlain.id, kOther.id));
}

TEST(HiddenDevices, AreNoneWhereNoDeviceIsPartitionedIntoParts) {
  const std::vector<Device> empty = {partitioned("0000:17:00.0", "GPU-17"), kPlain, kOther};

  EXPECT_THAT(hidden_devices(empty, listing_of({kPlain})), IsEmpty());
}

TEST(HiddenDevices, AreNoneOfARuntimeThatShowsAll) {
  EXPECT_THAT(hidden_devices(kNode, listing_of({kFirst, kSecond, kPlain, kOther})), IsEmpty());
}

TEST(HiddenDevices, AreOfTheVendorOfTheRuntimeThatHidesThem) {
  BackendListing other = listing_of({});
  other.visibility->vendor = "AMD";
  EXPECT_THAT(hidden_devices(kNode, other), IsEmpty());
  BackendListing without = listing_of({});
  without.visibility.reset();
  EXPECT_THAT(hidden_devices(kNode, without), IsEmpty());
}

TEST(HiddenDevices, AreAskedForWhereAModuleHungButNotWhereItSaidThatItCannotBeUsed) {
  BackendListing listing = listing_of({});
  listing.failure = "ended with exit status 2; its last words: update the driver";
  EXPECT_THAT(hidden_devices(kNode, listing), IsEmpty());

  listing.failure = "hung";
  listing.died = true;
  EXPECT_EQ(hidden_devices(kNode, listing).size(), 3u);
}

TEST(SettingOf, NamesTheOnePartThatARuntimeShows) {
  EXPECT_EQ(setting_of(listing_of({kFirst})), "CUDA_VISIBLE_DEVICES=MIG-1");
  EXPECT_EQ(setting_of(listing_of({kFirst, kSecond})), std::nullopt);
  EXPECT_EQ(setting_of(listing_of({kPlain})), std::nullopt) << "it would lose its peers";
  EXPECT_EQ(setting_of(listing_of({})), std::nullopt);
}

TEST(KeepOnly, LeavesOutWhatARuntimeShowsInTheStead) {
  BackendListing listing = listing_of({kFirst, kSecond});
  for (const Device& device : {kFirst, kSecond}) {
    listing.benchmarks.emplace_back().benchmark.device = device.id;
  }

  keep_only({kSecond.id}, listing);

  ASSERT_EQ(listing.devices.size(), 1u);
  EXPECT_EQ(listing.devices[0].device.id, kSecond.id);
  ASSERT_EQ(listing.benchmarks.size(), 1u);
  EXPECT_EQ(listing.benchmarks[0].benchmark.device, kSecond.id);
}

}  // namespace
}  // namespace tpp
