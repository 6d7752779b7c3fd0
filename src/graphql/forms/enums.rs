//! The enums of a form's definition on the wire.

use async_graphql::Enum;

/// Kinds of questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::forms::definition::FieldKind")]
pub enum FormFieldKind {
    /// The mailbox that will be asked to confirm.
    Email,
    /// Given name.
    GivenName,
    /// Family name.
    FamilyName,
    /// Telephone number.
    Phone,
    /// Company name, as text.
    Company,
    /// Job title.
    JobTitle,
    /// One line.
    Text,
    /// Several lines.
    LongText,
    /// One of the options.
    Choice,
    /// One or more of the options.
    Choices,
    /// Yes or no.
    Checkbox,
    /// Not shown: a constant, such as a campaign.
    Hidden,
}

/// Who owns a lead's deal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::pipeline::OwnerRule")]
pub enum LeadOwnerRule {
    /// Nobody, until somebody takes it.
    #[default]
    None,
    /// The named member.
    Fixed,
    /// The named members in turn; members without access are skipped.
    RoundRobin,
    /// The owner of the contact's company, else of the contact, else the named members in turn.
    CompanyOwner,
}
