-- Only MySQL wants to be told, and only MySQL reads such a comment.
DROP INDEX messages_by_addressee_and_kind /*! ON messages */;
ALTER TABLE accounts DROP COLUMN email_verified_at;
