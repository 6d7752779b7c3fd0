//! Sample custom fields: every type and every data class at least once.

use std::collections::BTreeMap;

use entity::{DataClass, EntityKind, FieldType, WorkspaceId};

use crate::{
    app::App,
    error::Result,
    fields::{Choice, CustomInput, NewField, Texts, Validation, create_field},
    platform::actor::Actor,
};

/// Choices: value, in English, in French.
type Choices = &'static [(&'static str, &'static str, &'static str)];

pub(super) const LIGHT: Choices = &[
    ("warm", "Warm", "Chaude"),
    ("neutral", "Neutral", "Neutre"),
    ("daylight", "Daylight", "Lumière du jour"),
];
pub(super) const LAMPS: Choices = &[
    ("pendant", "Pendants", "Suspensions"),
    ("floor", "Floor lamps", "Lampadaires"),
    ("desk", "Desk lamps", "Lampes de bureau"),
    ("wall", "Wall lamps", "Appliques"),
];

/// Entity, key, label in English and French, type, data class, reason for holding it, choices.
type Defined =
    (EntityKind, &'static str, (&'static str, &'static str), FieldType, DataClass, &'static str, Choices);

const FIELDS: [Defined; 12] = [
    (
        EntityKind::Contact,
        "light",
        ("Preferred light", "Lumière préférée"),
        FieldType::Choice,
        DataClass::Open,
        "So that samples fit.",
        LIGHT,
    ),
    (
        EntityKind::Contact,
        "lamps",
        ("Looks for", "Recherche"),
        FieldType::Choices,
        DataClass::Open,
        "So that the right catalogue is sent.",
        LAMPS,
    ),
    (
        EntityKind::Contact,
        "visited_on",
        ("Last visit", "Dernière visite"),
        FieldType::Date,
        DataClass::Open,
        "To know who has seen the workshop.",
        &[],
    ),
    (
        EntityKind::Contact,
        "delivery_phone",
        ("Telephone on delivery day", "Téléphone de livraison"),
        FieldType::Phone,
        DataClass::Confidential,
        "The driver calls before arriving; often a private number.",
        &[],
    ),
    (
        EntityKind::Contact,
        "iban",
        ("IBAN for refunds", "IBAN de remboursement"),
        FieldType::Iban,
        DataClass::Secret,
        "To pay back deposits.",
        &[],
    ),
    (
        EntityKind::Company,
        "sites",
        ("Sites", "Sites"),
        FieldType::Number,
        DataClass::Internal,
        "To plan deliveries.",
        &[],
    ),
    (
        EntityKind::Company,
        "credit_limit",
        ("Credit limit", "Encours autorisé"),
        FieldType::Money,
        DataClass::Confidential,
        "Agreed in the contract; orders above it are paid in advance.",
        &[],
    ),
    (
        EntityKind::Company,
        "invoice_email",
        ("Invoices go to", "Adresse de facturation"),
        FieldType::Email,
        DataClass::Internal,
        "To send invoices.",
        &[],
    ),
    (
        EntityKind::Company,
        "references",
        ("Reference page", "Page de références"),
        FieldType::Url,
        DataClass::Open,
        "To see how they light rooms.",
        &[],
    ),
    (
        EntityKind::Deal,
        "installation",
        ("With installation", "Avec pose"),
        FieldType::Boolean,
        DataClass::Open,
        "To book the fitters.",
        &[],
    ),
    (
        EntityKind::Deal,
        "rooms",
        ("Rooms", "Pièces"),
        FieldType::Number,
        DataClass::Open,
        "To estimate the work.",
        &[],
    ),
    (
        EntityKind::Deal,
        "project_code",
        ("Project code", "Code projet"),
        FieldType::Text,
        DataClass::Internal,
        "As the workshop files drawings.",
        &[],
    ),
];

pub(super) async fn make_fields(app: &App, workspace: WorkspaceId, actor: Actor) -> Result<()> {
    for (entity, key, label, kind, class, reason, choices) in FIELDS {
        let pattern = (key == "project_code").then(|| "AL-[0-9]{4}".to_owned());
        let new = NewField {
            entity,
            key: key.to_owned(),
            label: both(label.0, label.1),
            kind,
            class,
            reason: reason.to_owned(),
            required: false,
            options: choices
                .iter()
                .map(|(value, en, fr)| Choice {
                    value: (*value).to_owned(),
                    label: both(en, fr),
                    retired: false,
                })
                .collect(),
            validation: Validation { pattern, ..Validation::default() },
            ground: None,
        };
        create_field(app, workspace, actor, &new, None).await?;
    }
    Ok(())
}

/// A text in both languages of the demo.
pub(super) fn both(en: &str, fr: &str) -> Texts {
    BTreeMap::from([("en".to_owned(), en.to_owned()), ("fr".to_owned(), fr.to_owned())])
}

/// A value for one of the custom fields.
pub(super) fn value(key: &str, value: impl Into<String>) -> CustomInput {
    CustomInput { key: key.to_owned(), value: Some(value.into()) }
}
