-- ~ blog_post: column body is now text, for blog.Post.text (5)
-- ~ blog_comment: column body is now text, for blog.Comment.text (5)
-- + blog_comment: column parent_id, for blog.Comment.parent_id (4)
-- + blog_comment: reference (parent_id) to blog_comment, ON DELETE CASCADE
-- checksum: 2fe24204c2f86793fa97a516d88c34994382e6c186f3166315b4724965b9d383
-- up
ALTER TABLE "blog_post" RENAME COLUMN "body" TO "text";
ALTER TABLE "blog_comment" RENAME COLUMN "body" TO "text";
ALTER TABLE "blog_comment" ADD COLUMN "parent_id" BIGINT REFERENCES "blog_comment" ("id") ON DELETE CASCADE;
-- down
ALTER TABLE "blog_post" RENAME COLUMN "text" TO "body";
ALTER TABLE "blog_comment" RENAME COLUMN "text" TO "body";
CREATE TABLE "modelservice_new_blog_comment" (
  "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  "post_id" TEXT NOT NULL REFERENCES "blog_post" ("id") ON DELETE CASCADE,
  "author_id" BIGINT NOT NULL REFERENCES "blog_user" ("id") ON DELETE RESTRICT,
  "body" VARCHAR(1000) NOT NULL DEFAULT '',
  "create_time" DATETIME,
  "site" TEXT NOT NULL DEFAULT ''
);
INSERT INTO "modelservice_new_blog_comment" ("id", "post_id", "author_id", "body", "create_time", "site")
SELECT "id", "post_id", "author_id", "body", "create_time", "site"
FROM "blog_comment";
DELETE FROM sqlite_sequence WHERE name = 'modelservice_new_blog_comment';
INSERT INTO sqlite_sequence (name, seq)
SELECT 'modelservice_new_blog_comment', seq FROM sqlite_sequence WHERE name = 'blog_comment';
DROP TABLE "blog_comment";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "modelservice_new_blog_comment" RENAME TO "blog_comment";
PRAGMA legacy_alter_table = OFF;
