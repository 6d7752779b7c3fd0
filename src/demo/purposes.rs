//! Sample purposes: two based on consent (one expires after 180 days, so that the year shows expired
//! consents), one on a contract, one on a legitimate interest.

use std::collections::BTreeMap;

use entity::{Channel, ConfirmationMode, LegalBasis, PurposeId, WorkspaceId};

use crate::{
    app::App,
    consent::{NewPurpose, PurposeText, create_purpose},
    error::Result,
    platform::actor::Actor,
};

#[derive(Clone, Copy)]
pub(super) struct Purposes {
    /// The monthly newsletter.
    pub newsletter: PurposeId,
    /// Invitations to the workshop, by e-mail and by telephone.
    pub visits: PurposeId,
    /// Answering quote requests.
    pub quote: PurposeId,
    /// Keeping in touch with people at companies.
    pub business: PurposeId,
}

pub(super) async fn make_purposes(app: &App, workspace: WorkspaceId) -> Result<Purposes> {
    let newsletter = purpose(
        app,
        workspace,
        ("newsletter", LegalBasis::Consent, Some(730), ""),
        &[Channel::Email],
        (
            "Monthly letter",
            "Once a month: one lamp, one idea, one visit to the workshop.",
            "Yes, send me the letter by e-mail once a month. I can stop it at any time.",
        ),
        (
            "Lettre mensuelle",
            "Une fois par mois : une lampe, une idée, une visite de l’atelier.",
            "Oui, envoyez-moi la lettre par e-mail une fois par mois. Je peux l’arrêter à tout moment.",
        ),
    )
    .await?;
    let visits = purpose(
        app,
        workspace,
        ("workshop_visits", LegalBasis::Consent, Some(180), ""),
        &[Channel::Email, Channel::Phone],
        (
            "Visits to the workshop",
            "An invitation when the workshop opens its doors. Ends by itself after half a year.",
            "Yes, invite me when the workshop opens its doors in the next six months. I can stop it at any time.",
        ),
        (
            "Visites de l’atelier",
            "Une invitation quand l’atelier ouvre ses portes. S’arrête d’elle-même après six mois.",
            "Oui, invitez-moi quand l’atelier ouvre ses portes dans les six prochains mois. Je peux l’arrêter à tout moment.",
        ),
    )
    .await?;
    let quote = purpose(
        app,
        workspace,
        (
            "quote",
            LegalBasis::Contract,
            None,
            "The person asks for a quote; answering it is a step before a contract (Art. 6(1)(b)).",
        ),
        &[Channel::Email],
        (
            "Your quote",
            "We use your answers to work out the quote you ask for.",
            "We use your answers to work out the quote you ask for.",
        ),
        (
            "Votre devis",
            "Nous utilisons vos réponses pour établir le devis demandé.",
            "Nous utilisons vos réponses pour établir le devis demandé.",
        ),
    )
    .await?;
    let business = purpose(
        app,
        workspace,
        (
            "business_contacts",
            LegalBasis::LegitimateInterests,
            None,
            "We talk to people whose work is to buy or recommend lamps; they gave us a card or are named on their company's page (Art. 6(1)(f)).",
        ),
        &[Channel::Email, Channel::Phone],
        ("Business contacts", "We keep what you do and what we agreed on.", "We keep what you do and what we agreed on."),
        (
            "Contacts professionnels",
            "Nous gardons votre fonction et ce que nous avons convenu.",
            "Nous gardons votre fonction et ce que nous avons convenu.",
        ),
    )
    .await?;
    Ok(Purposes { newsletter, visits, quote, business })
}

async fn purpose(
    app: &App,
    workspace: WorkspaceId,
    (key, legal_basis, validity_days, justification): (&str, LegalBasis, Option<i32>, &str),
    channels: &[Channel],
    en: (&str, &str, &str),
    fr: (&str, &str, &str),
) -> Result<PurposeId> {
    let text = |(title, description, wording): (&str, &str, &str)| PurposeText {
        title: title.to_owned(),
        description: description.to_owned(),
        wording: wording.to_owned(),
        wording_sha256: String::new(),
    };
    let new = NewPurpose {
        key: key.to_owned(),
        legal_basis,
        channels: channels.to_vec(),
        confirmation: ConfirmationMode::DoubleOptIn,
        validity_days,
        justification: justification.to_owned(),
        offered: None,
        texts: BTreeMap::from([("en".to_owned(), text(en)), ("fr".to_owned(), text(fr))]),
    };
    Ok(create_purpose(app, workspace, Actor::Operator, new).await?.0.id)
}
