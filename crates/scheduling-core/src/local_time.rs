//! local_time
