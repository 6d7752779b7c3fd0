//! The person's rights, retention and their registers in GraphQL: one file or folder per part of the room
//! `privacy`.
