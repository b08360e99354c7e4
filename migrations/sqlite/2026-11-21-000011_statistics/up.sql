-- What a clinic of a million slots looks like, so that statements are planned for that from the first day (SQLite's own
-- way: https://sqlite.org/optoverview.html, "Manual Control Of Query Plans Using SQLITE_STAT Tables"). Without it a page of
-- one doctor's free times is looked for among everybody's. ANALYZE replaces these numbers by counted ones.
ANALYZE sqlite_schema;
DELETE FROM sqlite_stat1 WHERE tbl = 'slots';
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('slots', 'slots_by_doctor', '1000000 5000 1 1'),
    ('slots', 'slots_by_doctor_and_status', '1000000 5000 1000 1 1'),
    ('slots', 'slots_by_schedule', '1000000 5000'),
    ('slots', 'slots_by_start', '1000000 40 1'),
    ('slots', 'slots_by_status', '1000000 300000 30 1');
