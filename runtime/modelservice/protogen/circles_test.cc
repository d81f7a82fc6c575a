#include "modelservice/protogen/circles.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace modelservice::proto {
namespace {

struct Reference {
  std::string from;
  std::string to;
  std::string label;
};

std::vector<Model> Models(const std::vector<std::string>& names,
                          const std::vector<Reference>& references) {
  std::vector<Model> models;
  for (const std::string& name : names) {
    Model model;
    model.message.name = name;
    Field key;
    key.name = "id";
    key.type = "int64";
    key.settings.set_primary_key(true);
    key.settings.set_auto_increment(true);
    model.message.fields.push_back(key);
    for (const Reference& reference : references) {
      if (reference.from != name) continue;
      Field field;
      field.name = reference.to;
      field.type = "int64";
      field.label = reference.label;
      field.settings.mutable_references()->set_model(reference.to);
      model.message.fields.push_back(std::move(field));
    }
    models.push_back(std::move(model));
  }
  return models;
}

// The references that are left, as "AB BC".
std::string Left(std::vector<Model> models) {
  BreakCircles(&models);
  std::string left;
  for (const Model& model : models) {
    for (const Field& field : model.message.fields) {
      if (!field.settings.has_references()) continue;
      left += (left.empty() ? "" : " ") + model.message.name + field.name;
    }
  }
  return left;
}

TEST(Circles, LoseOneReference) {
  EXPECT_EQ(Left(Models({"A", "B"}, {{"A", "B", ""}, {"B", "A", ""}})), "AB");
  EXPECT_EQ(Left(Models({"A", "B", "C"},
                        {{"A", "B", ""}, {"B", "C", ""}, {"C", "A", ""}})),
            "AB BC");
  // Two of them.
  EXPECT_EQ(
      Left(Models(
          {"A", "B", "C"},
          {{"A", "B", ""}, {"A", "C", ""}, {"B", "A", ""}, {"C", "A", ""}})),
      "AB AC");
}

TEST(Circles, AreNoneWhereAReferenceMayBeAbsent) {
  EXPECT_EQ(Left(Models({"A", "B"}, {{"A", "B", ""}, {"B", "A", "optional"}})),
            "AB BA");
  EXPECT_EQ(Left(Models({"A"}, {{"A", "A", ""}})), "AA");
  EXPECT_EQ(Left(Models({"A", "B", "C"},
                        {{"A", "B", ""}, {"A", "C", ""}, {"B", "C", ""}})),
            "AB AC BC");
  // That model is in another file.
  EXPECT_EQ(Left(Models({"A"}, {{"A", "B", ""}})), "AB");
}

TEST(Circles, AreThereWithWhatIsRequired) {
  std::vector<Model> models =
      Models({"A", "B"}, {{"A", "B", ""}, {"B", "A", "optional"}});
  Field& back = models[1].message.fields[1];
  back.settings.add_behavior(FieldSettings::REQUIRED);
  back.comment = "Kept.";
  BreakCircles(&models);
  EXPECT_FALSE(back.settings.has_references());
  EXPECT_EQ(back.comment,
            "Kept.\nReferences A, in a circle that no first row could enter.");
}

TEST(Circles, MayBeLong) {
  std::vector<std::string> names;
  std::vector<Reference> references;
  for (int i = 0; i < 2000; ++i) {
    names.push_back("M" + std::to_string(i));
    references.push_back(
        {names.back(), "M" + std::to_string((i + 1) % 2000), ""});
  }
  std::vector<Model> models = Models(names, references);
  BreakCircles(&models);
  EXPECT_TRUE(models[0].message.fields[1].settings.has_references());
  EXPECT_FALSE(models[1999].message.fields[1].settings.has_references());
}

}  // namespace
}  // namespace modelservice::proto
