#include "plugin/schema/settings.h"

#include <google/protobuf/unknown_field_set.h>
#include <gtest/gtest.h>

namespace modelservice::plugin {
namespace {

std::string FaultsOf(const google::protobuf::Message& settings) {
  Places places;
  places.element = {"a.proto", 1, 2};
  places.settings[{}] = {"a.proto", 3, 4};
  places.settings[{FieldSettings::kReferencesFieldNumber}] = {"a.proto", 5, 6};
  Diagnostics diagnostics;
  RefuseUnsupported(settings, places, "A.x", diagnostics);
  return diagnostics.empty() ? "" : diagnostics.Text();
}

TEST(SettingsTest, TakesWhatIsBuilt) {
  FieldSettings settings;
  settings.set_column("x");
  settings.set_storage(FieldSettings::BYTES);
  settings.mutable_references()->set_model("B");
  EXPECT_EQ(FaultsOf(settings), "");
}

TEST(SettingsTest, RefusesASettingEvenWhenItIsSetToItsDefault) {
  MethodSettings settings;
  settings.set_blocking(false);
  EXPECT_EQ(FaultsOf(settings),
            "1 error\na.proto:3:4: error: A.x: blocking: not supported yet; "
            "remove it");
}

TEST(SettingsTest, LooksInsideOfSettings) {
  FieldSettings settings;
  auto* const references = settings.mutable_references();
  references->GetReflection()
      ->MutableUnknownFields(references)
      ->AddVarint(999, 1);
  EXPECT_EQ(FaultsOf(settings),
            "1 error\na.proto:5:6: error: A.x: setting 999 of "
            "modelservice.ReferenceSettings is unknown to this plugin; use the "
            "annotations.proto of the plugin's own version");
}

TEST(SettingsTest, RefusesWhatANewerAnnotationsFileMayHave) {
  FieldSettings settings;
  settings.GetReflection()->MutableUnknownFields(&settings)->AddVarint(999, 1);
  EXPECT_EQ(FaultsOf(settings),
            "1 error\na.proto:3:4: error: A.x: setting 999 of "
            "modelservice.FieldSettings is unknown to this plugin; use the "
            "annotations.proto of the plugin's own version");
}

// An extension is one by its number; whose it is, its own file knows.
TEST(SettingsTest, LeavesOthersExtensionsAlone) {
  FieldSettings settings;
  const auto add = [](google::protobuf::Message* message, int number) {
    message->GetReflection()->MutableUnknownFields(message)->AddVarint(number,
                                                                       1);
  };
  EXPECT_FALSE(HoldsOthersAlone(settings));
  add(&settings, 1000);
  add(&settings, 536870911);
  EXPECT_EQ(FaultsOf(settings), "");
  EXPECT_TRUE(HoldsOthersAlone(settings));
  add(settings.mutable_references(), 1000);
  EXPECT_EQ(FaultsOf(settings), "");
  EXPECT_FALSE(HoldsOthersAlone(settings));
  add(settings.mutable_references(), 999);
  EXPECT_EQ(FaultsOf(settings),
            "1 error\na.proto:5:6: error: A.x: setting 999 of "
            "modelservice.ReferenceSettings is unknown to this plugin; use the "
            "annotations.proto of the plugin's own version");
}

}  // namespace
}  // namespace modelservice::plugin
