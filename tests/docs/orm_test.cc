// Every block of docs/orm.md stands here (orm_quotes_test), and is run on
// SQLite and on PostgreSQL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "modelservice/aggregates.h"
#include "modelservice/objects.h"
#include "modelservice/raw_query.h"
#include "modelservice/sql/ddl.h"
#include "modelservice/testing/database_test_support.h"
#include "orm.modelservice.pb.h"

namespace blog {
namespace {

using namespace modelservice;  // NOLINT: as a program may
using ::testing::ElementsAre;

class OrmDocTest : public OnEitherDatabase {
 protected:
  void SetUp() override {
    OnEitherDatabase::SetUp();
    if (!has_database()) return;
    const Table* const models[] = {
        PostModel::Model().table, AuthorModel::Model().table,
        CommentModel::Model().table, TagModel::Model().table,
        PostTagModel::Model().table};
    const absl::Status tables =
        database().RunScript(CreateTablesSql(models, database().dialect()));
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
          Objects<Post>(database()).Create(&post, Validation::kSkip);
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

TEST_P(OrmDocTest, Relations) {
  Author ann;
  ann.set_name("ann");
  ASSERT_TRUE(Objects<Author>(database()).Create(&ann).ok());
  Objects<Post> posts(database());
  Objects<Comment> comments(database());
  const auto comment = [&](const char* slug, bool is_anns, int64_t parent) {
    Comment made;
    made.set_post_id(posts.Filter(PostModel::slug == slug).Get()->id());
    if (is_anns) made.set_author_id(ann.id());
    if (parent != 0) made.set_parent(parent);
    made.set_text("text");
    EXPECT_TRUE(comments.Create(&made).ok());
    return made.id();
  };
  const int64_t first = comment("one", true, 0);
  comment("one", false, first);
  comment("two", true, 0);
  const auto found = [&](const Condition<Comment>& condition) {
    const auto count = comments.Filter(condition).Count();
    EXPECT_TRUE(count.ok()) << count.status();
    return count.value_or(-1);
  };
  EXPECT_EQ(found(CommentModel::post.slug == "one"), 2);
  EXPECT_EQ(found(CommentModel::author.name.IsNull()), 1);
  EXPECT_EQ(found(CommentModel::author.name != "ann"), 1);
  EXPECT_EQ(found(CommentModel::parent == first), 1);
  EXPECT_EQ(found(CommentModel::parent.author.name == "ann"), 1);
  EXPECT_EQ(found(CommentModel::post.comments.Count() > 1), 2);
  const auto of = [&](const Condition<Post>& condition) {
    return Slugs(posts.Filter(condition).OrderBy(PostModel::slug).All());
  };
  EXPECT_THAT(of(PostModel::comments.Any(CommentModel::author.name == "ann")),
              ElementsAre("one", "two"));
  EXPECT_THAT(of(PostModel::comments.None()), ElementsAre("three"));
  EXPECT_THAT(of(PostModel::comments.Count() >= 2), ElementsAre("one"));
  EXPECT_EQ(*Objects<Author>(database())
                 .Filter(RowsBy(CommentModel::author).Any())
                 .Count(),
            1);

  auto names = comments.OrderBy(CommentModel::post.slug, CommentModel::id)
                   .Values(CommentModel::text, CommentModel::author.name);
  auto most = posts.OrderBy(PostModel::comments.Count().Desc()).First();
  auto each = comments.Rows()
                  .GroupBy(CommentModel::author.name)
                  .Values(Count<Comment>());
  ASSERT_TRUE(names.ok() && most.ok() && each.ok());
  EXPECT_EQ(names->size(), 3u);
  EXPECT_EQ((*most)->slug(), "one");
  EXPECT_EQ(each->size(), 2u);
}

TEST_P(OrmDocTest, Filling) {
  Objects<Post> posts(database());
  Objects<Comment> comments(database());
  Author ann;
  ann.set_name("ann");
  ASSERT_TRUE(Objects<Author>(database()).Create(&ann).ok());
  Comment first;
  first.set_post_id(1);
  first.set_author_id(ann.id());
  first.set_text("first");
  ASSERT_TRUE(comments.Create(&first).ok());
  Comment answer;
  answer.set_post_id(1);
  answer.set_parent(first.id());
  answer.set_text("answer");
  ASSERT_TRUE(comments.Create(&answer).ok());

  auto found = comments.OrderBy(CommentModel::id)
                   .SelectRelated(CommentModel::post, CommentModel::author)
                   .All();
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ((*found)[0].post().slug(), "one");
  EXPECT_EQ((*found)[0].author().name(), "ann");
  EXPECT_FALSE((*found)[1].has_author());

  auto tree = posts.OrderBy(PostModel::slug)
                  .Prefetch(PostModel::comments,
                            comments.Filter(CommentModel::parent.IsNull())
                                .SelectRelated(CommentModel::author)
                                .Prefetch(CommentModel::answers))
                  .All();
  ASSERT_TRUE(tree.ok()) << tree.status();
  ASSERT_EQ((*tree)[0].comments_size(), 1);
  EXPECT_EQ((*tree)[0].comments(0).author().name(), "ann");
  EXPECT_EQ((*tree)[0].comments(0).answers(0).text(), "answer");
}

TEST_P(OrmDocTest, ManyToMany) {
  Objects<Post> posts(database());
  Objects<Tag> tags(database());
  Tag red;
  red.set_name("red");
  ASSERT_TRUE(tags.Create(&red).ok());
  Tag blue;
  blue.set_name("blue");
  ASSERT_TRUE(tags.Create(&blue).ok());
  Post post = *posts.Filter(PostModel::slug == "one").Get();

  auto links = posts.Links(post, PostModel::tags);
  auto added = links.Add({red, blue});
  auto removed = links.Remove({blue.id()});
  absl::Status set = links.Set({red, blue});
  auto cleared = links.Clear();
  EXPECT_EQ(*added, 2);
  EXPECT_EQ(*removed, 1);
  EXPECT_TRUE(set.ok()) << set;
  EXPECT_EQ(*cleared, 2);

  EXPECT_EQ(*links.Add({red}), 1);
  EXPECT_THAT(
      Slugs(posts.Filter(PostModel::tags.Any(TagModel::name == "red")).All()),
      ElementsAre("one"));
  EXPECT_EQ(posts.Filter(PostModel::slug == "one")
                .Prefetch(PostModel::tags)
                .Get()
                ->tags(0)
                .name(),
            "red");
  EXPECT_THAT(posts.Filter(PostModel::slug == "one")
                  .Prefetch(PostModel::tag_ids)
                  .Get()
                  ->tag_ids(),
              ElementsAre(red.id()));
}

TEST_P(OrmDocTest, Nested) {
  Objects<Post> posts(database());
  Post post;
  post.set_slug("new");
  post.set_price("1");
  post.add_comments()->set_text("first");
  post.add_comments()->set_text("second");
  absl::Status created = posts.Create(&post);  // three rows
  ASSERT_TRUE(created.ok()) << created;
  EXPECT_EQ(post.comments(1).post_id(), post.id());

  post.mutable_comments()->DeleteSubrange(0, 1);
  post.mutable_comments(0)->set_text("second, again");
  absl::Status updated = posts.With(PostModel::comments).Update(&post);
  ASSERT_TRUE(updated.ok()) << updated;
  const auto left = Objects<Comment>(database()).All();
  ASSERT_TRUE(left.ok());
  ASSERT_EQ(left->size(), 1u);
  EXPECT_EQ(left->front().text(), "second, again");
}

TEST_P(OrmDocTest, Describes) {
  std::vector<std::string> lines;
  const Model& model = CommentModel::Model();
  lines.push_back(std::string(model.table->name));
  for (const Column& column : model.table->columns) {
    if (column.reference == nullptr) continue;
    lines.push_back(absl::StrCat(column.name, " -> ", column.reference->table,
                                 ".", column.reference->column));
  }
  for (const RelatedField& field : model.related) {
    lines.push_back(
        absl::StrCat(field.field, ": ", field.target().table->message));
  }
  EXPECT_THAT(lines,
              ElementsAre("comment", "post_id -> post.id",
                          "author_id -> author.id", "parent -> comment.id",
                          "post: Post", "author: Author", "answers: Comment"));
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
  EXPECT_EQ(posts.Filter(PostModel::slug == "one").Get()->slug(), "one");
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
  std::vector<Post> many = {post};
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
  absl::StatusOr<int64_t> changed = db.Execute(
      "UPDATE post SET views = views + ? WHERE author = ?", 1, author);
  EXPECT_EQ(*changed, 2);
}

INSTANTIATE_TEST_SUITE_P(Databases, OrmDocTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace blog
