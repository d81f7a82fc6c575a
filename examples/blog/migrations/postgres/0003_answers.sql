-- ~ blog_post: column body is now text, for blog.Post.text (5)
-- ~ blog_comment: column body is now text, for blog.Comment.text (5)
-- + blog_comment: column parent_id, for blog.Comment.parent_id (4)
-- + blog_comment: reference (parent_id) to blog_comment, ON DELETE CASCADE
-- checksum: 38baa4efff55880e219374ebb2bdfd774490fd8d14b744a29b0cd0f709d51326
-- up
ALTER TABLE "blog_post" RENAME COLUMN "body" TO "text";
ALTER TABLE "blog_comment" RENAME COLUMN "body" TO "text";
ALTER TABLE "blog_comment" ADD COLUMN "parent_id" BIGINT;
-- transaction
ALTER TABLE "blog_comment" ADD CONSTRAINT "blog_comment_parent_id_f770cc47_fk" FOREIGN KEY ("parent_id") REFERENCES "blog_comment" ("id") ON DELETE CASCADE NOT VALID;
-- transaction
ALTER TABLE "blog_comment" VALIDATE CONSTRAINT "blog_comment_parent_id_f770cc47_fk";
-- down
DO $do$ DECLARE sql text; BEGIN
FOR sql IN SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname)
  FROM pg_constraint c WHERE c.conrelid = '"blog_comment"'::regclass AND c.contype = 'f'
  AND (SELECT array_agg(a.attname::text ORDER BY a.attname::text COLLATE "C") FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)) = (SELECT array_agg(n ORDER BY n COLLATE "C") FROM unnest(ARRAY['parent_id']) n) LOOP EXECUTE sql; END LOOP;
END $do$;
ALTER TABLE "blog_post" RENAME COLUMN "text" TO "body";
ALTER TABLE "blog_comment" DROP COLUMN "parent_id";
ALTER TABLE "blog_comment" RENAME COLUMN "text" TO "body";
