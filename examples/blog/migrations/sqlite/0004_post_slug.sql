-- + blog_post: column slug, for blog.Post.slug (4)
-- checksum: cdfc0674876b2343b03fe9cc4041d0ec31c542b6881bf07e629b50a14ff6cc9e
-- up
ALTER TABLE "blog_post" ADD COLUMN "slug" VARCHAR(220) NOT NULL DEFAULT '';
-- down
CREATE TABLE "modelservice_new_blog_post" (
  "id" TEXT NOT NULL,
  "author_id" BIGINT NOT NULL REFERENCES "blog_user" ("id") ON DELETE RESTRICT,
  "title" VARCHAR(200) NOT NULL DEFAULT '',
  "text" TEXT NOT NULL DEFAULT '',
  "create_time" DATETIME,
  "site" TEXT NOT NULL DEFAULT '',
  PRIMARY KEY ("id")
);
INSERT INTO "modelservice_new_blog_post" ("id", "author_id", "title", "text", "create_time", "site")
SELECT "id", "author_id", "title", "text", "create_time", "site"
FROM "blog_post";
DROP TABLE "blog_post";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "modelservice_new_blog_post" RENAME TO "blog_post";
PRAGMA legacy_alter_table = OFF;
