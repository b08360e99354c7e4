//! What a client should not send.
