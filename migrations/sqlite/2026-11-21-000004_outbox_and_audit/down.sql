DROP TABLE one_time_tokens;
DROP TABLE audit;
DROP TABLE messages;
