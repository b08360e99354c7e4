//! Disks that fail. Run through `tests/with-disks`; see `make test-power`.
#![expect(clippy::unwrap_used, reason = "a test stops at the first thing that is not as it should be")]

mod full;
mod power;
