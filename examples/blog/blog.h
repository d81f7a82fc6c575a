// What the blog is beside its .proto file: for main.cc, and for the test.
#ifndef BLOG_H_
#define BLOG_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blog.modelservice.pb.h"
#include "modelservice/objects.h"
#include "modelservice/registry.h"

namespace blog {

// The services, and what follows when rows are written.
void AddBlog(modelservice::Registry& registry);

// Comments that answer none, with who wrote them and, level by level, what
// answers them: one statement a level, however many there are.
modelservice::Query<Comment> ThreadsOf(
    const modelservice::Objects<Comment>& comments, int levels);

// Writes some posts for a site, all of it or nothing.
absl::Status Seed(modelservice::Database& database, absl::string_view site);

// What is written and read, site by site.
absl::StatusOr<std::string> Report(modelservice::Database& database);

}  // namespace blog

#endif  // BLOG_H_
