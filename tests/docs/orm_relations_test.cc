// What docs/orm.md shows of rows of other tables: conditions on them, filling
// and writing them with their row. orm_test.cc has the rest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/aggregates.h"
#include "modelservice/objects.h"
#include "orm_fixture.h"

namespace blog {
namespace {

using namespace modelservice;  // NOLINT: as a program may
using ::testing::ElementsAre;

class OrmRelationsDocTest : public OrmDocTest {};

TEST_P(OrmRelationsDocTest, Relations) {
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
  EXPECT_THAT(of(PostModel::comments.Max(CommentModel::id) == first + 1),
              ElementsAre("one"));
  EXPECT_THAT(of(PostModel::comments.Max(CommentModel::id) == first),
              ElementsAre());
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

TEST_P(OrmRelationsDocTest, Filling) {
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

TEST_P(OrmRelationsDocTest, ManyToMany) {
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

TEST_P(OrmRelationsDocTest, Nested) {
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

TEST_P(OrmRelationsDocTest, Describes) {
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

INSTANTIATE_TEST_SUITE_P(Databases, OrmRelationsDocTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace blog
