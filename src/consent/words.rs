//! Channels and legal bases, as pages and mails say them.

use entity::{Channel, LegalBasis};

/// A channel in plain words.
#[must_use]
pub fn channel_in_words(channel: Channel, language: &str) -> &'static str {
    match (channel, language) {
        (Channel::Email, "fr") => "par e-mail",
        (Channel::Email, _) => "by e-mail",
        (Channel::Phone, "fr") => "par téléphone",
        (Channel::Phone, _) => "by phone",
        (Channel::Sms, "fr") => "par SMS",
        (Channel::Sms, _) => "by text message",
        (Channel::Post, "fr") => "par courrier",
        (Channel::Post, _) => "by post",
        (Channel::Tracking, "fr") => "mesure des ouvertures et des clics",
        (Channel::Tracking, _) => "measuring opens and clicks",
        (Channel::Profiling, "fr") => "profilage",
        (Channel::Profiling, _) => "profiling",
        (Channel::Transfer, "fr") => "transmission à une autre entreprise",
        (Channel::Transfer, _) => "passing on to another company",
    }
}

/// The legal basis in one plain sentence.
#[must_use]
pub fn basis_in_words(basis: LegalBasis, language: &str) -> &'static str {
    match (basis, language) {
        (LegalBasis::Consent, "fr") => "Votre consentement (article 6, paragraphe 1, point a), du RGPD).",
        (LegalBasis::Consent, _) => "Your consent (Article 6(1)(a) of the GDPR).",
        (LegalBasis::Contract, "fr") => {
            "Exécution de mesures précontractuelles prises à votre demande, ou d’un contrat auquel vous êtes partie (article 6, paragraphe 1, point b), du RGPD)."
        }
        (LegalBasis::Contract, _) => {
            "Steps taken at your request before entering into a contract, or performance of a contract to which you are party (Article 6(1)(b) of the GDPR)."
        }
        (LegalBasis::LegalObligation, "fr") => {
            "Respect d’une obligation légale à laquelle le responsable du traitement est soumis (article 6, paragraphe 1, point c), du RGPD)."
        }
        (LegalBasis::LegalObligation, _) => {
            "Compliance with a legal obligation of the controller (Article 6(1)(c) of the GDPR)."
        }
        (LegalBasis::VitalInterests, "fr") => {
            "Sauvegarde des intérêts vitaux d’une personne (article 6, paragraphe 1, point d), du RGPD)."
        }
        (LegalBasis::VitalInterests, _) => {
            "Protection of someone’s vital interests (Article 6(1)(d) of the GDPR)."
        }
        (LegalBasis::PublicTask, "fr") => {
            "Exécution d’une mission d’intérêt public (article 6, paragraphe 1, point e), du RGPD)."
        }
        (LegalBasis::PublicTask, _) => {
            "Performance of a task carried out in the public interest (Article 6(1)(e) of the GDPR)."
        }
        (LegalBasis::LegitimateInterests, "fr") => {
            "Intérêt légitime du responsable du traitement, auquel vous pouvez vous opposer (article 6, paragraphe 1, point f), du RGPD)."
        }
        (LegalBasis::LegitimateInterests, _) => {
            "Legitimate interest of the controller, to which you may object (Article 6(1)(f) of the GDPR)."
        }
    }
}
