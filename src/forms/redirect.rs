//! Where a form may send its visitors afterwards.

use crate::platform::{links, origin::origin_of};
use url::Url;

/// A web address that a browser may be sent to, and whose origin may stand in a header.
#[must_use]
pub fn read_redirect(text: &str) -> Option<Url> {
    let url = Url::parse(&links::read_web_address(text)?).ok()?;
    origin_of(&url).is_some().then_some(url)
}
