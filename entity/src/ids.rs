//! IDs: UUIDv7, written outside the database as TypeIDs (`contact_01h455vb4pex5vsknk084sn02q`).
//!
//! The TypeID text form follows the jetify TypeID specification 0.3: a lower-case prefix, `_`, and the UUID
//! in Crockford base32 (26 characters). An ID names its type, sorts by time and is the GraphQL global ID. It
//! is never a secret.
//!
//! Written here because the ids of `type-safe-id` and `mti` are types of theirs, which sea-orm cannot keep in
//! a column.

use std::{fmt, str::FromStr};

use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

use crate::from_row::{Raw, Stored};

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The text is not an ID of the expected type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidId;

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a valid id")
    }
}

impl std::error::Error for InvalidId {}

/// Writes `prefix_` and the UUID in base32.
#[must_use]
pub fn encode(prefix: &str, id: Uuid) -> String {
    let bits = id.as_u128();
    let mut text = String::with_capacity(prefix.len() + 27);
    text.push_str(prefix);
    text.push('_');
    for position in (0..26).rev() {
        text.push(char::from(ALPHABET[(bits >> (position * 5)) as usize & 31]));
    }
    text
}

/// Splits a TypeID into its prefix and UUID.
///
/// # Errors
/// `InvalidId` when there are not 26 base32 digits after the prefix, or they do not fit in 128 bits.
pub fn decode(text: &str) -> Result<(&str, Uuid), InvalidId> {
    let (prefix, digits) = text.rsplit_once('_').ok_or(InvalidId)?;
    if digits.len() != 26 || digits.as_bytes()[0] > b'7' {
        return Err(InvalidId);
    }
    let mut bits: u128 = 0;
    for digit in digits.bytes() {
        let value = ALPHABET.iter().position(|known| *known == digit).ok_or(InvalidId)?;
        bits = bits << 5 | value as u128;
    }
    Ok((prefix, Uuid::from_u128(bits)))
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, DeriveValueType)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The prefix of the text form.
            pub const PREFIX: &'static str = $prefix;

            /// A new ID with the current time.
            #[must_use]
            #[expect(clippy::new_without_default, reason = "a default id would be a different one every time")]
            #[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&encode($prefix, self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                match decode(text)? {
                    ($prefix, id) => Ok(Self(id)),
                    _ => Err(InvalidId),
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }

        impl From<$name> for crate::Fact {
            fn from(id: $name) -> Self {
                Self::Word(id.to_string())
            }
        }

        impl Stored for $name {
            fn stored(row: Raw<'_>, place: usize) -> Result<Option<Self>, DbErr> {
                Ok(Uuid::stored(row, place)?.map(Self))
            }
        }

        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )*};
}

ids! {
    /// A workspace: one data controller and everything it holds.
    WorkspaceId = "workspace";
    /// A program's credential.
    ApiKeyId = "api_key";
    /// A member of staff.
    MemberId = "member";
    /// A signed-in session of a member.
    SessionId = "session";
    /// A single-use code that replaces a lost second factor.
    RecoveryCodeId = "recovery_code";
    /// An organisation.
    CompanyId = "company";
    /// A tag on contacts.
    TagId = "tag";
    /// The definition of a custom attribute.
    FieldId = "field";
    /// A sealed value of a custom attribute.
    SealedValueId = "sealed_value";
    /// A sales pipeline.
    PipelineId = "pipeline";
    /// A stage of a pipeline.
    StageId = "stage";
    /// A reason for lost deals.
    LossReasonId = "loss_reason";
    /// A possible sale.
    DealId = "deal";
    /// A period in which a deal was in a stage.
    DealStageId = "deal_stage";
    /// A natural person.
    ContactId = "contact";
    /// One e-mail address of a contact.
    ContactAddressId = "address";
    /// The record of where a value came from.
    ProvenanceId = "provenance";
    /// An interaction with a contact, company or deal, or a task.
    ActivityId = "activity";
    /// Why data is used.
    PurposeId = "purpose";
    /// A published text of a purpose.
    PurposeVersionId = "purpose_version";
    /// A form that staff edit.
    FormId = "form";
    /// A published form.
    FormVersionId = "form_version";
    /// The data that a visitor sent.
    SubmissionId = "submission";
    /// A request to a mailbox's owner to confirm a submission.
    OptInId = "opt_in";
    /// The state of contact × purpose × channel.
    ConsentId = "consent";
    /// A legal basis other than consent that was shown to hold for a contact.
    BasisId = "basis";
    /// A key that seals one owner's data.
    DataKeyId = "data_key";
    /// The sealed personal data of a proof.
    EvidenceId = "evidence";
    /// An entry of the journal.
    EntryId = "entry";
    /// A job.
    JobId = "job";
    /// A mail that is being sent, was sent, or bounced.
    MailId = "mail";
    /// A question to a mailbox whose answer opens what only its owner may see or do.
    MailboxProofId = "mailbox_proof";
    /// A person exercising a right.
    RequestId = "request";
    /// A step of the exchange about a request.
    RequestStepId = "request_step";
    /// A period in which a contact's data may only be stored.
    RestrictionId = "restriction";
    /// An erased contact.
    ErasureId = "erasure";
    /// What is kept of an erased contact, and why.
    ArchiveItemId = "archive_item";
    /// A reason to keep a contact for now.
    HoldId = "hold";
    /// How long what is kept, and why.
    RetentionRuleId = "retention_rule";
    /// A run of the retention rules.
    RetentionRunId = "retention_run";
    /// A company to which data are disclosed.
    RecipientId = "recipient";
    /// Data that were disclosed to a recipient.
    DisclosureId = "disclosure";
    /// What a recipient is to be told.
    RecipientNoticeId = "recipient_notice";
    /// A copy of a contact's data.
    PackageId = "package";
    /// What a person was asked to authorise for a recipient.
    TransferAuthorisationId = "transfer_authorisation";
    /// Data passed on to a recipient by a link that works once.
    TransferId = "transfer";
    /// A breach of personal data.
    BreachId = "breach";
    /// A text that was held back.
    QuarantineId = "quarantine";
    /// A workspace's own word for a special category of data.
    SpecialWordId = "special_word";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specifications_examples_round_trip() {
        let id = Uuid::parse_str("01890a5d-ac96-774b-bcce-b302099a8057").unwrap();
        assert_eq!(encode("prefix", id), "prefix_01h455vb4pex5vsknk084sn02q");
        assert_eq!(decode("prefix_01h455vb4pex5vsknk084sn02q"), Ok(("prefix", id)));
        assert_eq!(encode("opt_in", Uuid::max()), "opt_in_7zzzzzzzzzzzzzzzzzzzzzzzzz");
    }

    #[test]
    fn what_is_not_an_id_is_refused() {
        for text in [
            "",
            "contact",
            "contact_",
            "contact_8zzzzzzzzzzzzzzzzzzzzzzzzz",
            "form_01h455vb4pex5vsknk084sn02q",
            "contact_01H455VB4PEX5VSKNK084SN02Q",
            "contact_01h455vb4pex5vsknk084sn02",
            "contact_01h455vb4pex5vsknk084sn0é",
        ] {
            assert_eq!(text.parse::<ContactId>(), Err(InvalidId), "{text}");
        }
    }
}
