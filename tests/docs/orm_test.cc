// Every block of docs/orm.md stands here or in orm_relations_test.cc
// (orm_quotes_test), and is run on SQLite and on PostgreSQL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "modelservice/aggregates.h"
#include "modelservice/objects.h"
#include "modelservice/raw_query.h"
#include "orm_fixture.h"

namespace blog {
namespace {

using namespace modelservice;  // NOLINT: as a program may
using ::testing::ElementsAre;

TEST_P(OrmDocTest, Begins) {
  Database& db = database();
  Objects<Post> posts(db);
  absl::StatusOr<std::vector<Post>> best =
      posts.Filter(PostModel::votes > 3 && PostModel::title.IContains("about"))
          .OrderBy(PostModel::votes.Desc(), PostModel::id)
          .Limit(20)
          .All();
  EXPECT_THAT(Slugs(best), ElementsAre("three"));
}

TEST_P(OrmDocTest, Conditions) {
  Objects<Post> posts(database());
  const auto found = [&](const Condition<Post>& condition) {
    const auto count = posts.Filter(condition).Count();
    EXPECT_TRUE(count.ok()) << count.status();
    return count.value_or(-1);
  };
  EXPECT_EQ(found(PostModel::slug == "one"), 1);
  EXPECT_EQ(found(PostModel::slug != "one"), 2);
  EXPECT_EQ(found(PostModel::votes >= 3), 3);
  EXPECT_EQ(found(PostModel::votes.In({3, 4})), 2);
  EXPECT_EQ(found(PostModel::votes.NotIn({3, 4})), 1);
  EXPECT_EQ(found(PostModel::votes.Between(4, 9)), 1);
  EXPECT_EQ(found(PostModel::author.IsNull()), 1);
  EXPECT_EQ(found(PostModel::author == std::nullopt), 1);
  EXPECT_EQ(found(PostModel::slug.IExact("ONE")), 1);
  EXPECT_EQ(found(PostModel::title.Contains("100%")), 0);
  EXPECT_EQ(found(PostModel::title.IContains("ABOUT")), 3);
  EXPECT_EQ(found(PostModel::title.StartsWith("About")), 3);
  EXPECT_EQ(found(PostModel::title.IStartsWith("about")), 3);
  EXPECT_EQ(found(PostModel::title.EndsWith("one")), 1);
  EXPECT_EQ(found(PostModel::title.IEndsWith("ONE")), 1);
  EXPECT_EQ(found(PostModel::slug.Regex("^t")), 2);
  EXPECT_EQ(found(PostModel::slug.IRegex("^T")), 2);
  EXPECT_EQ(found(PostModel::published.Year() == 2024), 3);
  EXPECT_EQ(found(PostModel::published.Month() == 2), 3);
  EXPECT_EQ(found(PostModel::published.Day() == 29), 3);
  EXPECT_EQ(found(PostModel::published.WeekDay() == 5), 3);
  EXPECT_EQ(found(PostModel::published.Hour() < 12), 3);
  EXPECT_EQ(found(PostModel::votes > PostModel::views), 1);
  EXPECT_EQ(found(PostModel::votes * 2 > PostModel::views + 1), 3);
  EXPECT_EQ(found(PostModel::custom.Path("severity") == 3), 3);
  EXPECT_EQ(found(PostModel::custom.Path("labels", 0) == "new"), 3);
  EXPECT_EQ(found(PostModel::custom.Path("severity") == std::nullopt), 0);
  EXPECT_EQ(found(PostModel::custom.Path("none").IsNull()), 3);
  EXPECT_EQ(found(PostModel::author == "ann" && PostModel::votes > 3), 1);
  EXPECT_EQ(found(PostModel::author == "ann" || PostModel::votes == 3), 3);
  EXPECT_EQ(found(!(PostModel::author == "ann")), 1);
}

TEST_P(OrmDocTest, Queries) {
  Database& db = database();
  Objects<Post> posts(db);
  const Query<Post> all = posts.Rows();
  EXPECT_THAT(Slugs(all.Exclude(PostModel::author == "ann").All()),
              ElementsAre("two"));
  EXPECT_THAT(
      Slugs(all.OrderBy(PostModel::author.Asc().NullsLast(), PostModel::slug)
                .All()),
      ElementsAre("one", "three", "two"));
  EXPECT_THAT(Slugs(all.OrderBy(PostModel::slug).Reverse().All()),
              ElementsAre("two", "three", "one"));
  EXPECT_THAT(Slugs(all.OrderBy(PostModel::slug).Offset(1).Limit(1).All()),
              ElementsAre("three"));
  EXPECT_EQ(all.Only(PostModel::slug).First()->value().title(), "");
  EXPECT_EQ(all.Defer(PostModel::title).First()->value().title(), "");
  EXPECT_EQ(posts.Get(PostModel::slug == "one")->slug(), "one");
  EXPECT_EQ(all.OrderBy(PostModel::slug).First()->value().slug(), "one");
  EXPECT_EQ(all.OrderBy(PostModel::slug).Last()->value().slug(), "two");
  EXPECT_EQ(*all.Count(), 3);
  EXPECT_TRUE(*all.Exists());
  EXPECT_EQ(all.InBulk(PostModel::slug, std::vector<std::string>{"one"})
                ->count("one"),
            1u);
  EXPECT_EQ(*posts.Filter(PostModel::votes > 4)
                 .Union(posts.Filter(PostModel::author.IsNull()))
                 .Count(),
            2);
  EXPECT_EQ(all.OrderBy(PostModel::author)
                .Distinct()
                .Values(PostModel::author)
                ->size(),
            2u);
  EXPECT_FALSE(all.Explain()->empty());
  EXPECT_TRUE(db.Transact([&](Transaction&) {
                  return all.ForUpdate(LockWait::kSkip).All().status();
                }).ok());
}

absl::Status ReadAll(const Objects<Post>& posts, std::vector<Post>* kept) {
  auto rows = posts.Filter(PostModel::votes > 3).Iterate();
  for (Post& post : rows) {
    if (post.views() > 0) kept->push_back(std::move(post));
  }
  return rows.status();
}

TEST_P(OrmDocTest, OneByOne) {
  Objects<Post> posts(database());
  std::vector<Post> kept;
  EXPECT_TRUE(ReadAll(posts, &kept).ok());
  EXPECT_EQ(kept.size(), 1u);
}

TEST_P(OrmDocTest, ValuesAndGroups) {
  Objects<Post> posts(database());
  auto titles = posts.OrderBy(PostModel::slug)
                    .Values(PostModel::title, PostModel::votes + 1);
  for (const auto& [title, next] : *titles) {
    EXPECT_EQ(title->substr(0, 5), "About");
    EXPECT_GT(next.value(), 3);
  }
  auto totals =
      posts.Rows().Aggregate(Count<Post>(), Sum(PostModel::price),
                             Avg(PostModel::votes), Max(PostModel::published));
  EXPECT_EQ(std::get<0>(*totals), 3);
  EXPECT_EQ(std::get<1>(*totals), "0.3");
  auto authors = posts.Rows()
                     .GroupBy(PostModel::author)
                     .Having(Count<Post>() > 1)
                     .OrderBy(Sum(PostModel::votes).Desc())
                     .Values(Count<Post>(), CountDistinct(PostModel::slug));
  EXPECT_THAT(*authors, ElementsAre(std::make_tuple("ann", 2, 2)));
}

TEST_P(OrmDocTest, Writing) {
  Objects<Post> posts(database());
  EXPECT_EQ(*posts.Filter(PostModel::slug == "one")
                 .Update(PostModel::votes.Set(PostModel::votes + 1),
                         PostModel::author.SetNull()),
            1);
  EXPECT_EQ(*posts.Filter(PostModel::votes > 100).Delete(), 0);
  RowsByTable gone;
  auto deleted = posts.Filter(PostModel::slug == "three").Delete(&gone);
  ASSERT_TRUE(deleted.ok()) << deleted.status();
  EXPECT_EQ(gone, (RowsByTable{{"post", 1}}));
  Post post;
  post.set_slug("four");
  post.set_price("1");
  auto created = posts.GetOrCreate(&post, PostModel::slug);
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_TRUE(*created);
  post.set_title("Four");
  auto made = posts.UpdateOrCreate(&post, PostModel::slug);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_FALSE(*made);
  absl::Status stored = posts.Upsert(&post, PostModel::slug);
  EXPECT_TRUE(stored.ok()) << stored;
  auto inserted = posts.Save(&post);
  google::protobuf::FieldMask mask;
  mask.add_paths("title");
  absl::Status written = posts.Update(&post, mask);
  EXPECT_TRUE(written.ok()) << written;
  ASSERT_TRUE(inserted.ok()) << inserted.status();
  EXPECT_FALSE(*inserted);
  std::vector<Post> many = {post};
  many[0].clear_id();
  many[0].set_slug("six");
  std::vector<Post> more = many;
  more[0].set_slug("seven");
  auto imported = posts.BulkCreate(many);
  auto kept = posts.BulkCreate(&more);
  EXPECT_EQ(*imported, 1);
  EXPECT_EQ(*kept, 1);
  EXPECT_GT(more[0].id(), post.id());
  many = {post};
  many[0].set_title("Five");
  auto changed = posts.BulkUpdate(many, PostModel::title);
  EXPECT_EQ(*changed, 1);
}

TEST_P(OrmDocTest, Raw) {
  Database& db = database();
  const std::string author = "ann";
  auto rows = db.Query("SELECT slug, votes FROM post WHERE author = ?", author)
                  .Tuples<std::string, std::optional<int64_t>>();
  EXPECT_EQ(rows->size(), 2u);
  const Objects<Post> posts(db);
  auto hot = posts.Raw(
      db.Query("SELECT id, slug FROM post WHERE votes > ? ORDER BY id", 1),
      PostModel::id, PostModel::slug);
  ASSERT_TRUE(hot.ok()) << hot.status();
  ASSERT_FALSE(hot->empty());
  EXPECT_FALSE(hot->front().slug().empty());
  EXPECT_EQ(hot->front().author(), "");
  absl::StatusOr<int64_t> changed = db.Execute(
      "UPDATE post SET views = views + ? WHERE author = ?", 1, author);
  EXPECT_EQ(*changed, 2);
}

INSTANTIATE_TEST_SUITE_P(Databases, OrmDocTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace blog
