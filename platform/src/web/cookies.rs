//! Attributes of the cookies that we set.

/// The attributes of a cookie that we set, so that the browser sends it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookies {
    /// For pages of our own site, whatever their origin: the strictest attributes.
    OneSite,
    /// For a listed app on another site. The cookie is stored separately for that site (`Partitioned`): it is
    /// not sent from other sites' pages or our own, and browsers that refuse third-party cookies accept it.
    AcrossSites,
}

impl Cookies {
    /// The attributes after the cookie's value.
    #[must_use]
    pub fn attributes(self) -> &'static str {
        match self {
            Self::OneSite => "Path=/; Secure; HttpOnly; SameSite=Strict",
            Self::AcrossSites => "Path=/; Secure; HttpOnly; SameSite=None; Partitioned",
        }
    }
}
