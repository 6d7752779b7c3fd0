//! Where a form may send its visitors after submitting.

use crate::platform::{links, origin::origin_of};
use url::Url;

/// Parses a URL that a browser may be redirected to and whose origin may be put in a header.
#[must_use]
pub fn read_redirect(text: &str) -> Option<Url> {
    let url = Url::parse(&links::read_web_address(text)?).ok()?;
    origin_of(&url).is_some().then_some(url)
}
