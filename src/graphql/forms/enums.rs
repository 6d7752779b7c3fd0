//! The enums of a form's definition on the wire.

use async_graphql::Enum;

/// Kinds of questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::forms::definition::FieldKind")]
pub enum FormFieldKind {
    /// The mailbox that will be asked.
    Email,
    /// Given name.
    GivenName,
    /// Family name.
    FamilyName,
    /// Telephone number.
    Phone,
    /// Company, as the person writes it.
    Company,
    /// Job title.
    JobTitle,
    /// One line.
    Text,
    /// Several lines.
    LongText,
    /// One of several.
    Choice,
    /// One or more of several.
    Choices,
    /// Yes or no.
    Checkbox,
    /// Not shown: a constant of the form, like a campaign.
    Hidden,
}

/// Who owns a lead's deal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::pipeline::OwnerRule")]
pub enum LeadOwnerRule {
    /// Nobody, until somebody takes it.
    #[default]
    None,
    /// The one member that is named.
    Fixed,
    /// The members that are named, in turn; members without access are skipped.
    RoundRobin,
    /// Whoever owns the contact's company, or else the contact; or else the members that are named, in turn.
    CompanyOwner,
}
