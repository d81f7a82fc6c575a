-- + table blog_tag, for blog.Tag
-- + table blog_post_tag, for blog.PostTag
-- checksum: 2810f5efe80fa0e268bf743f55161e0c94d9663072660092e1b9538c447efc46
-- up
CREATE TABLE "blog_tag" (
  "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  "name" VARCHAR(50) NOT NULL,
  "site" TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX "blog_tag_site_name_key" ON "blog_tag" ("site", "name");
CREATE TABLE "blog_post_tag" (
  "post_id" TEXT NOT NULL REFERENCES "blog_post" ("id") ON DELETE CASCADE,
  "tag_id" INTEGER NOT NULL REFERENCES "blog_tag" ("id") ON DELETE CASCADE,
  PRIMARY KEY ("post_id", "tag_id")
);
-- down
DROP TABLE "blog_tag";
DROP TABLE "blog_post_tag";
