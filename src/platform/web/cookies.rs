//! How cookies are set.

/// How a cookie is set, so that the browser sends it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookies {
    /// To pages of our own site only, whatever their origin: the strictest there is.
    OneSite,
    /// To a listed app on another site. Kept apart for that site (`Partitioned`): no other site's pages, nor
    /// our own, send it along, and browsers that refuse third-party cookies take it.
    AcrossSites,
}

impl Cookies {
    /// What stands behind a cookie's value.
    #[must_use]
    pub fn attributes(self) -> &'static str {
        match self {
            Self::OneSite => "Path=/; Secure; HttpOnly; SameSite=Strict",
            Self::AcrossSites => "Path=/; Secure; HttpOnly; SameSite=None; Partitioned",
        }
    }
}
