// A database with three posts, SQLite or PostgreSQL, for what docs/orm.md
// shows.
#ifndef MODELSERVICE_TESTS_DOCS_ORM_FIXTURE_H_
#define MODELSERVICE_TESTS_DOCS_ORM_FIXTURE_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "modelservice/objects.h"
#include "modelservice/sql/ddl.h"
#include "modelservice/testing/database_test_support.h"
#include "orm.modelservice.pb.h"

namespace blog {

class OrmDocTest : public modelservice::OnEitherDatabase {
 protected:
  void SetUp() override {
    OnEitherDatabase::SetUp();
    if (!has_database()) return;
    const modelservice::Table* const models[] = {
        PostModel::Model().table, AuthorModel::Model().table,
        CommentModel::Model().table, TagModel::Model().table,
        PostTagModel::Model().table};
    const absl::Status tables = database().RunScript(
        modelservice::CreateTablesSql(models, database().dialect()));
    ASSERT_TRUE(tables.ok()) << tables;
    for (const char* slug : {"one", "two", "three"}) {
      Post post;
      post.set_slug(slug);
      post.set_title(std::string("About ") + slug);
      post.set_votes(static_cast<int64_t>(post.slug().size()));
      post.set_views(4);
      post.set_price("0.1");
      if (post.slug() != "two") post.set_author("ann");
      post.mutable_published()->set_seconds(absl::ToUnixSeconds(
          absl::FromCivil(absl::CivilDay(2024, 2, 29), absl::UTCTimeZone())));
      auto& custom = *post.mutable_custom()->mutable_fields();
      custom["severity"].set_number_value(3);
      custom["labels"].mutable_list_value()->add_values()->set_string_value(
          "new");
      const absl::Status created =
          modelservice::Objects<Post>(database())
              .Create(&post, modelservice::Validation::kSkip);
      ASSERT_TRUE(created.ok()) << created;
    }
  }

  static std::vector<std::string> Slugs(
      const absl::StatusOr<std::vector<Post>>& posts) {
    EXPECT_TRUE(posts.ok()) << posts.status();
    std::vector<std::string> slugs;
    if (!posts.ok()) return slugs;
    for (const Post& post : *posts) slugs.push_back(post.slug());
    return slugs;
  }
};

}  // namespace blog

#endif  // MODELSERVICE_TESTS_DOCS_ORM_FIXTURE_H_
