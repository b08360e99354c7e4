DROP TABLE answers;
DROP TABLE refresh_tokens;
DROP TABLE sessions;
