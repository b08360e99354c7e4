DROP TABLE audit;
DROP TABLE messages;
