//! Texts that were held back because they seem to tell of a special category of data about somebody: the data
//! protection officer reads them, and puts them back on a ground of GDPR Art. 9(2), or destroys them.
//!
//! Rooms below hold them back (`fields::quarantine`); what was decided is in the journal, what was written
//! is not.

mod decide;
pub mod loads;
mod put_back;

pub use decide::{destroy_text, read_text, release_text};
pub use loads::{count_texts, page_texts};
