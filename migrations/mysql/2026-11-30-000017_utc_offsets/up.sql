-- How far ahead of UTC the location was by the rules that a slot was published by; NULL for those of 2025b.
ALTER TABLE slots ADD COLUMN utc_offset_seconds INTEGER NULL;
