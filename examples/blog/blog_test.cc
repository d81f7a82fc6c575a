// The blog as its clients meet it, and as its program does, on both databases.
#include "blog.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "blog.grpc.pb.h"
#include "modelservice/testing.h"
#include "modelservice/testing_matchers.h"

namespace blog {
namespace {

using ::modelservice::IsOk;
using ::modelservice::Objects;
using ::modelservice::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class BlogTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const auto url = modelservice::NewTestDatabase(GetParam());
    if (absl::IsNotFound(url.status())) {
      GTEST_SKIP() << url.status().message();
    }
    ASSERT_THAT(url, IsOk());
    modelservice::TestServer::Options options;
    if (!url->empty()) options.settings.set_database(*url);
    auto server = modelservice::TestServer::Start(AddBlog, options);
    ASSERT_THAT(server, IsOk());
    server_ = *std::move(server);
    posts_ = PostService::NewStub(server_->channel());
    comments_ = CommentService::NewStub(server_->channel());
    ada_.set_name("Ada");
    ASSERT_THAT(Objects<User>(database()).ForTenant("ada").Create(&ada_),
                IsOk());
  }

  modelservice::Database& database() { return server_->database(); }

  // Calls as a browser does that asked for `site`.
  template <class Stub, class Request, class Reply>
  static grpc::Status Call(Stub& stub,
                           grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                        const Request&, Reply*),
                           const Request& request, Reply* reply,
                           const std::string& site = "ada") {
    grpc::ClientContext context;
    if (!site.empty()) context.AddMetadata("x-site", site);
    return (stub.*method)(&context, request, reply);
  }
  Post NewPost(const std::string& title, const std::vector<int64_t>& tags) {
    Post post;
    post.set_author_id(ada_.id());
    post.set_title(title);
    post.set_site("of somebody else");
    post.mutable_tag_ids()->Add(tags.begin(), tags.end());
    EXPECT_THAT(Call(*posts_, &PostService::Stub::Create, post, &post), IsOk());
    return post;
  }
  Comment NewComment(const Post& post, const std::string& text,
                     int64_t parent) {
    Comment comment;
    comment.set_post_id(post.id());
    comment.set_author_id(ada_.id());
    if (parent != 0) comment.set_parent_id(parent);
    comment.set_text(text);
    EXPECT_THAT(
        Call(*comments_, &CommentService::Stub::Create, comment, &comment),
        IsOk());
    return comment;
  }
  Tag NewTag(const std::string& name) {
    Tag tag;
    tag.set_name(name);
    EXPECT_THAT(Objects<Tag>(database()).ForTenant("ada").Create(&tag), IsOk());
    return tag;
  }
  std::vector<std::string> Titles(absl::string_view request_text,
                                  const std::string& site = "ada") {
    ListPostsRequest request;
    EXPECT_THAT(modelservice::ParseTextproto(request_text, &request), IsOk());
    ListPostsResponse page;
    EXPECT_THAT(Call(*posts_, &PostService::Stub::List, request, &page, site),
                IsOk());
    std::vector<std::string> titles;
    for (const Post& post : page.posts()) titles.push_back(post.title());
    return titles;
  }
  static PostKey KeyOf(const Post& post) {
    PostKey key;
    key.set_id(post.id());
    return key;
  }

  std::unique_ptr<modelservice::TestServer> server_;
  std::unique_ptr<PostService::Stub> posts_;
  std::unique_ptr<CommentService::Stub> comments_;
  User ada_;
};

INSTANTIATE_TEST_SUITE_P(, BlogTest,
                         testing::ValuesIn(modelservice::TestDatabases()),
                         [](const auto& test) { return test.param; });

TEST_P(BlogTest, APostIsReadWithAllThatBelongsToIt) {
  const Post post = NewPost("Hello, World!", {NewTag("new").id()});
  EXPECT_EQ(post.slug(), "hello-world");
  EXPECT_EQ(post.site(), "ada");
  const Comment first = NewComment(post, "first", 0);
  const Comment answer = NewComment(post, "answer", first.id());
  NewComment(post, "answer to that", answer.id());
  NewComment(post, "second", 0);

  Post read;
  for (int i = 0; i < 2; ++i) {
    ASSERT_THAT(Call(*posts_, &PostService::Stub::Read, KeyOf(post), &read),
                IsOk());
  }
  EXPECT_EQ(read.views(), 2);
  EXPECT_EQ(read.version(), 1);
  EXPECT_EQ(read.author().name(), "Ada");
  ASSERT_EQ(read.tags_size(), 1);
  EXPECT_EQ(read.tags(0).name(), "new");
  ASSERT_EQ(read.comments_size(), 2);
  EXPECT_EQ(read.comments(0).answers(0).answers(0).text(), "answer to that");
  EXPECT_EQ(read.comments(0).author().name(), "Ada");
  EXPECT_EQ(read.comments(1).text(), "second");

  // What is generated answers with the rows side by side.
  RetrievePostRequest by_slug;
  by_slug.set_slug("hello-world");
  ASSERT_THAT(Call(*posts_, &PostService::Stub::Retrieve, by_slug, &read),
              IsOk());
  EXPECT_EQ(read.comments_size(), 4);
  EXPECT_THAT(read.tag_ids(), ElementsAre(post.tag_ids(0)));
}

TEST_P(BlogTest, AListIsAskedForByWhatItsRowsLeadTo) {
  NewPost("One", {NewTag("new").id()});
  NewPost("Two", {});
  EXPECT_THAT(Titles(""), ElementsAre("Two", "One"));
  EXPECT_THAT(Titles("tag: 'new'"), ElementsAre("One"));
  EXPECT_THAT(Titles("author: 'Ada' order_by: 'title'"),
              ElementsAre("One", "Two"));
  EXPECT_THAT(Titles("author: 'Charles'"), ElementsAre());
  EXPECT_THAT(Titles("filter: 'title = \"T*\"'"), ElementsAre("Two"));
  EXPECT_THAT(Titles("search: 'one'"), ElementsAre("One"));
}

TEST_P(BlogTest, SitesKnowNothingOfEachOther) {
  const Post post = NewPost("Secret", {});
  Post reply;
  EXPECT_THAT(
      Call(*posts_, &PostService::Stub::Read, KeyOf(post), &reply, "eve"),
      StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(Objects<Post>(database()).ForTenant("ada").All()->front().views(),
            0);
  EXPECT_THAT(Titles("", "eve"), ElementsAre());
  EXPECT_THAT(
      Call(*posts_, &PostService::Stub::Create, post, &reply, "eve"),
      StatusIs(absl::StatusCode::kInvalidArgument,
               HasSubstr("author_id: Invalid pk \"1\" - object does not")));
  EXPECT_THAT(Call(*posts_, &PostService::Stub::Read, KeyOf(post), &reply, ""),
              StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST_P(BlogTest, NobodysWorkIsLost) {
  UpdatePostRequest request;
  *request.mutable_post() = NewPost("One", {});
  request.mutable_post()->set_text("mine");
  request.mutable_update_mask()->add_paths("text");
  Post reply;
  ASSERT_THAT(Call(*posts_, &PostService::Stub::Update, request, &reply),
              IsOk());
  EXPECT_EQ(reply.version(), 2);
  request.mutable_post()->set_text("yours");
  EXPECT_THAT(Call(*posts_, &PostService::Stub::Update, request, &reply),
              StatusIs(absl::StatusCode::kAborted,
                       HasSubstr("its version is 2, not 1")));
}

TEST_P(BlogTest, WhatIsDeletedComesBackWhole) {
  const Post post = NewPost("One", {NewTag("new").id()});
  // Rows that refer to each other, too.
  const Comment comment = NewComment(post, "gone with it", 0);
  NewComment(post, "and so is its answer", comment.id());
  google::protobuf::Empty empty;
  ASSERT_THAT(Call(*posts_, &PostService::Stub::Destroy, KeyOf(post), &empty),
              IsOk());
  EXPECT_THAT(Titles(""), ElementsAre());
  EXPECT_THAT(Titles("show_deleted: true"), ElementsAre("One"));
  const auto comments = Objects<Comment>(database()).ForTenant("ada");
  const auto tags = Objects<Tag>(database()).ForTenant("ada");
  EXPECT_EQ(*comments.Count(), 0);
  EXPECT_EQ(*tags.Filter(TagModel::uses.Any()).Count(), 0);
  Post back;
  ASSERT_THAT(Call(*posts_, &PostService::Stub::Undelete, KeyOf(post), &back),
              IsOk());
  EXPECT_EQ(back.comments_size(), 2);
  EXPECT_EQ(back.tags_size(), 1);
  EXPECT_EQ(*tags.Filter(TagModel::uses.Any()).Count(), 1);
}

TEST_P(BlogTest, TagsAreMerged) {
  const Tag old = NewTag("old");
  const Tag kept = NewTag("kept");
  NewPost("One", {old.id()});
  NewPost("Two", {old.id(), kept.id()});
  MergeTagsRequest request;
  request.set_from(old.id());
  request.set_into(kept.id());
  Tag reply;
  const auto tags = TagService::NewStub(server_->channel());
  ASSERT_THAT(Call(*tags, &TagService::Stub::Merge, request, &reply), IsOk());
  EXPECT_THAT(Titles("tag: 'kept'"), ElementsAre("Two", "One"));
  EXPECT_THAT(Titles("tag: 'old'"), ElementsAre());
  EXPECT_THAT(Call(*tags, &TagService::Stub::Merge, request, &reply),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(BlogTest, TheReportTellsOfEverySite) {
  ASSERT_THAT(Seed(database(), "ada"), IsOk());
  ASSERT_THAT(Seed(database(), "eve"), IsOk());
  // All of it or nothing: its slug is taken.
  EXPECT_THAT(Seed(database(), "eve"),
              StatusIs(absl::StatusCode::kAlreadyExists));
  NewPost("Two", {});
  const modelservice::StatementCounter statements(database());
  const auto report = Report(database());
  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(*report, R"(ada: posts 2, views 0, authors 1
  Notes on the Engine, by Ada #engines
    Charles: As the loom weaves flowers!
      Ada: And leaves.
  Two, by Ada
  #engines 1
eve: posts 1, views 0, authors 1
  Notes on the Engine, by Ada #engines
    Charles: As the loom weaves flowers!
      Ada: And leaves.
  #engines 1
)");
  // Of the sites; of each its posts, their tags and comments, and its tags.
  EXPECT_LE(statements.count(), 1 + 2 * 8);
}

}  // namespace
}  // namespace blog
