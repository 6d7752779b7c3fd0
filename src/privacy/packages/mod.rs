//! Copies of a person's data: the access package (GDPR Art. 15), the portable export (Art. 20), and the file
//! that a recipient pulls with the person's authorisation.
//!
//! `order_package` queues a job, which reads the person (`collect/`), writes a zip file (`files/`) in sealed
//! parts (`parts.rs`), and mails a link. Neither building nor downloading holds the file in memory.
//!
//! The page "My data" reads the person through `collect` too: see there.

mod build_package;
pub mod collect;
mod download_package;
mod expire_packages;
mod files;
pub mod list_packages;
mod mail;
mod order_package;
mod parts;
mod payloads;
mod portable;
pub mod transfers;

use chrono::TimeDelta;

pub use build_package::build_package;
pub use download_package::{Download, download_package, find_package};
pub use expire_packages::expire_packages;
pub use files::{safe_cell, schema::schema, vcard};
pub(in crate::privacy) use mail::proven_mailbox;
pub use mail::{package_link, send_package_ready};
pub use order_package::order_package;
pub use payloads::{BuildPackage, Passing, SendPackageReady, SendTransferLink};

/// How long a package can be downloaded.
pub const LIFE: TimeDelta = TimeDelta::hours(72);
