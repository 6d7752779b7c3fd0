//! Rights and reasons in the words of mails and documents, in French and English.

use entity::{ExtensionReason, RefusalReason, RequestKind, RequestStepKind};

/// A right: "access to your data (Article 15 of the GDPR)".
#[must_use]
pub fn right_in_words(kind: RequestKind, language: &str) -> &'static str {
    match (kind, language) {
        (RequestKind::Access, "fr") => "accès à vos données (article 15 du RGPD)",
        (RequestKind::Access, _) => "access to your data (Article 15 of the GDPR)",
        (RequestKind::Rectification, "fr") => "rectification de vos données (article 16 du RGPD)",
        (RequestKind::Rectification, _) => "correction of your data (Article 16 of the GDPR)",
        (RequestKind::Erasure, "fr") => "effacement de vos données (article 17 du RGPD)",
        (RequestKind::Erasure, _) => "erasure of your data (Article 17 of the GDPR)",
        (RequestKind::Restriction, "fr") => "limitation du traitement de vos données (article 18 du RGPD)",
        (RequestKind::Restriction, _) => "restriction of the use of your data (Article 18 of the GDPR)",
        (RequestKind::Portability, "fr") => "portabilité de vos données (article 20 du RGPD)",
        (RequestKind::Portability, _) => "your data in a portable form (Article 20 of the GDPR)",
        (RequestKind::Objection, "fr") => "opposition au traitement de vos données (article 21 du RGPD)",
        (RequestKind::Objection, _) => "objection to the use of your data (Article 21 of the GDPR)",
    }
}

/// Why it takes longer, as a sentence.
#[must_use]
pub fn extension_in_words(reason: ExtensionReason, language: &str) -> &'static str {
    match (reason, language) {
        (ExtensionReason::Complexity, "fr") => "Votre demande est complexe.",
        (ExtensionReason::Complexity, _) => "Your request is complex.",
        (ExtensionReason::Number, "fr") => "Nous avons reçu un grand nombre de demandes.",
        (ExtensionReason::Number, _) => "We have received a large number of requests.",
    }
}

/// Why it is refused, as a sentence.
#[must_use]
pub fn refusal_in_words(reason: RefusalReason, language: &str) -> &'static str {
    use RefusalReason as R;
    match (reason, language) {
        (R::ManifestlyUnfounded, "fr") => "La demande est manifestement infondée (article 12(5) du RGPD).",
        (R::ManifestlyUnfounded, _) => "The request is manifestly unfounded (Article 12(5) of the GDPR).",
        (R::Excessive, "fr") => {
            "La demande est excessive, car elle répète des demandes récentes (article 12(5) du RGPD)."
        }
        (R::Excessive, _) => {
            "The request is excessive, because it repeats recent ones (Article 12(5) of the GDPR)."
        }
        (R::NotIdentified, "fr") => {
            "Nous n’avons pas pu établir que les données sont bien les vôtres (articles 11 et 12(6) du RGPD)."
        }
        (R::NotIdentified, _) => {
            "We could not establish that the data is yours (Articles 11 and 12(6) of the GDPR)."
        }
        (R::RightDoesNotApply, "fr") => {
            "Ce droit ne s’applique pas à la base légale sur laquelle nous utilisons ces données."
        }
        (R::RightDoesNotApply, _) => "This right does not apply to the legal basis on which we use the data.",
        (R::LegalObligation, "fr") => {
            "La loi nous oblige à conserver ces données (article 17(3)(b) du RGPD)."
        }
        (R::LegalObligation, _) => "The law obliges us to keep the data (Article 17(3)(b) of the GDPR).",
        (R::LegalClaims, "fr") => {
            "Ces données sont nécessaires à la constatation, à l’exercice ou à la défense de droits en justice (article 17(3)(e) du RGPD)."
        }
        (R::LegalClaims, _) => {
            "The data is needed to establish, exercise or defend legal claims (Article 17(3)(e) of the GDPR)."
        }
        (R::RightsOfOthers, "fr") => {
            "La réponse porterait atteinte aux droits d’autres personnes (articles 15(4) et 20(4) du RGPD)."
        }
        (R::RightsOfOthers, _) => {
            "The answer would harm the rights of other people (Articles 15(4) and 20(4) of the GDPR)."
        }
        (R::CompellingGrounds, "fr") => {
            "Nous avons des motifs légitimes et impérieux, qui prévalent sur vos intérêts, de continuer à utiliser ces données (article 21(1) du RGPD)."
        }
        (R::CompellingGrounds, _) => {
            "We have compelling legitimate grounds to go on using the data, which override your interests (Article 21(1) of the GDPR)."
        }
        (R::AccurateAlready, "fr") => "Nous avons vérifié ces données : elles sont exactes.",
        (R::AccurateAlready, _) => "We have checked the data: it is accurate.",
    }
}

/// A step of the exchange, as documents name it.
#[must_use]
pub fn step_in_words(kind: RequestStepKind, language: &str) -> &'static str {
    use RequestStepKind as S;
    match (kind, language) {
        (S::Received, "fr") => "Demande reçue",
        (S::Received, _) => "Request received",
        (S::Acknowledged, "fr") => "Accusé de réception envoyé",
        (S::Acknowledged, _) => "Acknowledgement sent",
        (S::IdentityAsked, "fr") => "Confirmation d’identité demandée",
        (S::IdentityAsked, _) => "Proof of identity asked for",
        (S::IdentityProven, "fr") => "Identité confirmée par la boîte e-mail",
        (S::IdentityProven, _) => "Identity proven by the mailbox",
        (S::Started, "fr") => "Traitement de la demande commencé",
        (S::Started, _) => "Work on the request began",
        (S::Extended, "fr") => "Délai prolongé de deux mois",
        (S::Extended, _) => "Extended by two months",
        (S::MessageIn, "fr") => "Message de la personne",
        (S::MessageIn, _) => "Message from the person",
        (S::MessageOut, "fr") => "Message à la personne",
        (S::MessageOut, _) => "Message to the person",
        (S::Fulfilled, "fr") => "Demande satisfaite",
        (S::Fulfilled, _) => "Request fulfilled",
        (S::Refused, "fr") => "Demande refusée",
        (S::Refused, _) => "Request refused",
        (S::Closed, "fr") => "Demande close",
        (S::Closed, _) => "Request closed",
    }
}
