ALTER TABLE slots DROP COLUMN utc_offset_seconds;
